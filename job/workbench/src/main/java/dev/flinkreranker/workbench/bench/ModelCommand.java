package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.workbench.bench.result.BenchmarkPrinter;
import java.nio.file.Path;
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
    @Mixin private ScoringOptions scoring;

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

    @Override
    public Integer call() {
        BenchmarkPrinter.print(
                new ModelBenchmark(model, type, scoring.settings(), common.seed)
                        .run(tokens, batch, repeat),
                common.json,
                spec.commandLine().getOut());
        return 0;
    }
}
