package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.workbench.bench.result.BenchmarkPrinter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./rerank bench NAME}: measures, and prints what it saw. */
@Command(
        name = "bench",
        description = "Measures one thing and prints it as a table, or as JSON lines.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "NAME",
        footer = {
            "%nExamples:",
            "  ./rerank bench engine",
            "  ./rerank bench pipeline",
            "  ./rerank bench fairness --seconds 10 --json"
        },
        subcommands = {
            BenchCommand.Engine.class,
            BenchCommand.Fairness.class,
            PipelineCommand.class,
            LatencyCommand.class,
            MemoryCommand.class,
            SlotsCommand.class,
            ModelCommand.class,
            ReferenceCommand.class
        })
public final class BenchCommand {

    /** What every benchmark takes. */
    static final class Common {
        @Option(names = "--json", description = "JSON lines; the last one carries the figure.")
        boolean json;

        @Option(
                names = "--seed",
                description = "Seed of the random inputs (default: ${DEFAULT-VALUE}).",
                defaultValue = "20260101")
        long seed;
    }

    /** The batcher's own cost. */
    @Command(
            name = "engine",
            description = "Pairs per second through the micro-batcher on one core.",
            mixinStandardHelpOptions = true,
            footer = {"%nExample:", "  ./rerank bench engine --pairs 500000"})
    static final class Engine implements Callable<Integer> {
        @Spec CommandSpec spec;
        @Mixin Common common;

        @Option(
                names = "--pairs",
                description = "Pairs per measurement (default: ${DEFAULT-VALUE}).",
                defaultValue = "1000000")
        int pairs;

        @Override
        public Integer call() throws InterruptedException {
            BenchmarkPrinter.print(
                    new EngineBenchmark(pairs, common.seed).run(),
                    common.json,
                    spec.commandLine().getOut());
            return 0;
        }
    }

    /** One greedy tenant against the others. */
    @Command(
            name = "fairness",
            description = "What a tenant at 100 times its share does to the others' waiting time.",
            mixinStandardHelpOptions = true,
            footer = {"%nExample:", "  ./rerank bench fairness --seconds 30"})
    static final class Fairness implements Callable<Integer> {
        @Spec CommandSpec spec;
        @Mixin Common common;

        @Option(
                names = "--seconds",
                description = "Length of each of the three runs (default: ${DEFAULT-VALUE}).",
                defaultValue = "20")
        int seconds;

        @Override
        public Integer call() {
            BenchmarkPrinter.print(
                    new FairnessBenchmark(Duration.ofSeconds(seconds), common.seed).run(),
                    common.json,
                    spec.commandLine().getOut());
            return 0;
        }
    }
}
