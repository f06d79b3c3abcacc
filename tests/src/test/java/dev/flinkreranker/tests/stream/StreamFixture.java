package dev.flinkreranker.tests.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.stream.StreamJob;
import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.support.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * One broker, and a job on topics of its own.
 *
 * @param broker the broker
 * @param name distinguishes topics and transactions from those of other tests
 */
public record StreamFixture(LocalBroker broker, String name) {

    private static final int PARTITIONS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final EngineFactory ENGINES =
            () -> RerankEngine.open(EngineSettings.ofBatchTokens(2048), m -> new TextHashScorer());

    public String requests() {
        return name + "-requests";
    }

    public String results() {
        return name + "-results";
    }

    public String deadLetters() {
        return name + "-dead-letters";
    }

    String tenants() {
        return name + "-tenants";
    }

    public String usage() {
        return name + "-usage";
    }

    String overflow() {
        return name + "-overflow";
    }

    public void createTopics() throws Exception {
        broker.createTopics(
                PARTITIONS, requests(), results(), deadLetters(), tenants(), usage(), overflow());
    }

    /** Sends records and sees every one acknowledged. */
    public void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                broker.bootstrapServers(),
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                12_000_000,
                                // Large batches that compress well pass the broker's limit.
                                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                "gzip"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
            for (Future<RecordMetadata> record : sent) {
                record.get();
            }
        }
    }

    /** A job that ends when it has read what is there, with more YAML for its configuration. */
    JobConfig config(String more) {
        return JobConfigReader.parse(yaml("earliest", "latest", more));
    }

    /** A job that never ends, at another parallelism than 2. */
    JobConfig endlessConfig(int parallelism, String more) {
        return JobConfigReader.parse(
                yaml("earliest", "never", more)
                        .replace("parallelism: 2", "parallelism: " + parallelism));
    }

    /** A job that never ends, with more YAML for its configuration. */
    JobConfig endlessConfig(String more) {
        return JobConfigReader.parse(yaml("earliest", "never", more));
    }

    /**
     * The YAML of a job that begins and ends there. A job that stops waits for what its source has
     * asked the broker last, so that is short.
     */
    String yaml(String start, String stop, String more) {
        return """
        name: %s
        parallelism: 2
        requests: {topic: %s, group: %s, start: "%s", stop: %s}
        results: {topic: %s}
        dead_letters: {topic: %s}
        kafka: {bootstrap.servers: "%s"}
        source: {fetch.max.wait.ms: "50"}
        models: {hash: {directory: /models/hash}}
        %s
        """
                .formatted(
                        name,
                        requests(),
                        name,
                        start,
                        stop,
                        results(),
                        deadLetters(),
                        broker.bootstrapServers(),
                        more);
    }

    /**
     * Runs the job to its end.
     *
     * @param restarts how often Flink may restart it
     * @param checkpoints where to
     */
    @SuppressWarnings("try") // closing the environment may be interrupted, and the test with it
    void run(JobConfig config, int restarts, Path checkpoints) throws Exception {
        Configuration flink = flink(restarts, checkpoints);
        try (StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(flink)) {
            StreamJob.build(env, config, ENGINES);
            env.execute(name);
        }
    }

    /** Stops a job with a savepoint in a folder. */
    static String stop(JobClient client, Path folder) throws Exception {
        return client.stopWithSavepoint(
                        false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * Waits until a job has ended.
     *
     * @throws java.util.concurrent.ExecutionException if it failed
     */
    static void awaitEnd(JobClient client) throws Exception {
        client.getJobExecutionResult().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * Starts the job; whoever gets it ends it.
     *
     * @param savepoint where to begin; null for none
     */
    JobClient start(JobConfig config, Path checkpoints, String savepoint) throws Exception {
        return start(config, ENGINES, flink(0, checkpoints), savepoint);
    }

    /** Likewise, on other engines. */
    JobClient start(JobConfig config, EngineFactory engines, Path checkpoints, String savepoint)
            throws Exception {
        return start(config, engines, flink(0, checkpoints), savepoint);
    }

    /**
     * Starts the job on other engines; whoever gets it ends it. Checkpoints do not wait for what
     * stands before a slow device.
     *
     * @param restarts how often Flink may restart it
     */
    JobClient start(JobConfig config, EngineFactory engines, int restarts, Path checkpoints)
            throws Exception {
        Configuration flink = flink(restarts, checkpoints);
        flink.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        return start(config, engines, flink, null);
    }

    @SuppressWarnings("try") // closing the environment may be interrupted, and the test with it
    private JobClient start(
            JobConfig config, EngineFactory engines, Configuration flink, String savepoint)
            throws Exception {
        if (savepoint != null) {
            flink.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        try (StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(flink)) {
            StreamJob.build(env, config, engines);
            return env.executeAsync(name);
        }
    }

    private static Configuration flink(int restarts, Path checkpoints) {
        Configuration flink = new Configuration();
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, restarts == 0 ? "none" : "fixed-delay");
        flink.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS,
                Math.max(1, restarts));
        flink.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
        flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        flink.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        return flink;
    }

    /** All committed records of a topic, to its end; each is held to its schema. */
    public List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        return read(topic, IsolationLevel.READ_COMMITTED);
    }

    /** The same with those of open and aborted transactions. */
    public List<ConsumerRecord<byte[], byte[]>> uncommitted(String topic) {
        return read(topic, IsolationLevel.READ_UNCOMMITTED);
    }

    /** Waits until so many records of a topic are committed, and holds each to its schema then. */
    void awaitCommitted(String what, String topic, int records) throws Exception {
        Eventually.holds(
                what,
                PATIENCE,
                () -> reader(IsolationLevel.READ_COMMITTED).read(topic).size() == records);
        committed(topic);
    }

    /** The text of the one header of this name. */
    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        assertThat(record.headers().headers(name)).as(name).hasSize(1);
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic, IsolationLevel isolation) {
        List<ConsumerRecord<byte[], byte[]>> records = reader(isolation).read(topic);
        records.forEach(this::assertValid);
        return records;
    }

    private TopicReader reader(IsolationLevel isolation) {
        return new TopicReader(broker.bootstrapServers(), isolation);
    }

    private void assertValid(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(results())) {
            WireFormat.RESULT.assertValid(record.value());
        } else if (record.topic().equals(usage())) {
            WireFormat.USAGE.assertValid(record.value());
        } else if (record.topic().equals(deadLetters())) {
            WireFormat.assertLetterOrMark(record.headers());
        }
    }
}
