package dev.flinkreranker.tests.runbooks;

import static dev.flinkreranker.tests.support.Json.json;
import static org.apache.kafka.common.IsolationLevel.READ_COMMITTED;
import static org.apache.kafka.common.IsolationLevel.READ_UNCOMMITTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.TopicRecords;
import dev.flinkreranker.tests.support.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.kafka.common.IsolationLevel;

/**
 * One job of a trial, with topics of its own of one partition, and the requests that went to it.
 * They are of the tenant {@code t} and have their ids as keys.
 */
final class TrialJob {

    private static final String[] TOPICS = {"requests", "results", "dead-letters", "overflow"};

    private final Site site;
    private final String name;
    private final Map<String, String> sent = new LinkedHashMap<>();
    private String id;
    private Path config;

    private TrialJob(Site site, String name) {
        this.site = site;
        this.name = name;
    }

    /**
     * Makes the topics, starts the job and waits until it works.
     *
     * @param more lines of its file: {@code models} and whatever else it needs
     */
    static TrialJob start(Site site, String name, String... more) throws Exception {
        TrialJob job = new TrialJob(site, name);
        for (String topic : TOPICS) {
            site.rig().broker().createTopics(1, name + "-" + topic);
        }
        site.rig().broker().createTopics(1, Map.of("cleanup.policy", "compact"), name + "-tenants");
        job.start(null, more);
        return job;
    }

    /** Stops it with a savepoint, and starts it from there with other lines in its file. */
    void restart(String... more) throws Exception {
        start(stop(), more);
    }

    /** Ends it, and starts it from its newest checkpoint with other lines in its file. */
    void restartFromCheckpoint(String... more) throws Exception {
        cancel();
        Path folder = site.rig().flink().checkpoints().resolve(id);
        try (Stream<Path> all = Files.list(folder)) {
            Path newest =
                    all.filter(checkpoint -> Files.exists(checkpoint.resolve("_metadata")))
                            .max(Comparator.comparingInt(TrialJob::number))
                            .orElseThrow();
            start(newest.toUri().toString(), more);
        }
    }

    private static int number(Path checkpoint) {
        return Integer.parseInt(checkpoint.getFileName().toString().substring("chk-".length()));
    }

    /** Starts it from a savepoint or checkpoint. */
    void start(String savepoint, String... more) throws Exception {
        config =
                site.rig()
                        .file(
                                name + ".yaml",
                                """
                                name: %1$s
                                requests: {topic: %1$s-requests}
                                results: {topic: %1$s-results}
                                dead_letters: {topic: %1$s-dead-letters}
                                tenant_configs: {topic: %1$s-tenants}
                                unknown_tenant: defaults
                                kafka: {bootstrap.servers: "%2$s"}
                                delivery: {checkpoint_interval: 1s}
                                %3$s
                                """
                                        .formatted(
                                                name,
                                                site.rig().broker().bootstrapServers(),
                                                String.join("\n", more)));
        id = site.rig().submit(config, 1, savepoint);
        awaitProgress();
    }

    /** Starts a second job of the same file beside it, and returns its id. */
    String startTwin() throws Exception {
        return site.rig().submit(config, 1, null);
    }

    /** Waits until it runs and completes checkpoints. */
    void awaitProgress() throws TimeoutException, InterruptedException {
        site.rig().flink().rest().awaitProgress(id, Site.PATIENCE);
    }

    /** Stops it and returns the savepoint. */
    String stop() throws IOException, InterruptedException, TimeoutException {
        return site.rig().flink().rest().stopWithSavepoint(id);
    }

    /** Ends it. */
    void cancel() throws IOException, InterruptedException, TimeoutException {
        site.rig().flink().rest().cancel(id);
    }

    /** Completed checkpoints since it was last taken up. */
    long checkpoints() throws IOException, InterruptedException {
        return site.rig().flink().rest().completedCheckpoints(id);
    }

    String topic(String topic) {
        return name + "-" + topic;
    }

    /** Sends requests of two short documents. */
    void send(int count) throws Exception {
        send(count, 2, "the sun makes vitamin D");
    }

    /** Sends requests of some documents, each a text and its number. */
    void send(int count, int documents, String text) throws Exception {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < documents; i++) {
            list.append(i == 0 ? "" : ",")
                    .append('"')
                    .append(text)
                    .append(' ')
                    .append(i)
                    .append('"');
        }
        send(count, number -> request(number, "t", list));
    }

    /** Sends one request of another tenant. */
    void sendOf(String tenant) throws Exception {
        send(1, number -> request(number, tenant, "\"a red car\""));
    }

    private static String request(int number, String tenant, CharSequence documents) {
        return json("{'request_id':'r-%d','tenant':'%s','query':'vitamin %d','documents':[")
                        .formatted(number, tenant, number)
                + documents
                + "]}";
    }

    /** Sends values that are made of a request's number. */
    void send(int count, IntFunction<String> value) throws Exception {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int number = sent.size() + i;
            values.put("r-" + number, value.apply(number));
        }
        site.rig().broker().send(topic("requests"), values);
        sent.putAll(values);
    }

    /** Sends requests of these ids once more. */
    void sendAgain(Set<String> ids) throws Exception {
        Map<String, String> values = new LinkedHashMap<>(sent);
        values.keySet().retainAll(ids);
        site.rig().broker().send(topic("requests"), values);
    }

    /** Writes a tenant's config as it stands. */
    void configure(String tenant, String value) throws Exception {
        site.rig().broker().send(topic("tenants"), tenant, value);
    }

    /** Runs a command of the image on this job's file. */
    String rerank(String... arguments) throws IOException, InterruptedException {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--config";
        all[arguments.length + 1] = config.toString();
        return site.rig().rerank(all);
    }

    /** Puts a config of the tenant {@code t}, as an operator does. */
    void put(String yaml) throws IOException, InterruptedException {
        rerank("tenants", "put", site.rig().file("t.yaml", yaml + "\n").toString());
    }

    /** Requests that a reader who takes only what is committed finds no answer to. */
    Set<String> unanswered() {
        Set<String> ids = new LinkedHashSet<>(sent.keySet());
        ids.removeAll(results(READ_COMMITTED).values().keySet());
        ids.removeAll(letters().values().keySet());
        return ids;
    }

    /** Waits until the latest request has its answer, whatever the others have. */
    void awaitLatestAnswer() throws TimeoutException, InterruptedException {
        String latest = "r-" + (sent.size() - 1);
        Eventually.holds(
                "request " + latest + " of " + name + " is answered",
                Site.PATIENCE,
                () -> !unanswered().contains(latest));
    }

    /** Waits until every request has its answer. */
    void awaitAnswers() throws TimeoutException, InterruptedException {
        Eventually.holds(
                "every request of " + name + " is answered",
                Site.PATIENCE,
                () -> unanswered().isEmpty());
    }

    /** Likewise, and that none has two. */
    void awaitOneAnswerEach() throws TimeoutException, InterruptedException {
        awaitAnswers();
        assertThat(results(READ_COMMITTED).duplicates() + letters().duplicates())
                .as("answers that came twice")
                .isZero();
    }

    TopicRecords results(IsolationLevel isolation) {
        return read("results", isolation);
    }

    /** Where the dead letters are, {@code PARTITION:OFFSET}. */
    List<String> letterPlaces() {
        return new TopicReader(site.rig().broker().bootstrapServers(), READ_COMMITTED)
                .read(topic("dead-letters")).stream()
                        .map(letter -> letter.partition() + ":" + letter.offset())
                        .toList();
    }

    private TopicRecords letters() {
        return read("dead-letters", READ_COMMITTED);
    }

    /** Results that were written, whether or not a transaction committed them. */
    Set<String> written() {
        return results(READ_UNCOMMITTED).values().keySet();
    }

    private TopicRecords read(String topic, IsolationLevel isolation) {
        return TopicRecords.read(site.rig().broker().bootstrapServers(), topic(topic), isolation);
    }
}
