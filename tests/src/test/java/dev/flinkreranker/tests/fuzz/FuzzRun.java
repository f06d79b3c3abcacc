package dev.flinkreranker.tests.fuzz;

import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The long form of what {@link FuzzTest} does in seconds. */
@Command(
        name = "fuzz",
        mixinStandardHelpOptions = true,
        description = "Mutated events through the job, mutated inputs through every reader.")
public final class FuzzRun implements Callable<Integer> {

    @Option(names = "--events", defaultValue = "100000", description = "Events through the job.")
    private int events;

    @Option(names = "--inputs", defaultValue = "100000", description = "Inputs for each reader.")
    private int inputs;

    @Option(names = "--seed", defaultValue = "1", description = "Decides all of them.")
    private long seed;

    @Option(names = "--root", defaultValue = "..", description = "The checkout.")
    private Path root;

    private FuzzRun() {}

    /** Runs and exits: 0 when every input was answered and every event accounted for. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FuzzRun()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        for (FuzzTarget target : FuzzTarget.values()) {
            long start = System.nanoTime();
            int accepted = ReaderFuzz.run(target, inputs, seed);
            System.out.printf(
                    "%s inputs=%d accepted=%d refused=%d seconds=%d%n",
                    target, inputs, accepted, inputs - accepted, seconds(start));
        }
        if (events == 0) {
            return 0;
        }
        long start = System.nanoTime();
        Path model = root.toRealPath().resolve("tests/models/scifact-minilm-layerwise");
        Ledger ledger = EventFuzz.run(events, seed, model, Duration.ofHours(3));
        new TreeMap<>(ledger.outcomes())
                .forEach((outcome, count) -> System.out.printf("%9d %s%n", count, outcome));
        ledger.faults().stream().limit(20).forEach(System.out::println);
        System.out.printf(
                "events=%d accounted=%d lost=%d duplicated=%d wrong=%d restarts=0 seconds=%d%n",
                events,
                ledger.with(1),
                ledger.with(0),
                ledger.unaccounted() - ledger.with(0),
                ledger.faults().size(),
                seconds(start));
        return ledger.unaccounted() == 0 && ledger.faults().isEmpty() ? 0 : 1;
    }

    private static long seconds(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toSeconds();
    }
}
