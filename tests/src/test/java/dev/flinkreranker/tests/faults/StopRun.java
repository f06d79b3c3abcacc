package dev.flinkreranker.tests.faults;

import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.workbench.cli.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Stops every command that scores, at random moments, or lets it end by itself, and looks for
 * crashes of the JVM.
 */
@Command(
        name = "stops",
        mixinStandardHelpOptions = true,
        description = "Stops commands that score, or lets them end; counts crashes.")
public final class StopRun implements Callable<Integer> {

    private static final long ENDED_WITHIN_SECONDS = 180;
    private static final int REQUESTS = 40_000;
    private static final int SECOND_SIGNAL_WITHIN_MILLIS = 1_500;

    /** As a shell sees it: done, SIGINT, SIGTERM. */
    private static final Set<Integer> STOPPED = Set.of(0, 130, 143);

    /** Likewise: SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV. */
    private static final Set<Integer> CRASHED = Set.of(132, 133, 134, 135, 136, 139);

    @Option(names = "--tries", defaultValue = "50", description = "Processes to start and stop.")
    private int tries;

    @Option(names = "--seed", defaultValue = "1", description = "Decides commands and moments.")
    private long seed;

    @Option(
            names = "--seconds",
            defaultValue = "15",
            description = "The signal comes within so many seconds after the start.")
    private int seconds;

    @Option(
            names = "--undisturbed",
            description =
                    "No signal: shorter work, which must end by itself with status 0. But a flooded"
                            + " stream, which never ends, is stopped after --seconds.")
    private boolean undisturbed;

    @Option(
            names = "--only",
            split = ",",
            description = "What runs; by default all: ${COMPLETION-CANDIDATES}.")
    private List<Subject> only = List.of(Subject.values());

    @Option(names = "--root", defaultValue = "..", description = "The checkout.")
    private Path root;

    private Work work;
    private Path model;
    private Path pairs;
    private String kafka;

    private StopRun() {}

    /**
     * How much there is to do.
     *
     * @param pairs for {@code score}
     * @param repeats of {@code bench model}
     * @param queries of {@code demo}
     * @param candidates of each query of {@code replay}
     */
    private record Work(int pairs, int repeats, int queries, int candidates) {

        /** More than is done before the signal. */
        static final Work LONG = new Work(20_000, 100_000, 300, 100);

        /** Some seconds' worth. */
        static final Work SHORT = new Work(1_500, 10, 40, 5);
    }

    /** What runs. */
    private enum Subject {
        SCORE,
        REPLAY,
        BENCH,
        DEMO,
        TUNE,
        /** One tenant floods it; what exceeds its share goes through an overflow topic. */
        STREAM
    }

    /** How a process ended. */
    private enum End {
        /** As it should. */
        ENDED,
        FAILED,
        CRASHED,
        HUNG
    }

    /** Runs and exits: 0 when no process crashed or hung, 1 when one did. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new StopRun()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        root = root.toRealPath();
        work = undisturbed ? Work.SHORT : Work.LONG;
        model = root.resolve("tests/models/scifact-minilm-layerwise");
        Path all = Files.createTempDirectory("stops");
        pairs = Files.write(all.resolve("pairs.jsonl"), pairs(new SplittableRandom(seed)));
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<String, Integer> ends = new TreeMap<>();
        int bad = 0;
        try (LocalBroker broker = LocalBroker.start()) {
            kafka = broker.bootstrapServers();
            broker.createTopics(2, "requests", "results", "dead-letters");
            try (RequestFeed feed = new RequestFeed(kafka, "requests", REQUESTS, seed)) {
                feed.allow(REQUESTS);
                feed.finish();
            }
            for (int i = 0; i < tries; i++) {
                Subject subject = only.get(i % only.size());
                Path folder = Files.createDirectory(all.resolve("try-" + i));
                broker.createTopics(2, folder.getFileName() + "-overflow");
                Process process = start(subject, folder);
                End end =
                        undisturbed
                                ? leave(subject, process, folder)
                                : stop(process, folder, random.split());
                ends.merge(subject + " " + end, 1, Integer::sum);
                if (end == End.ENDED) {
                    delete(folder);
                } else {
                    bad++;
                    System.err.printf("%s %s, see %s%n", subject, end, folder);
                }
            }
        }
        System.err.println(ends);
        System.out.printf("tries=%d crashed_or_hung=%d%n", tries, bad);
        if (bad == 0) {
            delete(all);
        }
        return bad == 0 ? 0 : 1;
    }

    private End stop(Process process, Path folder, SplittableRandom random) throws Exception {
        if (!process.waitFor(random.nextInt(seconds * 1_000), TimeUnit.MILLISECONDS)) {
            process.destroy();
            // A person who does not see it end at once presses Ctrl-C again.
            if (random.nextInt(3) == 0
                    && !process.waitFor(
                            random.nextInt(SECOND_SIGNAL_WITHIN_MILLIS), TimeUnit.MILLISECONDS)) {
                process.destroy();
            }
        }
        return end(process, folder, STOPPED);
    }

    private End leave(Subject subject, Process process, Path folder) throws Exception {
        if (subject != Subject.STREAM) {
            return end(process, folder, Set.of(0));
        }
        if (process.waitFor(seconds, TimeUnit.SECONDS)) {
            return crashed(process, folder) ? End.CRASHED : End.FAILED;
        }
        process.destroy();
        return end(process, folder, STOPPED);
    }

    private static End end(Process process, Path folder, Set<Integer> good) throws Exception {
        if (!process.waitFor(ENDED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return End.HUNG;
        }
        if (crashed(process, folder)) {
            return End.CRASHED;
        }
        return good.contains(process.exitValue()) ? End.ENDED : End.FAILED;
    }

    private static boolean crashed(Process process, Path folder) throws IOException {
        return CRASHED.contains(process.exitValue()) || hasReport(folder);
    }

    private Process start(Subject subject, Path folder) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "@" + root.resolve("job/local/flink.opens"),
                                "-Dreranker.home=" + root,
                                "-Dai.djl.offline=true",
                                "-DOPT_OUT_TRACKING=true",
                                "-XX:+UseParallelGC",
                                "-Xmx1g",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Workbench.class.getName()));
        command.addAll(arguments(subject, folder));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(folder.resolve("out").toFile())
                        .redirectError(folder.resolve("err").toFile());
        builder.environment().put("XDG_STATE_HOME", folder.toString());
        builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
        return builder.start();
    }

    private List<String> arguments(Subject subject, Path folder) throws IOException {
        return switch (subject) {
            case SCORE ->
                    List.of("score", "--model", model.toString(), "--input", pairs.toString());
            case REPLAY -> onScifact("replay", folder);
            case BENCH ->
                    List.of("bench", "model", "--repeat", work.repeats() + "", model.toString());
            case DEMO -> List.of("demo", "--queries", work.queries() + "", "--candidates", "50");
            case TUNE -> onScifact("tune", folder, "--budget", "0.9");
            case STREAM -> List.of("stream", "--config", config(folder).toString());
        };
    }

    /** A command that scores a collection's candidates, with options of its own. */
    private List<String> onScifact(String command, Path folder, String... own) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                command,
                                "--collection",
                                root.resolve("job/workbench/data/scifact").toString(),
                                "--model",
                                model.toString(),
                                "--depth",
                                Integer.toString(work.candidates()),
                                "--out",
                                folder.resolve("scores").toString()));
        arguments.addAll(List.of(own));
        return arguments;
    }

    private Path config(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("stream.yaml"),
                """
                name: %s
                requests: {topic: requests, group: %s}
                results: {topic: results}
                dead_letters: {topic: dead-letters}
                overflow: {topic: %s-overflow}
                kafka: {bootstrap.servers: "%s"}
                delivery: {checkpoint_interval: 1s}
                models: {small: {directory: %s}}
                defaults: {model: small}
                """
                        .formatted(
                                folder.getFileName(),
                                folder.getFileName(),
                                folder.getFileName(),
                                kafka,
                                model));
    }

    /** Of all lengths. */
    private List<String> pairs(SplittableRandom random) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < work.pairs(); i++) {
            String passage = "cell growth factor ".repeat(1 + random.nextInt(100));
            lines.add(
                    "{\"query\": \"what makes cell %d grow\", \"passage\": \"%s\"}"
                            .formatted(i, passage));
        }
        return lines;
    }

    private static boolean hasReport(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("hs_err"));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
