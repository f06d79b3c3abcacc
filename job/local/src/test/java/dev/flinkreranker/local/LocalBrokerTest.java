package dev.flinkreranker.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class LocalBrokerTest {

    @Test
    void committedRecordsAreReadAndAbortedOnesAreNot() throws Exception {
        try (LocalBroker broker = LocalBroker.start()) {
            broker.createTopics(1, "results");
            try (KafkaProducer<String, String> producer = producer(broker)) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("results", "a", "aborted"));
                producer.flush();
                producer.abortTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("results", "b", "committed 1"));
                producer.send(new ProducerRecord<>("results", "c", "committed 2"));
                producer.commitTransaction();
            }
            assertThat(read(broker, "read_committed", 2))
                    .containsExactly("committed 1", "committed 2");
            assertThat(read(broker, "read_uncommitted", 3))
                    .containsExactly("aborted", "committed 1", "committed 2");
        }
    }

    @Test
    void closeLeavesNoDirectoryAndNoThreadThatHoldsTheJvm() throws Exception {
        Set<Thread> before = nonDaemonThreads();
        LocalBroker broker = LocalBroker.start();
        assertThat(broker.directory()).isDirectory();
        assertThat(broker.bootstrapServers()).startsWith("127.0.0.1:");

        broker.close();
        broker.close();

        assertThat(broker.directory()).doesNotExist();
        for (Thread thread : nonDaemonThreads()) {
            if (!before.contains(thread)) {
                thread.join(Duration.ofSeconds(10).toMillis());
                assertThat(thread.isAlive()).as("%s still runs", thread).isFalse();
            }
        }
    }

    @Test
    void refusedTopicNamesTheReason() throws Exception {
        try (LocalBroker broker = LocalBroker.start()) {
            broker.createTopics(2, "requests");
            assertThatThrownBy(() -> broker.createTopics(2, "requests"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("[requests]")
                    .hasMessageContaining("already exists");
        }
    }

    private static KafkaProducer<String, String> producer(LocalBroker broker) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "local-broker-test"),
                new StringSerializer(),
                new StringSerializer());
    }

    private static List<String> read(LocalBroker broker, String isolation, int expected) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                broker.bootstrapServers(),
                                ConsumerConfig.GROUP_ID_CONFIG,
                                isolation,
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "earliest",
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                isolation),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.subscribe(List.of("results"));
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (values.size() < expected && System.nanoTime() < end) {
                for (ConsumerRecord<String, String> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    values.add(record.value());
                }
            }
        }
        return values;
    }

    private static Set<Thread> nonDaemonThreads() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(Thread::isDaemon);
        return threads;
    }
}
