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

/** {@code ./rerank bench slots}. */
@Command(
        name = "slots",
        mixinStandardHelpOptions = true,
        description = {
            "Resident memory of the job in two slots with one model, against one slot.",
            "Give Java a heap of fixed size, as Flink does, or its growth counts too."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  RERANK_JAVA_OPTS='-Xms1g -Xmx1g -XX:+AlwaysPreTouch' ./rerank bench slots --model /models/v2-m3"
        })
final class SlotsCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private BenchCommand.Common common;
    @Mixin private BenchmarkInput input;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "4",
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
                new SlotsBenchmark(
                                input.model(),
                                input.maxLength(),
                                TextRequest.of(input.data(), requests, candidates))
                        .run(),
                common.json,
                spec.commandLine().getOut());
        return 0;
    }
}
