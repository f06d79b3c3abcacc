package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.workbench.bench.result.BenchmarkPrinter;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that measures one thing and prints what it saw. */
abstract class Benchmark implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--json", description = "JSON lines; the last one carries the figure.")
    private boolean json;

    @Option(
            names = "--seed",
            description = "Seed of the random inputs (default: ${DEFAULT-VALUE}).",
            defaultValue = "20260101")
    private long seed;

    /** Measures, with the options of the command line. */
    abstract BenchmarkResult measure() throws IOException, InterruptedException;

    /** What the process ends with, by what it measured: 0 unless a benchmark judges. */
    int exitCode() {
        return 0;
    }

    /** Decides every random input. */
    final long seed() {
        return seed;
    }

    @Override
    public final Integer call() throws IOException, InterruptedException {
        BenchmarkPrinter.print(measure(), json, spec.commandLine().getOut());
        return exitCode();
    }
}
