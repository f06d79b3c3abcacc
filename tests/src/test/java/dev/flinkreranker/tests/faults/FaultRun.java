package dev.flinkreranker.tests.faults;

import static org.apache.kafka.common.IsolationLevel.READ_COMMITTED;
import static org.apache.kafka.common.IsolationLevel.READ_UNCOMMITTED;

import dev.flinkreranker.tests.rig.DeviceFault;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.KafkaBroker;
import dev.flinkreranker.tests.rig.Rig;
import dev.flinkreranker.tests.rig.TopicRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
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

    @Option(
            names = "--only",
            split = ",",
            description = "Kinds of faults; by default all: ${COMPLETION-CANDIDATES}.")
    private List<Fault> only = List.of(Fault.values());

    @Option(names = "--seed", defaultValue = "1", description = "Decides requests and faults.")
    private long seed;

    @Option(
            names = "--guarantee",
            defaultValue = "exactly-once",
            description = "The job's guarantee; at-least-once makes this fail on purpose.")
    private String guarantee;

    @Option(
            names = "--ordered",
            description = "Results keep their partition's order; nothing is set aside.")
    private boolean ordered;

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
        List<Fault> plan = Fault.plan(kills, EnumSet.copyOf(only), random);
        Path checkout = root.toRealPath();
        try (Rig rig =
                Rig.start(checkout, KafkaBroker.Settings.PLAIN, 2, DeviceFault.flinkOptions())) {
            Thread cleanUp = new Thread(rig::close);
            Runtime.getRuntime().addShutdownHook(cleanUp);
            try {
                return run(rig, checkout, plan, random) ? 0 : 1;
            } catch (Exception e) {
                rig.keep();
                say("did not end; its logs are kept in %s", rig.directory());
                throw e;
            } finally {
                Runtime.getRuntime().removeShutdownHook(cleanUp);
            }
        }
    }

    private boolean run(Rig rig, Path checkout, List<Fault> plan, SplittableRandom random)
            throws Exception {
        String kafka = rig.broker().bootstrapServers();
        createTopics(rig.broker());
        FaultInjector injector =
                new FaultInjector(
                        rig, config(rig, checkout, "faults", "", guarantee, "never"), random);
        injector.startJob();
        QuietLatency latency;
        try (RequestFeed feed = new RequestFeed(kafka, "requests", requests, seed);
                QuietTenants quiet = new QuietTenants(kafka, "requests", "results", seed)) {
            List<QuietLatency.Interval> faults = new ArrayList<>();
            int share = requests / (plan.size() + 1);
            for (int i = 0; i < plan.size(); i++) {
                feed.allow(share);
                boolean hit = injector.awaitUncoveredResults();
                long start = System.nanoTime();
                say(
                        "%d/%d %s%s",
                        i + 1, plan.size(), plan.get(i), hit ? "" : " (nothing was under way)");
                injector.inject(plan.get(i));
                faults.add(new QuietLatency.Interval(start, System.nanoTime()));
                say(
                        "works again after %d s",
                        Duration.ofNanos(System.nanoTime() - start).toSeconds());
                if (i == 0) {
                    injector.configureLateTenant();
                }
            }
            if (plan.isEmpty()) {
                injector.configureLateTenant();
            }
            feed.allow(requests - share * plan.size());
            feed.finish();
            latency = QuietLatency.of(quiet.finish(), faults);
        }
        int sent = requests + latency.requests();
        awaitAnswers(rig, kafka, sent);
        injector.stopJob();
        TopicRecords results = committed(kafka, "results");
        Verdict verdict = Verdict.of(sent, results, committed(kafka, "dead-letters"), plan.size());
        say("faults: %s", counts(plan));
        int again = TopicRecords.read(kafka, "results", READ_UNCOMMITTED).duplicates();
        say("read_uncommitted sees %d duplicates: %s", again, meaning(again, verdict));
        boolean inOrder = inOrder(kafka, plan);
        List<String> crashes = rig.flink().crashReports();
        say("crashed JVMs: %s", crashes);
        ScoreComparison scores = compare(rig, checkout, results);
        say("%s", scores);
        System.out.println(verdict + " " + latency);
        return verdict.exactlyOnce()
                && (again > 0 || plan.isEmpty())
                && inOrder
                && crashes.isEmpty()
                && scores.different() == 0;
    }

    /** What was under way when a job is rescaled may come in any order. */
    private boolean inOrder(String kafka, List<Fault> plan) {
        if (!ordered) {
            return true;
        }
        int overtaken = Overtakings.count(kafka, "requests", "results");
        say("%d results overtaken by later requests of their partition", overtaken);
        return overtaken == 0 || plan.contains(Fault.RESCALE);
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

    private static void createTopics(KafkaBroker broker) throws Exception {
        broker.createTopics(4, "requests", "dead-letters", "overflow", "reference-dead-letters");
        String most = Integer.toString(GeneratedRequest.RECORD_BYTES);
        broker.createTopics(4, Map.of("max.message.bytes", most), "results", "reference-results");
        broker.createTopics(1, Map.of("cleanup.policy", "compact"), LateTenant.TOPIC);
    }

    private void awaitAnswers(Rig rig, String kafka, int sent) throws Exception {
        Eventually.holds(
                "every request is answered",
                DRAIN,
                () ->
                        rig.broker().end("results") + rig.broker().end("dead-letters") >= sent
                                && committed(kafka, "results").distinct()
                                                + committed(kafka, "dead-letters").distinct()
                                        >= sent);
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
                "without faults: %d s for %d results",
                Duration.ofNanos(System.nanoTime() - start).toSeconds(), results.distinct());
        return ScoreComparison.of(
                results, committed(rig.broker().bootstrapServers(), "reference-results"));
    }

    private static TopicRecords committed(String kafka, String topic) {
        return TopicRecords.read(kafka, topic, READ_COMMITTED);
    }

    private Path config(
            Rig rig, Path checkout, String name, String prefix, String guarantee, String stop)
            throws Exception {
        Path model = checkout.resolve("tests/models/scifact-minilm-layerwise");
        return rig.file(
                name + ".yaml",
                String.join(
                        "\n",
                        "name: " + name,
                        "requests: {topic: requests, start: earliest, stop: %s}".formatted(stop),
                        "results: {topic: %sresults}".formatted(prefix),
                        "dead_letters: {topic: %sdead-letters}".formatted(prefix),
                        ordered ? "rerank: {ordered: true}" : "overflow: {topic: overflow}",
                        "limits: {record_bytes: %d}".formatted(GeneratedRequest.RECORD_BYTES),
                        "kafka: {bootstrap.servers: \"%s\", reconnect.backoff.max.ms: \"500\", request.timeout.ms: \"8000\"}"
                                .formatted(rig.broker().bootstrapServers()),
                        "delivery: {guarantee: %s, checkpoint_interval: 2s}"
                                .formatted(guarantee.replace('-', '_')),
                        "models: {small: {directory: %s}, %s}"
                                .formatted(model, LateTenant.models(model, rig.directory())),
                        "defaults: {model: small, cutoff_layers: [3], max_length: 64}",
                        "tenants: {flood: {}, t0: {}, t1: {stages: [{keep: 1}, {cutoff_layers: [4]}]},",
                        "  quiet-0: {}, quiet-1: {}, quiet-2: {}}",
                        "tenant_configs: {topic: %s, hold_time: 1h}".formatted(LateTenant.TOPIC),
                        // What waits would be overtaken, so an ordered job lets none wait.
                        "unknown_tenant: " + (ordered ? "defaults" : "hold")));
    }

    private static void say(String format, Object... values) {
        System.err.printf(format + "%n", values);
    }
}
