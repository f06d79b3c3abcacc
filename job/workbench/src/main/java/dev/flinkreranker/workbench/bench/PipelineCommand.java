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

/** {@code ./rerank bench pipeline}. */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        description = {
            "The whole job, Kafka to Kafka and exactly once, against the bare model loop."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank bench pipeline",
            "  ./rerank bench pipeline --model /models/v2-m3 --requests 3"
        })
final class PipelineCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private BenchCommand.Common common;
    @Mixin private BenchmarkInput input;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "30",
            description = "How many requests (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "20",
            description = "Passages of a request (default: ${DEFAULT-VALUE}).")
    private int candidates;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often both sides score all requests (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchmarkPrinter.print(
                new PipelineBenchmark(
                                input.model(),
                                input.maxLength(),
                                TextRequest.of(input.data(), requests, candidates))
                        .run(rounds),
                common.json,
                spec.commandLine().getOut());
        return 0;
    }
}
