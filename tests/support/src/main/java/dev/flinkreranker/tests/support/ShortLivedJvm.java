package dev.flinkreranker.tests.support;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM that a test starts: it ends before the work of the second compiler is repaid. */
public final class ShortLivedJvm {

    /** Flags for {@code java}. */
    public static final List<String> FLAGS =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:MetaspaceSize=256m");

    private ShortLivedJvm() {}

    /**
     * The beginning of a command line, which can be added to: the test's own Java and the flags.
     */
    public static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        return command;
    }
}
