package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.workbench.bench.result.BenchmarkPrinter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./rerank bench memory}. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        description = {
            "Resident memory over a long run of mixed lengths: last tenth against first tenth.",
            "Give Java a heap of fixed size, as Flink does, or its growth counts too."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  MALLOC_ARENA_MAX=2 RERANK_JAVA_OPTS='-Xms512m -Xmx512m -XX:+AlwaysPreTouch' \\",
            "      ./rerank bench memory --minutes 60"
        })
final class MemoryCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private BenchCommand.Common common;
    @Mixin private BenchmarkInput input;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "60",
            description = "How long; fractions are fine (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Duration duration = Duration.ofMillis(Math.round(minutes * 60_000));
        BenchmarkPrinter.print(
                new MemoryBenchmark(
                                input.model(),
                                input.maxLength(),
                                input.data(),
                                duration,
                                common.seed)
                        .run(),
                common.json,
                spec.commandLine().getOut());
        return 0;
    }
}
