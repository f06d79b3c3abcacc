package dev.flinkreranker.workbench.bench.result;

import java.util.List;
import java.util.Map;

/**
 * What a benchmark measured.
 *
 * @param name the benchmark
 * @param rows the measurements behind the figure, each a line of named values in display order
 * @param figure the number the benchmark exists for
 * @param unit what the figure counts
 * @param target what is aimed at, in words
 */
public record BenchmarkResult(
        String name, List<Map<String, Object>> rows, double figure, String unit, String target) {

    /** Copies the list. */
    public BenchmarkResult {
        rows = List.copyOf(rows);
    }
}
