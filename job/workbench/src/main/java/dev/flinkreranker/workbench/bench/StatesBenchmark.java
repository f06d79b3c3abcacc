package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.model.PairStates;
import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.model.StagedScores;
import dev.flinkreranker.runtime.model.StatesBudget;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.result.Samples;
import dev.flinkreranker.workbench.options.DepthOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What a model's states save between two depths: all pairs through the whole depth, against all
 * through the first depth and some through the rest, computed anew and from kept states, in turn.
 */
@Command(
        name = "states",
        mixinStandardHelpOptions = true,
        description = "A model in two stages: the second one computed anew, and from kept states.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank bench states --first 4 --cutoff-layers 6 models/scifact-minilm-layerwise",
            "  ./rerank bench states --first 8 --cutoff-layers 28 --pairs 10 --keep 2 /tmp/minicpm"
        })
final class StatesBenchmark extends Benchmark {

    private static final int QUERY = 20;

    @Mixin private DepthOptions depth;

    @Parameters(paramLabel = "DIR", description = "The checkpoint.")
    private Path model;

    @Mixin private BenchmarkType type;

    @Option(
            names = "--first",
            paramLabel = "N",
            required = true,
            description = "Layers of the first stage; --cutoff-layers says those of the second.")
    private int first;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            defaultValue = "200",
            description = "Tokens of a pair, at least 64 (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            defaultValue = "30",
            description = "Pairs of the first stage (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "5",
            description = "Pairs of the second stage (default: ${DEFAULT-VALUE}).")
    private int keep;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often all three are timed (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    BenchmarkResult measure() {
        if (keep > count) {
            throw new IllegalArgumentException(
                    "--keep %d must be at most --pairs %d".formatted(keep, count));
        }
        ScoringSettings whole = depth.settings();
        ScoringSettings shallow =
                new ScoringSettings(
                        List.of(first),
                        whole.compressRatio(),
                        whole.compressLayers(),
                        whole.headSelection(),
                        whole.attentionSoftcap());
        List<Map<String, Object>> rows = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (Reranker reranker = Reranker.open(model, type.get(), "cpu")) {
            if (reranker.sharedLayers(shallow, whole) == 0) {
                throw new IllegalArgumentException(
                        "--cutoff-layers must be deeper than --first %d".formatted(first));
            }
            List<TokenizedPair> pairs =
                    new RandomPairs(tokens, 0, QUERY, true)
                            .list(count, reranker.descriptor().vocabularySize(), seed());
            List<TokenizedPair> kept = pairs.subList(0, keep);
            // Brings the weights, and makes kernels for these numbers of rows.
            reranker.score(pairs, shallow);
            reranker.score(kept, whole);
            for (int round = 1; round <= rounds; round++) {
                double full = seconds(() -> reranker.score(pairs, whole));
                double anew =
                        seconds(
                                () -> {
                                    reranker.score(pairs, shallow);
                                    reranker.score(kept, whole);
                                });
                double resumed = seconds(() -> resume(reranker, pairs, shallow, whole));
                ratios.add(anew / resumed);
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("round", round);
                row.put("whole_seconds", full);
                row.put("anew_seconds", anew);
                row.put("kept_seconds", resumed);
                row.put("whole_over_anew", full / anew);
                row.put("whole_over_kept", full / resumed);
                row.put("ratio", anew / resumed);
                rows.add(row);
            }
        }
        return new BenchmarkResult(
                "states",
                rows,
                Samples.median(ratios),
                "times as fast with kept states, median round",
                "above 1");
    }

    private void resume(
            Reranker reranker,
            List<TokenizedPair> pairs,
            ScoringSettings shallow,
            ScoringSettings whole) {
        StagedScores scores =
                reranker.score(pairs, List.of(), shallow, new StatesBudget(Long.MAX_VALUE));
        try {
            reranker.score(pairs.subList(0, keep), scores.states().subList(0, keep), whole, null);
        } finally {
            scores.states().forEach(PairStates::close);
        }
    }

    private static double seconds(Runnable call) {
        long start = System.nanoTime();
        call.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
