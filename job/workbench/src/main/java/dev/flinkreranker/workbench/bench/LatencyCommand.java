package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.workbench.bench.result.BenchmarkPrinter;
import dev.flinkreranker.workbench.bench.texts.TextRequest;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./rerank bench latency}. */
@Command(
        name = "latency",
        mixinStandardHelpOptions = true,
        description = {"One request in an idle job against tokenization and a forward pass."},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank bench latency",
            "  ./rerank bench latency --model /models/v2-m3 --requests 5"
        })
final class LatencyCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private BenchCommand.Common common;
    @Mixin private BenchmarkInput input;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many requests (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "20",
            description = "Passages of a request (default: ${DEFAULT-VALUE}).")
    private int candidates;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchmarkPrinter.print(
                new LatencyBenchmark(
                                input.model(),
                                input.maxLength(),
                                TextRequest.of(input.data(), requests, candidates))
                        .run(),
                common.json,
                spec.commandLine().getOut());
        return 0;
    }
}
