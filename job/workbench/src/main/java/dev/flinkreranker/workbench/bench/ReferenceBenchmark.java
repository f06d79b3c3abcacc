package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.engine.EngineCounts;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.tokenization.SpecialTokens;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.Truncation;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.result.Samples;
import dev.flinkreranker.workbench.bench.subject.EngineRun;
import dev.flinkreranker.workbench.bench.subject.PythonReference;
import dev.flinkreranker.workbench.bench.subject.TimedScores;
import dev.flinkreranker.workbench.bench.texts.MixedTexts;
import dev.flinkreranker.workbench.bench.texts.PairFile;
import dev.flinkreranker.workbench.bench.texts.TextPair;
import dev.flinkreranker.workbench.options.DepthOptions;
import dev.flinkreranker.workbench.options.ProjectFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * From text to score against a public Python reference: same weights, same pairs, same cores, in
 * turn. Each side is warmed up first; the median of the rounds' ratios counts.
 */
@Command(
        name = "reference",
        mixinStandardHelpOptions = true,
        description = {
            "From text to score against the public Python reference on the same weights and cores.",
            "tests/reference/README.md says how to install the reference."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank bench reference --python venv/bin/python --model /models/v2-m3",
            "  ./rerank bench reference --python venv/bin/python --kind layerwise \\",
            "      --model /models/v2-minicpm-layerwise --cutoff-layers 28 --max-pairs 16"
        })
final class ReferenceBenchmark extends Benchmark {
    /** Kinds whose library cuts a long pair in its own way, unlike the tokenizer. */
    private static final Set<String> CUT_BY_LIBRARY =
            Set.of("gemma", "layerwise", "lightweight", "mxbai");

    private static final String DRIVER = "tests/reference/time_reference.py";

    private static final int CANDIDATES = 20;

    /** A sentence. */
    private static final int SHORTEST = 100;

    /** About 512 tokens of English. */
    private static final int LONGEST = 2_400;

    @Mixin private BenchmarkInput input;
    @Mixin private DepthOptions scoring;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "cpu",
            description = "Where ours runs: cpu, or cpu:0,cpu:1 (default: ${DEFAULT-VALUE}).")
    private String device;

    @Option(
            names = "--python",
            required = true,
            paramLabel = "FILE",
            description = "The Python with the reference's libraries.")
    private Path python;

    @Option(
            names = "--script",
            paramLabel = "FILE",
            description = "The reference's driver (default: " + DRIVER + " of the project).")
    private @Nullable Path script;

    @Option(
            names = "--kind",
            paramLabel = "NAME",
            defaultValue = "cross-encoder",
            description =
                    "cross-encoder, cross-encoder-onnx, gemma, jina, layerwise, lightweight, mxbai,"
                            + " nemotron or onnxruntime (default: ${DEFAULT-VALUE}).")
    private String kind;

    @Option(
            names = "--pairs",
            paramLabel = "FILE",
            description =
                    "JSON lines with query and passage (default: texts of mixed lengths from the"
                            + " data set, 20 for each query).")
    private @Nullable Path pairs;

    @Option(
            names = "--max-pairs",
            paramLabel = "N",
            defaultValue = "60",
            description = "Only so many pairs (default: ${DEFAULT-VALUE}).")
    private int maxPairs;

    @Option(
            names = "--reference-dtype",
            paramLabel = "TYPE",
            defaultValue = "float32",
            description =
                    "The reference's number format: float32, bfloat16, or int8 of onnxruntime and"
                            + " cross-encoder-onnx (default: ${DEFAULT-VALUE}, its own).")
    private String referenceType;

    @Option(
            names = "--reference-batch",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Pairs of a batch of the reference; 0, the default, for its own; fastest, of"
                            + " encoders, for the fastest of six.")
    private String referenceBatch;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each side scores all pairs (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    BenchmarkResult measure() throws IOException, InterruptedException {
        ModelReference model = input.model().on(device);
        ComputeType type = model.computeType();
        List<TextPair> texts = textPairs();
        List<Map<String, Object>> rows = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (PythonReference python = new PythonReference(reference(), texts);
                RerankEngine engine = RerankEngine.acquire(EngineSettings.defaults())) {
            EngineRun ours = new EngineRun(engine, model, tokenization(), scoring.settings());
            for (int i = 0; i < 3; i++) {
                // Until a model has run three batches the engine keeps them small.
                ours.score(texts.subList(0, Math.min(4, texts.size())));
            }
            // The reference has scored all pairs before it says that it is ready.
            ours.score(texts);
            for (int round = 1; round <= rounds; round++) {
                EngineCounts.Batches before = engine.counts().batches();
                TimedScores us = ours.score(texts);
                EngineCounts.Batches after = engine.counts().batches();
                TimedScores them = python.score();
                ratios.add(them.seconds() / us.seconds());
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("round", round);
                row.put("pairs", texts.size());
                row.put(
                        "dtype",
                        type.on(ComputeDevice.CPU, true).toString().toLowerCase(Locale.ROOT));
                row.put("device", device);
                row.put("seconds", us.seconds());
                row.put("processor_seconds", us.processorSeconds());
                row.put("reference_dtype", referenceType);
                row.put("reference_seconds", them.seconds());
                row.put("reference_processor_seconds", them.processorSeconds());
                row.put("times_as_fast", them.seconds() / us.seconds());
                row.put("largest_difference", largestDifference(us.scores(), them.scores()));
                row.put("tokens", after.tokens() - before.tokens());
                row.put("rows", after.paddedTokens() - before.paddedTokens());
                row.put("reference", python.versions());
                rows.add(row);
            }
        }
        return new BenchmarkResult(
                "reference",
                rows,
                Samples.median(ratios),
                "times as fast as " + kind + ", median round",
                "see tests/reference/README.md");
    }

    private PythonReference.Settings reference() {
        return new PythonReference.Settings(
                python,
                script == null ? ProjectFolder.file(DRIVER) : script,
                input.model().path(),
                kind,
                referenceType,
                input.maxLength(),
                referenceBatch,
                scoring.settings());
    }

    private List<TextPair> textPairs() throws IOException {
        if (pairs != null) {
            return PairFile.read(pairs, maxPairs);
        }
        MixedTexts texts = new MixedTexts(input.data(), SHORTEST, LONGEST, seed());
        return texts.pairs(maxPairs, CANDIDATES);
    }

    /** As the reference cuts long pairs, and reads control tokens in text. */
    private TokenizationSettings tokenization() {
        return new TokenizationSettings(
                input.maxLength(),
                null,
                CUT_BY_LIBRARY.contains(kind) ? Truncation.LIBRARY : Truncation.MODEL_CARD,
                null,
                null,
                null,
                null,
                SpecialTokens.REFERENCE);
    }

    private static double largestDifference(List<Double> ours, List<Double> theirs) {
        double largest = 0;
        for (int i = 0; i < ours.size(); i++) {
            largest = Math.max(largest, Math.abs(ours.get(i) - theirs.get(i)));
        }
        return largest;
    }
}
