package dev.flinkreranker.job.tenants;

import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.kafka.FencedTransactions;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Changes a tenants' topic, one change at a time. All writers of a topic share one transactional
 * id: whoever begins fences the one before, and reads the topic after that. So what was read still
 * holds when the transaction commits, or it does not commit.
 */
final class TenantWriter {

    /** What to tell when {@link #write} did not. */
    static final String INTERRUPTED =
            "somebody else changed the topic meanwhile; nothing was written, try again";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TenantTopic topic;
    private final PrintWriter warnings;
    private final Supplier<FencedTransactions> transactions;

    /**
     * @param warnings takes a line where a change is written, but not seen by readers yet
     */
    TenantWriter(TenantTopic topic, PrintWriter warnings) {
        this(topic, warnings, () -> transactions(topic));
    }

    TenantWriter(
            TenantTopic topic, PrintWriter warnings, Supplier<FencedTransactions> transactions) {
        this.topic = topic;
        this.warnings = warnings;
        this.transactions = transactions;
    }

    /** Those of all writers of a topic. */
    static FencedTransactions transactions(TenantTopic topic) {
        Properties properties = KafkaProperties.sink(topic.job());
        properties.putIfAbsent(
                ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(PATIENCE.toMillis()));
        return FencedTransactions.open(properties, topic.name() + ":put", PATIENCE);
    }

    /** Decides what to write. */
    @FunctionalInterface
    interface Decision {

        /**
         * The values by key, null to delete; none to write nothing.
         *
         * @param log what is there
         */
        Map<byte[], byte @Nullable []> decide(TenantLog log);
    }

    /**
     * Writes what the decision says, all of it or nothing.
     *
     * @return whether it was written; false when another writer came in between
     */
    boolean write(Decision decision) throws IOException, InterruptedException {
        try (FencedTransactions fenced = transactions.get()) {
            Map<byte[], byte @Nullable []> values = decision.decide(topic.read());
            if (values.isEmpty()) {
                return true;
            }
            Future<RecordMetadata> last = null;
            for (Map.Entry<byte[], byte @Nullable []> value : values.entrySet()) {
                last =
                        fenced.send(
                                new ProducerRecord<>(
                                        topic.name(), value.getKey(), value.getValue()));
            }
            fenced.flush();
            last.get();
            fenced.commit();
            awaitCommit();
            return true;
        } catch (ExecutionException e) {
            return failed(e, e.getCause());
        } catch (KafkaException e) {
            return failed(e, e);
        }
    }

    /** False when another writer came in between; else throws. */
    private boolean failed(Exception e, Throwable told) throws IOException {
        if (FencedTransactions.isFenced(e)) {
            return false;
        }
        throw new IOException("topic " + topic.name() + ": " + TenantTopic.describe(told), e);
    }

    /**
     * The commit is decided, but readers see it a moment later. The id is given to the next
     * producer only after that. Whatever goes wrong here, the change is written.
     */
    private void awaitCommit() {
        try {
            transactions.get().close();
        } catch (KafkaException e) {
            warnings.printf(
                    "topic %s: the change is written, but readers may not see it yet: %s%n",
                    topic.name(), TenantTopic.describe(e));
        }
    }
}
