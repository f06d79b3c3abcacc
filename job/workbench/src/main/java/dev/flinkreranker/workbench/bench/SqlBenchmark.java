package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.subject.PredictedPairs;
import dev.flinkreranker.workbench.bench.texts.TextPair;
import dev.flinkreranker.workbench.bench.texts.TextRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What batches are worth to {@code ML_PREDICT}: rows per second with many rows under way, over
 * those with one after the other, as Flink itself calls a model.
 */
@Command(
        name = "sql",
        mixinStandardHelpOptions = true,
        description = "Rows per second of ML_PREDICT in batches, against row by row.",
        footerHeading = "%nExample:%n",
        footer = {"  ./rerank bench sql --pairs 1000 --max-length 128"})
final class SqlBenchmark extends Benchmark {

    private static final int CANDIDATES = 20;

    @Mixin private BenchmarkInput input;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            defaultValue = "400",
            description = "Pairs of a measurement (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--concurrent",
            paramLabel = "N",
            defaultValue = "512",
            description = "Rows under way in batches (default: ${DEFAULT-VALUE}).")
    private int concurrent;

    @Override
    BenchmarkResult measure() throws IOException {
        List<TextPair> texts =
                TextRequest.of(input.data(), (pairs + CANDIDATES - 1) / CANDIDATES, CANDIDATES)
                        .stream()
                        .flatMap(
                                request ->
                                        request.passages().stream()
                                                .map(p -> new TextPair(request.query(), p)))
                        .limit(pairs)
                        .toList();
        ModelReference model = input.model();
        List<Map<String, Object>> rows = new ArrayList<>();
        PredictedPairs subject = new PredictedPairs(model, input.maxLength());
        subject.seconds(texts.subList(0, Math.min(texts.size(), 100)), concurrent); // warm-up
        double one = rate(rows, "row by row", texts, subject, 1);
        double many = rate(rows, "in batches", texts, subject, concurrent);
        return new BenchmarkResult(
                "sql",
                rows,
                many / one,
                "times the rows a second of row by row",
                "at least 5 where a device gains from batches");
    }

    private static double rate(
            List<Map<String, Object>> rows,
            String name,
            List<TextPair> texts,
            PredictedPairs subject,
            int concurrent) {
        double rate = texts.size() / subject.seconds(texts, concurrent);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("rows", name);
        row.put("under_way", concurrent);
        row.put("pairs", texts.size());
        row.put("rows_per_second", rate);
        rows.add(row);
        return rate;
    }
}
