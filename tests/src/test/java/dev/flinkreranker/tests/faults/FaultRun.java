package dev.flinkreranker.tests.faults;

import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.KafkaBroker;
import dev.flinkreranker.tests.rig.Rig;
import dev.flinkreranker.tests.rig.TopicRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.kafka.common.IsolationLevel;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sends requests through the job while faults happen, then counts what came out. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description = "Kills, freezes and restarts a cluster under load; counts every request.")
public final class FaultRun implements Callable<Integer> {

    private static final Duration DRAIN = Duration.ofMinutes(30);

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
        System.exit(new CommandLine(new FaultRun()).execute(arguments));
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
                long start = System.nanoTime();
                injector.inject(plan.get(i));
                say(
                        "%d/%d %s, working again after %d s",
                        i + 1,
                        plan.size(),
                        plan.get(i),
                        Duration.ofNanos(System.nanoTime() - start).toSeconds());
            }
            feed.allow(requests - share * plan.size());
            feed.finish();
        }
        awaitAnswers(kafka);
        injector.stopJob();
        TopicRecords results = committed(kafka, "results");
        Verdict verdict =
                Verdict.of(requests, results, committed(kafka, "dead-letters"), plan.size());
        say(
                "read_uncommitted sees %d duplicates",
                TopicRecords.read(kafka, "results", IsolationLevel.READ_UNCOMMITTED).duplicates());
        ScoreComparison scores = compare(rig, checkout, results);
        say("%s", scores);
        System.out.println(verdict);
        return verdict.exactlyOnce() && scores.different() == 0;
    }

    private void awaitAnswers(String kafka) throws Exception {
        Eventually.holds(
                "every request is answered",
                DRAIN,
                () ->
                        committed(kafka, "results").distinct()
                                        + committed(kafka, "dead-letters").distinct()
                                >= requests);
    }

    /** The same requests through the same job, and nothing happens to it. */
    private ScoreComparison compare(Rig rig, Path checkout, TopicRecords results) throws Exception {
        Path config = config(rig, checkout, "reference", "reference-", "exactly-once", "latest");
        String job = rig.submit(config, 2, null);
        Eventually.holds(
                "the run without faults ends",
                DRAIN,
                () -> rig.flink().rest().state(job).equals("FINISHED"));
        return ScoreComparison.of(
                results, committed(rig.broker().bootstrapServers(), "reference-results"));
    }

    private static TopicRecords committed(String kafka, String topic) {
        return TopicRecords.read(kafka, topic, IsolationLevel.READ_COMMITTED);
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
                kafka: {bootstrap.servers: "%s", reconnect.backoff.max.ms: "500"}
                delivery: {guarantee: %s, checkpoint_interval: 1s}
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
