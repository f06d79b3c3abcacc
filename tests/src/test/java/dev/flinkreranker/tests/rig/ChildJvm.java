package dev.flinkreranker.tests.rig;

import dev.flinkreranker.tests.support.ShortLivedJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Java process of the rig, its output in a file. */
public final class ChildJvm implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Whatever ends the test, even while the rig still starts, ends its processes. */
    private static final Set<Process> ALL = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> ALL.forEach(Process::destroyForcibly), "rig"));
    }

    private final String name;
    private final Path log;
    private final Process process;

    private ChildJvm(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a process.
     *
     * @param name names the log file, to which it appends
     * @param arguments of the {@code java} command: flags, class path, class, its arguments
     */
    public static ChildJvm start(
            String name, Path directory, Map<String, String> environment, List<String> arguments)
            throws IOException {
        Path log = directory.resolve(name + ".log");
        List<String> command = ShortLivedJvm.command();
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(directory.toFile());
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Process process = builder.start();
        ALL.add(process);
        return new ChildJvm(name, log, process);
    }

    /** Runs a process to its end and returns what it printed. */
    static String run(Path directory, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = ShortLivedJvm.command();
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).directory(directory.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(
                    String.join(" ", arguments)
                            + " failed: "
                            + new String(process.getErrorStream().readAllBytes()));
        }
        return output;
    }

    String name() {
        return name;
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Ends it as a crash does: nothing is flushed, nobody is told. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it in order. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            kill();
        }
    }

    /**
     * Ends it by SIGTERM.
     *
     * @return what it exited with
     * @throws TimeoutException if it does not end in time
     */
    public int terminate(Duration patience) throws InterruptedException, TimeoutException {
        process.destroy();
        return await(patience);
    }

    /**
     * Waits until it ends by itself.
     *
     * @return what it exited with
     * @throws TimeoutException if it does not end in time
     */
    public int await(Duration patience) throws InterruptedException, TimeoutException {
        if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
            throw new TimeoutException(name + " has not ended:\n" + output());
        }
        return process.exitValue();
    }

    /** Takes its processor away; to the others it hangs. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Gives its processor back. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + signal + " " + name + " failed");
        }
    }

    /** Everything it printed, earlier processes of the same name included. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
