package dev.flinkreranker.tests.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BrokerExtensionITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static String bootstrapServers;

    @BeforeAll
    static void itRunsBeforeTheClassBegins() throws Exception {
        bootstrapServers = BROKER.bootstrapServers();
        BROKER.get().createTopics(2, "letters");
    }

    @Nested
    class InANestedClass {

        @Test
        void itIsTheSame() throws Exception {
            assertThat(BROKER.bootstrapServers()).isEqualTo(bootstrapServers);
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(
                            Map.of("bootstrap.servers", bootstrapServers),
                            new ByteArraySerializer(),
                            new ByteArraySerializer())) {
                for (int partition : List.of(0, 1, 1)) {
                    producer.send(new ProducerRecord<>("letters", partition, null, new byte[1]))
                            .get();
                }
            }

            assertThat(TopicReader.committed(bootstrapServers).read("letters"))
                    .extracting(record -> record.partition() + ":" + record.offset())
                    .containsExactlyInAnyOrder("0:0", "1:0", "1:1");
        }
    }
}
