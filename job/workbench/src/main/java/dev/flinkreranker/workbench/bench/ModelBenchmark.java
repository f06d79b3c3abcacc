package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.result.ProcessMemory;
import dev.flinkreranker.workbench.options.DepthOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What a checkpoint costs on this machine: time to the first score, time per pair of a given
 * length, rate of arithmetic, memory. The pairs are random ids, so any checkpoint of the shape will
 * do.
 */
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = "Time per pair, rate of arithmetic and peak memory of a checkpoint.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank model random --shape v2-m3 --tokenizer tokenizer.json /tmp/m3",
            "  ./rerank bench model --tokens 512 /tmp/m3"
        })
final class ModelBenchmark extends Benchmark {

    /** Query tokens before the passage, as in the tables of compression. */
    private static final int QUERY = 20;

    @Mixin private DepthOptions scoring;

    @Parameters(paramLabel = "DIR", description = "The checkpoint.")
    private Path model;

    @Mixin private BenchmarkType type;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            defaultValue = "512",
            description = "Tokens of a pair, at least 32 (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "4",
            description = "Pairs of a batch (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--query",
            paramLabel = "N",
            description = {
                "All pairs have the same query of so many tokens, as those of a request have",
                "(default: each has its own)."
            })
    private @Nullable Integer query;

    @Option(
            names = "--template",
            paramLabel = "N",
            defaultValue = "0",
            description = {
                "All queries begin with the same tokens, so many, as those of a chat template do",
                "(default: ${DEFAULT-VALUE})."
            })
    private int template;

    @Option(
            names = "--request-batches",
            paramLabel = "N",
            defaultValue = "1",
            description = {
                "So many batches have their queries in common, as those of a long request have",
                "(default: ${DEFAULT-VALUE})."
            })
    private int requestBatches;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "3",
            description = "Batches that are timed; the fastest counts (default: ${DEFAULT-VALUE}).")
    private int repeat;

    @Override
    BenchmarkResult measure() {
        if (template > queryTokens()) {
            throw new IllegalArgumentException(
                    "--template %d must be at most --query %d".formatted(template, queryTokens()));
        }
        ScoringSettings settings = scoring.settings();
        long start = System.nanoTime();
        try (Reranker reranker = Reranker.open(model, type.get(), "cpu")) {
            RandomPairs random = new RandomPairs(tokens, template, queryTokens(), query != null);
            int vocabulary = reranker.descriptor().vocabularySize();
            List<TokenizedPair> pairs = random.list(batch, vocabulary, seed());
            reranker.score(pairs.subList(0, 1), settings);
            double firstScore = (System.nanoTime() - start) / 1e9;
            double fastest = Double.MAX_VALUE;
            for (int i = 0; i < repeat; i++) {
                // A new request, of which nothing is kept.
                long request = 1 + i / requestBatches;
                pairs = random.list(batch, vocabulary, seed() + request);
                start = System.nanoTime();
                reranker.score(pairs, settings);
                fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
            }
            double flops = (double) reranker.flops(pairs.get(0), settings) * batch;
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("model", model.getFileName().toString());
            row.put(
                    "type",
                    type.get().on(ComputeDevice.CPU, true).toString().toLowerCase(Locale.ROOT));
            row.put("tokens", tokens);
            row.put("pairs", batch);
            row.put("seconds_to_first_score", firstScore);
            row.put("seconds_per_pair", fastest / batch);
            row.put("tokens_per_second", tokens * (double) batch / fastest);
            row.put("gflop_per_second", flops / fastest / 1e9);
            ProcessMemory memory = ProcessMemory.now();
            row.put("peak_resident_gib", memory.peak() / (double) (1 << 30));
            row.put("anonymous_gib", memory.anonymous() / (double) (1 << 30));
            row.put("mapped_gib", memory.files() / (double) (1 << 30));
            row.put("java_heap_mib", ProcessMemory.mebibytes(ProcessMemory.heap()));
            return new BenchmarkResult(
                    "model",
                    List.of(row),
                    fastest / batch,
                    "seconds per pair",
                    "as low as it goes");
        }
    }

    private int queryTokens() {
        return query == null
                ? Math.max(template, Math.min(QUERY, tokens / 4))
                : Math.min(query, tokens - RandomPairs.PROMPT);
    }
}
