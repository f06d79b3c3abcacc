package dev.flinkreranker.workbench.bench.subject;

import dev.flinkreranker.job.stream.JobConfig;
import dev.flinkreranker.job.stream.JobConfigReader;
import dev.flinkreranker.job.stream.StreamJob;
import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.local.LocalFlink;
import dev.flinkreranker.local.WorkDirectory;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.bench.texts.TextRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The whole job in this process, between a Kafka broker of its own and it: requests in, results
 * out.
 */
public final class StreamRig implements AutoCloseable {

    /** What is promised about delivery; a name of the configuration file. */
    public enum Guarantee {
        AT_LEAST_ONCE,
        EXACTLY_ONCE
    }

    private static final String REQUESTS = "requests";
    private static final String RESULTS = "results";
    private static final String DEAD_LETTERS = "dead-letters";

    private static final String CONFIG =
            """
            name: bench
            parallelism: %d
            kafka:
              bootstrap.servers: "%s"
            requests:
              topic: %s
              start: earliest
            results:
              topic: %s
            dead_letters:
              topic: %s
            delivery:
              guarantee: %s
              checkpoint_dir: "%s"
            models:
              measured:
                directory: "%s"
                dtype: %s
            defaults:
              model: measured
              max_length: %d
            """;

    private final LocalBroker broker;
    private final WorkDirectory directory;
    private final LocalFlink flink;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ResultCounter results;
    private final JobID job;
    private long sent;

    /**
     * Starts all of it.
     *
     * @param maxLength limit of a pair in tokens
     * @param slots parallelism of the job, and partitions of its topics
     */
    public StreamRig(ModelReference model, int maxLength, Guarantee guarantee, int slots)
            throws IOException, InterruptedException {
        broker = LocalBroker.start();
        broker.createTopics(slots, REQUESTS, RESULTS, DEAD_LETTERS);
        directory = new WorkDirectory();
        JobConfig config =
                JobConfigReader.parse(
                        CONFIG.formatted(
                                slots,
                                broker.bootstrapServers(),
                                REQUESTS,
                                RESULTS,
                                DEAD_LETTERS,
                                guarantee.name().toLowerCase(Locale.ROOT),
                                directory.path().resolve("checkpoints").toUri(),
                                model.path().toAbsolutePath(),
                                model.computeType().name().toLowerCase(Locale.ROOT),
                                maxLength));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        StreamJob.build(env, config, StreamJob.engines(config));
        producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                broker.bootstrapServers(),
                                ProducerConfig.LINGER_MS_CONFIG,
                                "0"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        results = new ResultCounter(broker.bootstrapServers(), RESULTS, DEAD_LETTERS);
        flink = new LocalFlink(slots, directory.path());
        job = flink.submit(env.getStreamGraph());
    }

    /**
     * Sends the requests and waits until each has its result in the topic; committed or not, since
     * when results are committed is the checkpoints' interval and not a matter of speed.
     *
     * @return seconds from the first request to the last result
     * @throws IOException when the job fails, or a request gets no scores
     */
    public double seconds(List<TextRequest> requests) throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (TextRequest request : requests) {
            String id = "request-" + sent++;
            byte[] key = id.getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(REQUESTS, key, request.json(id)));
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
