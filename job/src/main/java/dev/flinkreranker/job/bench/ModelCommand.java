package dev.flinkreranker.job.bench;

import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.model.ScoringSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./rerank bench model}. */
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = "Time per pair, rate of arithmetic and peak memory of a checkpoint.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank model random --shape v2-m3 --tokenizer tokenizer.json /tmp/m3",
            "  ./rerank bench model --tokens 512 /tmp/m3"
        })
final class ModelCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private BenchCommand.Common common;

    @Parameters(paramLabel = "DIR", description = "The checkpoint.")
    private Path model;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "auto",
            description = "float32, bfloat16 or auto (default: ${DEFAULT-VALUE}).")
    private ComputeType type;

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
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "3",
            description = "Batches that are timed; the fastest counts (default: ${DEFAULT-VALUE}).")
    private int repeat;

    @Option(names = "--cutoff-layers", split = ",", paramLabel = "N", description = "As in score.")
    private List<Integer> cutoffLayers = new ArrayList<>();

    @Option(
            names = "--compress-ratio",
            paramLabel = "N",
            defaultValue = "1",
            description = "As in score.")
    private int compressRatio;

    @Option(
            names = "--compress-layers",
            split = ",",
            paramLabel = "N",
            description = "As in score.")
    private List<Integer> compressLayers = new ArrayList<>();

    @Override
    public Integer call() {
        ScoringSettings scoring =
                new ScoringSettings(
                        cutoffLayers,
                        compressRatio,
                        compressLayers,
                        HeadSelection.POSITIONAL,
                        false);
        BenchmarkPrinter.print(
                new ModelBenchmark(model, type, scoring, common.seed).run(tokens, batch, repeat),
                common.json,
                spec.commandLine().getOut());
        return 0;
    }
}
