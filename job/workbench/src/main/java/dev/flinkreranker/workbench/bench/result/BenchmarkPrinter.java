package dev.flinkreranker.workbench.bench.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.job.terminal.TextTable;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Prints a result as a table for people or as JSON lines whose last one carries the figure. */
public final class BenchmarkPrinter {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private BenchmarkPrinter() {}

    public static void print(BenchmarkResult result, boolean json, PrintWriter out) {
        if (json) {
            result.rows().forEach(row -> out.println(line(row)));
            Map<String, Object> last = new LinkedHashMap<>();
            last.put("benchmark", result.name());
            last.put("figure", result.figure());
            last.put("unit", result.unit());
            last.put("target", result.target());
            last.put("machine", Machine.describe());
            out.println(line(last));
        } else {
            out.println(table(result));
            out.printf(
                    Locale.ROOT,
                    "%s: %s %s (target: %s) on %s%n",
                    result.name(),
                    text(result.figure()),
                    result.unit(),
                    result.target(),
                    Machine.describe());
        }
        out.flush();
    }

    private static TextTable table(BenchmarkResult result) {
        String[] columns = result.rows().get(0).keySet().toArray(String[]::new);
        TextTable table = new TextTable(columns);
        for (Map<String, Object> row : result.rows()) {
            table.row(row.values().stream().map(BenchmarkPrinter::text).toArray(String[]::new));
        }
        return table;
    }

    private static String text(Object value) {
        if (value instanceof Double number) {
            return String.format(Locale.ROOT, Math.abs(number) >= 1000 ? "%,.0f" : "%.3f", number);
        }
        return String.valueOf(value);
    }

    private static String line(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
