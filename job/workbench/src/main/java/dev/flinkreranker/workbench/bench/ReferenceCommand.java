package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.bench.result.BenchmarkPrinter;
import dev.flinkreranker.workbench.bench.subject.PythonReference;
import dev.flinkreranker.workbench.bench.texts.MixedTexts;
import dev.flinkreranker.workbench.bench.texts.PairFile;
import dev.flinkreranker.workbench.bench.texts.TextPair;
import dev.flinkreranker.workbench.bench.texts.TextRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./rerank bench reference}. */
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
final class ReferenceCommand implements Callable<Integer> {

    private static final String DRIVER = "tests/reference/time_reference.py";

    private static final int CANDIDATES = 20;

    /** A sentence. */
    private static final int SHORTEST = 100;

    /** About 512 tokens of English. */
    private static final int LONGEST = 2_400;

    @Spec private CommandSpec spec;
    @Mixin private BenchCommand.Common common;
    @Mixin private BenchmarkInput input;
    @Mixin private ScoringOptions scoring;

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
    private Path script;

    @Option(
            names = "--kind",
            paramLabel = "NAME",
            defaultValue = "cross-encoder",
            description =
                    "cross-encoder, gemma, layerwise or lightweight (default: ${DEFAULT-VALUE}).")
    private String kind;

    @Option(
            names = "--pairs",
            paramLabel = "FILE",
            description =
                    "JSON lines with query and passage (default: texts of mixed lengths from the"
                            + " data set, 20 for each query).")
    private Path pairs;

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
            description = "The reference's number format (default: ${DEFAULT-VALUE}, its own).")
    private String referenceType;

    @Option(
            names = "--reference-batch",
            paramLabel = "N",
            defaultValue = "0",
            description = "Pairs of a batch of the reference; 0, the default, for its own.")
    private int referenceBatch;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each side scores all pairs (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ModelReference model = input.model();
        PythonReference.Settings reference =
                new PythonReference.Settings(
                        python,
                        script == null ? BenchmarkInput.home().resolve(DRIVER) : script,
                        model.path(),
                        kind,
                        referenceType,
                        input.maxLength(),
                        referenceBatch,
                        scoring.settings());
        BenchmarkPrinter.print(
                new ReferenceBenchmark(reference, textPairs()).run(model.computeType(), rounds),
                common.json,
                spec.commandLine().getOut());
        return 0;
    }

    private List<TextPair> textPairs() throws IOException {
        if (pairs != null) {
            return PairFile.read(pairs, maxPairs);
        }
        MixedTexts texts = new MixedTexts(input.data(), SHORTEST, LONGEST, common.seed);
        List<TextPair> mixed = new ArrayList<>();
        while (mixed.size() < maxPairs) {
            TextRequest request = texts.request(Math.min(CANDIDATES, maxPairs - mixed.size()));
            request.passages().forEach(text -> mixed.add(new TextPair(request.query(), text)));
        }
        return mixed;
    }
}
