import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.client.DeadLetter;
import dev.flinkreranker.client.Document;
import dev.flinkreranker.client.RankedDocument;
import dev.flinkreranker.client.RerankRequest;
import dev.flinkreranker.client.RerankResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends a request and waits for its answer.
 *
 * <pre>java -cp 'reranker-client.jar:kafka-clients.jar:jackson-databind.jar:…' RerankExample.java
 *     localhost:9092 rerank.requests rerank.results rerank.dead-letters</pre>
 */
public final class RerankExample {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    public static void main(String[] args) throws Exception {
        String servers = args[0];
        RerankRequest request =
                RerankRequest.of(
                        "java-1",
                        "default",
                        "what makes vitamin D?",
                        List.of(
                                new Document("a", "a red car", 2.5),
                                new Document("b", "the sun lets the skin make vitamin D", 1.5)));
        try (KafkaConsumer<String, byte[]> answers = answers(servers, args[2], args[3]);
                KafkaProducer<String, byte[]> producer =
                        new KafkaProducer<>(
                                Map.of("bootstrap.servers", servers),
                                new StringSerializer(),
                                new ByteArraySerializer())) {
            // The key goes to the result, and requests of one key keep to one partition.
            producer.send(
                            new ProducerRecord<>(
                                    args[1],
                                    request.requestId(),
                                    JSON.writeValueAsBytes(request)))
                    .get();
            await(answers, request.requestId());
        }
    }

    /** A reader of what is committed from now on, of results and dead letters. */
    private static KafkaConsumer<String, byte[]> answers(String servers, String... topics) {
        KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(
                        // A result that is not committed may be computed once more.
                        Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                Stream.of(topics)
                        .flatMap(topic -> consumer.partitionsFor(topic).stream())
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return consumer;
    }

    private static void await(KafkaConsumer<String, byte[]> answers, String requestId)
            throws Exception {
        Instant end = Instant.now().plusSeconds(60);
        while (Instant.now().isBefore(end)) {
            for (ConsumerRecord<String, byte[]> record : answers.poll(Duration.ofSeconds(1))) {
                if (requestId.equals(record.key())) {
                    print(record);
                    return;
                }
            }
        }
        throw new IllegalStateException("no answer to " + requestId + " within 60 s");
    }

    private static void print(ConsumerRecord<String, byte[]> record) throws Exception {
        DeadLetter letter =
                DeadLetter.of(
                                name -> {
                                    Header header = record.headers().lastHeader(name);
                                    return header == null ? null : header.value();
                                })
                        .orElse(null);
        if (letter != null) {
            System.out.printf("no result: %s, %s%n", letter.code(), letter.message());
            return;
        }
        RerankResult result = JSON.readValue(record.value(), RerankResult.class);
        System.out.printf("%s %s%n", result.requestId(), result.status());
        for (RankedDocument document : result.results()) {
            System.out.printf("%s %s%n", document.id(), document.relevanceScore());
        }
    }
}
