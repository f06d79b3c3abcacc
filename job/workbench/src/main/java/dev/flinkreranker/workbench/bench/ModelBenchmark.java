package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.result.ProcessMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * What a checkpoint costs on this machine: time to the first score, time per pair of a given
 * length, rate of arithmetic, memory. The pairs are random ids, so any checkpoint of the shape will
 * do.
 */
final class ModelBenchmark {

    /** Query and prompt tokens around the passage, as in the tables of compression. */
    private static final int QUERY = 20;

    private static final int PROMPT = 12;

    private final Path model;
    private final ComputeType type;
    private final ScoringSettings scoring;
    private final long seed;

    ModelBenchmark(Path model, ComputeType type, ScoringSettings scoring, long seed) {
        this.model = model;
        this.type = type;
        this.scoring = scoring;
        this.seed = seed;
    }

    /**
     * @param tokens tokens of each pair
     * @param pairs pairs in the batch
     * @param repeat how often the batch runs; the fastest counts
     */
    BenchmarkResult run(int tokens, int pairs, int repeat) {
        long start = System.nanoTime();
        try (Reranker reranker = Reranker.open(model, type, "cpu")) {
            List<TokenizedPair> batch =
                    pairs(reranker.descriptor().vocabularySize(), tokens, pairs);
            reranker.score(batch.subList(0, 1), scoring);
            double firstScore = (System.nanoTime() - start) / 1e9;
            double fastest = Double.MAX_VALUE;
            for (int i = 0; i < repeat; i++) {
                start = System.nanoTime();
                reranker.score(batch, scoring);
                fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
            }
            double flops = (double) reranker.flops(batch.get(0), scoring) * pairs;
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("model", model.getFileName().toString());
            row.put("type", type.on(ComputeDevice.CPU).toString().toLowerCase(Locale.ROOT));
            row.put("tokens", tokens);
            row.put("pairs", pairs);
            row.put("seconds_to_first_score", firstScore);
            row.put("seconds_per_pair", fastest / pairs);
            row.put("tokens_per_second", tokens * (double) pairs / fastest);
            row.put("gflop_per_second", flops / fastest / 1e9);
            row.put("peak_resident_gib", ProcessMemory.now().peak() / (double) (1 << 30));
            row.put("java_heap_mib", ProcessMemory.mebibytes(ProcessMemory.heap()));
            return new BenchmarkResult(
                    "model",
                    List.of(row),
                    fastest / pairs,
                    "seconds per pair",
                    "as low as it goes");
        }
    }

    private List<TokenizedPair> pairs(int vocabulary, int tokens, int pairs) {
        Random random = new Random(seed);
        List<TokenizedPair> batch = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            // The lowest ids are control tokens in every family.
            long[] ids = random.longs(tokens, 10, vocabulary).toArray();
            batch.add(new TokenizedPair(ids, Math.min(QUERY, tokens / 4), PROMPT, false));
        }
        return batch;
    }
}
