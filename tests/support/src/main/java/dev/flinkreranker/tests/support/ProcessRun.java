package dev.flinkreranker.tests.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One run of a main class in a process of its own, for what ends the process.
 *
 * @param status what it ended with
 * @param output standard output and error
 */
public record ProcessRun(int status, String output) {

    /** Runs a class of the test's class path to its end. */
    public static ProcessRun of(Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = ShortLivedJvm.command();
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new ProcessRun(process.waitFor(), output);
    }
}
