package dev.flinkreranker.workbench.bench.subject;

import dev.flinkreranker.job.config.DeliveryConfig;
import dev.flinkreranker.job.config.DeliveryConfig.Guarantee;
import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.local.LocalFlink;
import dev.flinkreranker.local.WorkDirectory;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.bench.texts.TextRequest;
import dev.flinkreranker.workbench.stream.LocalStream;
import dev.flinkreranker.workbench.stream.StreamTopics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The whole job in this process, between a Kafka broker of its own and it: requests in, results
 * out.
 */
public final class StreamRig implements AutoCloseable {

    /** Whoever sends requests where that makes no difference. */
    private static final String ANYBODY = "anybody";

    private final LocalBroker broker;
    private final StreamTopics topics;
    private final WorkDirectory directory;
    private final LocalFlink flink;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ResultCounter results;
    private final JobID job;
    private long sent;

    /**
     * Starts all of it.
     *
     * @param settings {@code defaults} and {@code tenants} of the job's file; the model is {@code
     *     local}
     * @param slots parallelism of the job, and partitions of its topics
     */
    public StreamRig(ModelReference model, String settings, Guarantee guarantee, int slots)
            throws IOException, InterruptedException {
        broker = LocalBroker.start();
        topics = new StreamTopics(broker.bootstrapServers());
        broker.createTopics(slots, topics.requests(), topics.results(), topics.deadLetters());
        directory = new WorkDirectory();
        LocalStream stream =
                new LocalStream(
                        "bench",
                        slots,
                        guarantee,
                        DeliveryConfig.CHECKPOINT_INTERVAL,
                        model,
                        settings);
        producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                broker.bootstrapServers(),
                                ProducerConfig.LINGER_MS_CONFIG,
                                "0"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        results = new ResultCounter(topics);
        flink = new LocalFlink(slots, directory.path());
        job = flink.submit(stream.graph(topics, directory.path()));
    }

    /** Defaults that limit pairs to so many tokens. */
    public static String defaults(int maxLength) {
        return """
        defaults:
          model: local
          max_length: %d
        """
                .formatted(maxLength);
    }

    /** As {@link #seconds(List, String)}, for a tenant that has the defaults. */
    public double seconds(List<TextRequest> requests) throws IOException, InterruptedException {
        return seconds(requests, ANYBODY);
    }

    /**
     * Sends the requests and waits until each has its result in the topic; committed or not, since
     * when results are committed is the checkpoints' interval and not a matter of speed.
     *
     * @return seconds from the first request to the last result
     * @throws IOException when the job fails, or a request gets no scores
     */
    public double seconds(List<TextRequest> requests, String tenant)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (TextRequest request : requests) {
            String id = "request-" + sent++;
            byte[] key = id.getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(topics.requests(), key, request.json(id, tenant)));
        }
        while (results.count() < sent) {
            if (results.poll() == 0 && flink.status(job) == JobStatus.FAILED) {
                throw new IOException("the job failed: " + flink.failure(job));
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() throws IOException {
        try (broker;
                directory;
                flink;
                producer;
                results) {
            flink.cancel(job);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
