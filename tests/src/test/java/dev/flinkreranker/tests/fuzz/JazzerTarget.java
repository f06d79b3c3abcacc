package dev.flinkreranker.tests.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A reader as the fuzzer Jazzer takes it, which looks for inputs by the code they reach. {@code
 * tests/fuzz --jazzer READER} runs it.
 */
public final class JazzerTarget {

    private static final int SEEDS = 200;

    private static FuzzTarget target;

    private JazzerTarget() {}

    /** Called by Jazzer once, with what follows {@code --target_args}. */
    public static void fuzzerInitialize(String[] arguments) {
        target = FuzzTarget.valueOf(arguments[0]);
    }

    /** Called by Jazzer with every input; what is thrown is a finding. */
    public static void fuzzerTestOneInput(byte[] input) {
        target.read(input);
    }

    /** Writes inputs to begin with: the reader, a folder, a seed. */
    public static void main(String[] arguments) throws IOException {
        target = FuzzTarget.valueOf(arguments[0]);
        Path folder = Files.createDirectories(Path.of(arguments[1]));
        long seed = Long.parseLong(arguments[2]);
        for (int i = 0; i < SEEDS; i++) {
            Files.write(folder.resolve("seed-" + i), target.input(new SplittableRandom(seed + i)));
        }
    }
}
