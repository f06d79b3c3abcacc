package dev.flinkreranker.job.tenants;

import dev.flinkreranker.job.config.KafkaProperties;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Changes a tenants' topic, one change at a time. All writers of a topic share one transactional
 * id: whoever begins fences the one before, and reads the topic after that. So what was read still
 * holds when the transaction commits, or it does not commit.
 */
final class TenantWriter {

    /** What to tell when {@link #write} did not. */
    static final String INTERRUPTED =
            "somebody else changed the topic meanwhile; nothing was written, try again";

    private static final String PATIENCE_MS = "20000";

    private final TenantTopic topic;
    private final PrintWriter warnings;
    private final Function<Properties, Producer<byte[], byte[]>> producers;

    /**
     * @param warnings takes a line where a change is written, but not seen by readers yet
     */
    TenantWriter(TenantTopic topic, PrintWriter warnings) {
        this(
                topic,
                warnings,
                properties ->
                        new KafkaProducer<>(
                                properties, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    TenantWriter(
            TenantTopic topic,
            PrintWriter warnings,
            Function<Properties, Producer<byte[], byte[]>> producers) {
        this.topic = topic;
        this.warnings = warnings;
        this.producers = producers;
    }

    /** Decides what to write. */
    @FunctionalInterface
    interface Decision {

        /**
         * The values by key, null to delete; none to write nothing.
         *
         * @param log what is there
         */
        Map<byte[], byte[]> decide(TenantLog log);
    }

    /**
     * Writes what the decision says, all of it or nothing.
     *
     * @return whether it was written; false when another writer came in between
     */
    boolean write(Decision decision) throws IOException, InterruptedException {
        try (Producer<byte[], byte[]> producer = producer()) {
            producer.initTransactions();
            Map<byte[], byte[]> values = decision.decide(topic.read());
            if (values.isEmpty()) {
                return true;
            }
            producer.beginTransaction();
            Future<RecordMetadata> last = null;
            for (Map.Entry<byte[], byte[]> value : values.entrySet()) {
                last =
                        producer.send(
                                new ProducerRecord<>(
                                        topic.name(), value.getKey(), value.getValue()));
            }
            producer.flush();
            last.get();
            producer.commitTransaction();
            awaitCommit();
            return true;
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            return false;
        } catch (ExecutionException e) {
            if (fenced(e)) {
                return false;
            }
            throw new IOException(
                    "topic " + topic.name() + ": " + TenantTopic.describe(e.getCause()), e);
        } catch (KafkaException e) {
            if (fenced(e)) {
                return false;
            }
            throw new IOException("topic " + topic.name() + ": " + TenantTopic.describe(e), e);
        }
    }

    /**
     * The commit is decided, but readers see it a moment later. The id is given to the next
     * producer only after that. Whatever goes wrong here, the change is written.
     */
    private void awaitCommit() {
        try (Producer<byte[], byte[]> producer = producer()) {
            producer.initTransactions();
        } catch (KafkaException e) {
            warnings.printf(
                    "topic %s: the change is written, but readers may not see it yet: %s%n",
                    topic.name(), TenantTopic.describe(e));
        }
    }

    private static boolean fenced(Throwable e) {
        return e.getCause() instanceof ProducerFencedException
                || e.getCause() instanceof InvalidProducerEpochException;
    }

    private Producer<byte[], byte[]> producer() {
        Properties properties = KafkaProperties.sink(topic.job());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic.name() + ":put");
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, PATIENCE_MS);
        properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MS);
        return producers.apply(properties);
    }
}
