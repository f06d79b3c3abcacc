package dev.flinkreranker.tests.upgrade;

import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.tests.upgrade.KafkaContent.Event;
import dev.flinkreranker.tests.upgrade.KafkaContent.OpenTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.connector.kafka.sink.internal.FlinkKafkaInternalProducer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Transactions that a savepoint will commit: read from the broker where they are open, and opened
 * again on another. The savepoint names them by transactional id, producer id and epoch, so the new
 * broker must come to the same three.
 */
final class OpenTransactions {

    private OpenTransactions() {}

    /**
     * The open transactions of a broker.
     *
     * @param written the uncommitted records; a topic's are dealt out among its transactions
     */
    static List<OpenTransaction> read(LocalBroker broker, List<Event> written) throws Exception {
        try (Admin admin = broker.admin()) {
            List<String> ids =
                    admin
                            .listTransactions(
                                    new ListTransactionsOptions()
                                            .filterStates(Set.of(TransactionState.ONGOING)))
                            .all()
                            .get()
                            .stream()
                            .map(TransactionListing::transactionalId)
                            .toList();
            Map<String, TransactionDescription> open = admin.describeTransactions(ids).all().get();
            List<OpenTransaction> transactions = new ArrayList<>();
            for (String topic : topics(open)) {
                List<String> writers =
                        open.keySet().stream()
                                .filter(id -> topics(Map.of(id, open.get(id))).contains(topic))
                                .sorted()
                                .toList();
                List<Event> records =
                        written.stream().filter(e -> e.topic().equals(topic)).toList();
                for (int i = 0; i < writers.size(); i++) {
                    int writer = i;
                    TransactionDescription description = open.get(writers.get(i));
                    transactions.add(
                            new OpenTransaction(
                                    writers.get(i),
                                    description.producerId(),
                                    description.producerEpoch(),
                                    records.stream()
                                            .filter(
                                                    e ->
                                                            records.indexOf(e) % writers.size()
                                                                    == writer)
                                            .toList()));
                }
            }
            return transactions.stream()
                    .sorted(Comparator.comparing(OpenTransaction::producerId))
                    .toList();
        }
    }

    private static Set<String> topics(Map<String, TransactionDescription> transactions) {
        return transactions.values().stream()
                .flatMap(transaction -> transaction.topicPartitions().stream())
                .map(TopicPartition::topic)
                .collect(Collectors.toSet());
    }

    /**
     * Opens transactions on a broker that has given out no producer id yet.
     *
     * @param transactions in the order of their producer ids
     * @param timeout when the broker drops one that is not committed
     */
    static void reopen(LocalBroker broker, List<OpenTransaction> transactions, Duration timeout)
            throws Exception {
        long next = 0;
        for (OpenTransaction transaction : transactions) {
            while (next < transaction.producerId()) {
                try (FlinkKafkaInternalProducer<byte[], byte[]> other =
                        producer(broker, "spends-an-id-" + next, timeout)) {
                    next = other.getProducerId() + 1;
                }
            }
            // Closed by the connector's own rule: what was begun stays open at the broker.
            try (FlinkKafkaInternalProducer<byte[], byte[]> producer =
                    producer(broker, transaction.id(), timeout)) {
                if (producer.getProducerId() != transaction.producerId()
                        || producer.getEpoch() != transaction.epoch()) {
                    throw new IllegalStateException(
                            "%s became producer %d, epoch %d"
                                    .formatted(
                                            transaction,
                                            producer.getProducerId(),
                                            producer.getEpoch()));
                }
                next++;
                producer.beginTransaction();
                for (Event event : transaction.records()) {
                    producer.send(event.record(), null);
                }
                producer.flush();
            }
        }
    }

    private static FlinkKafkaInternalProducer<byte[], byte[]> producer(
            LocalBroker broker, String id, Duration timeout) {
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        properties.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(timeout.toMillis()));
        properties.put(
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        FlinkKafkaInternalProducer<byte[], byte[]> producer =
                new FlinkKafkaInternalProducer<>(properties, id);
        producer.initTransactions();
        return producer;
    }
}
