package dev.flinkreranker.workbench.bench.subject;

import dev.flinkreranker.job.config.DeliveryConfig.Guarantee;
import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.local.LocalFlink;
import dev.flinkreranker.local.WorkDirectory;
import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.workbench.stream.LocalStream;
import dev.flinkreranker.workbench.stream.StreamTopics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The whole job on a simulated device, between topics of a broker of its own. Some tenants send
 * little, and one may flood it, in all partitions. Timed is what the others wait, from topic to
 * topic: a result counts when a reader of the job's guarantee may see it.
 */
public final class FloodedJob implements AutoCloseable {

    private static final String OVERFLOW = "rerank-overflow";
    private static final int PARTITIONS = 4;
    private static final int DOCUMENTS = 10;

    /** About 10 KB a request. */
    private static final String TEXT = "word ".repeat(200);

    private static final String QUESTION =
            "\"query\":\"q\",\"documents\":[%s]}"
                    .formatted(String.join(",", Collections.nCopies(DOCUMENTS, '"' + TEXT + '"')));

    /** Of a request. */
    public static final int TOKENS = DOCUMENTS * SimulatedScorer.tokens(TEXT.length());

    private static final Duration PATIENCE = Duration.ofMillis(20);

    private final LocalBroker broker;
    private final StreamTopics topics;
    private final WorkDirectory directory;
    private final Admin admin;
    private final LocalFlink flink;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> results;
    private final JobID job;
    private final Map<String, Long> waiting = new HashMap<>();
    private final List<Long> waits = new ArrayList<>();
    private long sent;
    private long flooded;
    private long answered;

    /**
     * Starts all of it.
     *
     * @param device how fast the device is
     * @param overflow whether the job has an overflow topic
     * @param checkpoints time between checkpoints
     * @param backlog how many requests the flood has sent before the job starts
     */
    public FloodedJob(
            SimulatedDevice device,
            Guarantee guarantee,
            boolean overflow,
            Duration checkpoints,
            int backlog)
            throws IOException, InterruptedException {
        broker = LocalBroker.start();
        admin = broker.admin();
        topics = new StreamTopics(broker.bootstrapServers());
        broker.createTopics(
                PARTITIONS, topics.requests(), topics.results(), topics.deadLetters(), OVERFLOW);
        directory = new WorkDirectory();
        LocalStream stream =
                new LocalStream(
                        "bench-fairness",
                        1,
                        guarantee,
                        checkpoints,
                        new ModelReference("/simulated", ComputeType.AUTO, "cpu"),
                        "defaults: {model: local}\n"
                                + (overflow ? "overflow: {topic: %s}".formatted(OVERFLOW) : ""));
        producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                broker.bootstrapServers(),
                                // So that its thread is not taken for one of the job.
                                ProducerConfig.CLIENT_ID_CONFIG,
                                "sender",
                                ProducerConfig.BATCH_SIZE_CONFIG,
                                "131072"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        results =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                broker.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                guarantee == Guarantee.EXACTLY_ONCE
                                        ? "read_committed"
                                        : "read_uncommitted"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                IntStream.range(0, PARTITIONS)
                        .mapToObj(partition -> new TopicPartition(topics.results(), partition))
                        .toList();
        results.assign(partitions);
        results.seekToBeginning(partitions);
        while (flooded < backlog) {
            send("noisy", "f" + flooded++);
        }
        producer.flush();
        flink = new LocalFlink(1, directory.path());
        EngineFactory engines =
                () ->
                        RerankEngine.acquire(
                                EngineSettings.defaults(), model -> new SimulatedScorer(device));
        job = flink.submit(stream.graph(topics, directory.path(), engines));
    }

    /**
     * Sends for so long, then waits for the others' results.
     *
     * @param time how long requests are sent
     * @param others tenants that send
     * @param perSecond requests of each of them in a second
     * @param flood requests in a second of the one that floods; 0 for none
     * @param grace how long to wait for results after that
     * @return how long each request of the others waited, in nanoseconds, ascending; one without a
     *     result counts with what it has waited
     */
    public long[] run(Duration time, int others, double perSecond, double flood, Duration grace)
            throws IOException, InterruptedException {
        waiting.clear();
        waits.clear();
        long start = System.nanoTime();
        double quietGap = 1e9 / (others * perSecond);
        double floodGap = flood == 0 ? Double.POSITIVE_INFINITY : 1e9 / flood;
        double nextQuiet = 0;
        double nextFlood = 0;
        long quiet = 0;
        if (flood == 0) {
            nextFlood = Double.POSITIVE_INFINITY;
        }
        while (System.nanoTime() - start < time.toNanos()) {
            double now = System.nanoTime() - start;
            while (nextFlood <= now) {
                send("noisy", "f" + flooded++);
                nextFlood += floodGap;
            }
            while (nextQuiet <= now) {
                String id = "q" + sent++;
                waiting.put(id, System.nanoTime());
                send("quiet-" + quiet++ % others, id);
                nextQuiet += quietGap;
            }
            receive(Duration.ZERO);
            LockSupport.parkNanos(500_000);
        }
        long end = System.nanoTime();
        while (!waiting.isEmpty() && System.nanoTime() - end < grace.toNanos()) {
            receive(PATIENCE);
        }
        long now = System.nanoTime();
        waiting.values().forEach(since -> waits.add(now - since));
        return waits.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** Requests that are in the overflow topic, and what ends transactions. */
    public long setAside() throws IOException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends =
                IntStream.range(0, PARTITIONS)
                        .mapToObj(partition -> new TopicPartition(OVERFLOW, partition))
                        .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
        try {
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
                    .sum();
        } catch (ExecutionException e) {
            throw new IOException("the overflow topic has no end", e.getCause());
        }
    }

    /** Requests of the last {@link #run}, of those who do not flood, that have no result. */
    public int unanswered() {
        return waiting.size();
    }

    /** Requests that the flood has sent in all. */
    public long flooded() {
        return flooded;
    }

    /** Results that the flood has got. */
    public long answered() {
        return answered;
    }

    private void send(String tenant, String id) {
        String value = "{\"request_id\":\"" + id + "\",\"tenant\":\"" + tenant + "\"," + QUESTION;
        producer.send(
                new ProducerRecord<>(
                        topics.requests(),
                        id.getBytes(StandardCharsets.UTF_8),
                        value.getBytes(StandardCharsets.UTF_8)));
    }

    private void receive(Duration patience) throws IOException, InterruptedException {
        boolean none = true;
        for (ConsumerRecord<byte[], byte[]> result : results.poll(patience)) {
            none = false;
            Long since = waiting.remove(new String(result.key(), StandardCharsets.UTF_8));
            if (since == null) {
                answered++;
            } else {
                waits.add(System.nanoTime() - since);
            }
        }
        if (none && !patience.isZero() && flink.status(job) == JobStatus.FAILED) {
            throw new IOException("the job failed: " + flink.failure(job));
        }
    }

    @Override
    public void close() throws IOException {
        try (broker;
                directory;
                admin;
                flink;
                producer;
                results) {
            flink.cancel(job);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
