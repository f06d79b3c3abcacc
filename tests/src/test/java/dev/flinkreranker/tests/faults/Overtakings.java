package dev.flinkreranker.tests.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.flinkreranker.tests.support.TopicReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** How far results keep the order in which requests of a partition came. */
final class Overtakings {

    /** Where a request came from, and where its result lies. */
    private record Way(int from, int to) {}

    private Overtakings() {}

    /** Results before which a later request of the same partition has its result. */
    static int count(String kafka, String requests, String results) {
        TopicReader reader = TopicReader.committed(kafka);
        Map<String, ConsumerRecord<byte[], byte[]>> asked = new HashMap<>();
        reader.read(requests).forEach(request -> asked.put(key(request), request));
        return count(asked, reader.read(results));
    }

    private static int count(
            Map<String, ConsumerRecord<byte[], byte[]>> asked,
            List<ConsumerRecord<byte[], byte[]>> results) {
        Map<Way, Long> latest = new HashMap<>();
        int overtaken = 0;
        for (ConsumerRecord<byte[], byte[]> result : results) {
            ConsumerRecord<byte[], byte[]> request = asked.get(key(result));
            Way way = new Way(request.partition(), result.partition());
            if (latest.getOrDefault(way, -1L) > request.offset()) {
                overtaken++;
            } else {
                latest.put(way, request.offset());
            }
        }
        return overtaken;
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8);
    }
}
