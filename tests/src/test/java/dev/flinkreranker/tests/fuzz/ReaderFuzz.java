package dev.flinkreranker.tests.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Mutated inputs for one reader, all made from a seed. */
final class ReaderFuzz {

    /** No input may keep a reader for so long. */
    private static final Duration HANG = Duration.ofSeconds(30);

    private ReaderFuzz() {}

    /**
     * Reads inputs one after another.
     *
     * @return how many were accepted
     * @throws AssertionError with the input in hexadecimal, if the reader threw what is not its own
     */
    static int run(FuzzTarget target, int inputs, long seed) {
        int accepted = 0;
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
        try {
            for (int i = 0; i < inputs; i++) {
                byte[] input = target.input(new SplittableRandom(seed * 1_000_003 + i));
                String name = "%s, seed %d, input %d".formatted(target, seed, i);
                ScheduledFuture<?> hang =
                        watch.schedule(
                                () -> hangs(name, input), HANG.toSeconds(), TimeUnit.SECONDS);
                try {
                    accepted += target.read(input) ? 1 : 0;
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(
                            name + ": " + e + "\n" + HexFormat.of().formatHex(input), e);
                } finally {
                    hang.cancel(false);
                }
            }
        } finally {
            watch.shutdownNow();
        }
        return accepted;
    }

    /** The reader's thread cannot be stopped, so the process is. */
    private static void hangs(String name, byte[] input) {
        try {
            Path kept = Files.write(Files.createTempFile("fuzz-hang-", ".bin"), input);
            System.err.println(name + " hangs; the input is in " + kept);
        } catch (IOException e) {
            System.err.println(name + " hangs");
        }
        Runtime.getRuntime().halt(1);
    }
}
