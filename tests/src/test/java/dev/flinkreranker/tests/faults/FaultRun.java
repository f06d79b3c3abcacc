package dev.flinkreranker.tests.faults;

import static org.apache.kafka.common.IsolationLevel.READ_COMMITTED;
import static org.apache.kafka.common.IsolationLevel.READ_UNCOMMITTED;

import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.KafkaBroker;
import dev.flinkreranker.tests.rig.Rig;
import dev.flinkreranker.tests.rig.TopicRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sends requests through the job while faults happen, then counts what came out. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description = "Kills, freezes and restarts a cluster under load; counts every request.")
public final class FaultRun implements Callable<Integer> {

    private static final Duration DRAIN = Duration.ofHours(2);

    @Option(names = "--requests", defaultValue = "2000", description = "Requests to send.")
    private int requests;

    @Option(names = "--kills", defaultValue = "7", description = "Faults to do meanwhile.")
    private int kills;

    @Option(names = "--seed", defaultValue = "1", description = "Decides requests and faults.")
    private long seed;

    @Option(
            names = "--guarantee",
            defaultValue = "exactly-once",
            description = "The job's guarantee; at-least-once makes this fail on purpose.")
    private String guarantee;

    @Option(names = "--root", defaultValue = "..", description = "The checkout.")
    private Path root;

    private FaultRun() {}

    /** Runs and exits: 0 when every request was answered exactly once, 1 when not. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new FaultRun());
    }

    @Override
    public Integer call() throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<Fault> plan = Fault.plan(kills, random);
        Path checkout = root.toRealPath();
        try (Rig rig = Rig.start(checkout, KafkaBroker.Settings.PLAIN, 2, Map.of())) {
            Thread cleanUp = new Thread(rig::close);
            Runtime.getRuntime().addShutdownHook(cleanUp);
            boolean passed = run(rig, checkout, plan, random);
            Runtime.getRuntime().removeShutdownHook(cleanUp);
            return passed ? 0 : 1;
        }
    }

    private boolean run(Rig rig, Path checkout, List<Fault> plan, SplittableRandom random)
            throws Exception {
        String kafka = rig.broker().bootstrapServers();
        rig.broker().createTopics(4, "requests", "results", "dead-letters");
        rig.broker().createTopics(4, "reference-results", "reference-dead-letters");
        FaultInjector injector =
                new FaultInjector(
                        rig, config(rig, checkout, "faults", "", guarantee, "never"), random);
        injector.startJob();
        try (RequestFeed feed = new RequestFeed(kafka, "requests", requests, seed)) {
            int share = requests / (plan.size() + 1);
            for (int i = 0; i < plan.size(); i++) {
                feed.allow(share);
                boolean hit = injector.awaitUncoveredResults();
                long start = System.nanoTime();
                injector.inject(plan.get(i));
                say(
                        "%d/%d %s%s, working again after %d s",
                        i + 1,
                        plan.size(),
                        plan.get(i),
                        hit ? "" : " (nothing was under way)",
                        Duration.ofNanos(System.nanoTime() - start).toSeconds());
            }
            feed.allow(requests - share * plan.size());
            feed.finish();
        }
        awaitAnswers(rig, kafka);
        injector.stopJob();
        TopicRecords results = committed(kafka, "results");
        Verdict verdict =
                Verdict.of(requests, results, committed(kafka, "dead-letters"), plan.size());
        say("faults: %s", counts(plan));
        int again = TopicRecords.read(kafka, "results", READ_UNCOMMITTED).duplicates();
        say("read_uncommitted sees %d duplicates: %s", again, meaning(again, verdict));
        ScoreComparison scores = compare(rig, checkout, results);
        say("%s", scores);
        System.out.println(verdict);
        return verdict.exactlyOnce() && (again > 0 || plan.isEmpty()) && scores.different() == 0;
    }

    private static String counts(List<Fault> plan) {
        return plan.stream()
                .collect(Collectors.groupingBy(f -> f, TreeMap::new, Collectors.counting()))
                .toString();
    }

    /** Whether this run could have failed. */
    private static String meaning(int again, Verdict verdict) {
        if (again == 0) {
            return "no fault hit anything, so this run shows nothing; send more requests";
        }
        return verdict.duplicated() == 0
                ? "written again after faults, and kept from readers by transactions"
                : "written again after faults, and readers see %d".formatted(verdict.duplicated());
    }

    private void awaitAnswers(Rig rig, String kafka) throws Exception {
        Eventually.holds(
                "every request is answered",
                DRAIN,
                () ->
                        rig.broker().end("results") + rig.broker().end("dead-letters") >= requests
                                && committed(kafka, "results").distinct()
                                                + committed(kafka, "dead-letters").distinct()
                                        >= requests);
    }

    /** The same requests through the same job, and nothing happens to it. */
    private ScoreComparison compare(Rig rig, Path checkout, TopicRecords results) throws Exception {
        Path config = config(rig, checkout, "reference", "reference-", "exactly-once", "latest");
        long start = System.nanoTime();
        String job = rig.submit(config, 2, null);
        Eventually.holds(
                "the run without faults ends",
                DRAIN,
                () -> rig.flink().rest().state(job).equals("FINISHED"));
        say(
                "without faults: %d s for %d requests",
                Duration.ofNanos(System.nanoTime() - start).toSeconds(), requests);
        return ScoreComparison.of(
                results, committed(rig.broker().bootstrapServers(), "reference-results"));
    }

    private static TopicRecords committed(String kafka, String topic) {
        return TopicRecords.read(kafka, topic, READ_COMMITTED);
    }

    private static Path config(
            Rig rig, Path checkout, String name, String prefix, String guarantee, String stop)
            throws Exception {
        return rig.file(
                name + ".yaml",
                """
                name: %s
                requests: {topic: requests, group: %s, start: earliest, stop: %s}
                results: {topic: %sresults}
                dead_letters: {topic: %sdead-letters}
                kafka: {bootstrap.servers: "%s", reconnect.backoff.max.ms: "500", request.timeout.ms: "8000"}
                delivery: {guarantee: %s, checkpoint_interval: 2s}
                models: {small: {directory: %s}}
                defaults: {model: small, cutoff_layers: [3], max_length: 64}
                """
                        .formatted(
                                name,
                                name,
                                stop,
                                prefix,
                                prefix,
                                rig.broker().bootstrapServers(),
                                guarantee.replace('-', '_'),
                                checkout.resolve("tests/models/scifact-minilm-layerwise")));
    }

    private static void say(String format, Object... values) {
        System.err.printf(format + "%n", values);
    }
}
