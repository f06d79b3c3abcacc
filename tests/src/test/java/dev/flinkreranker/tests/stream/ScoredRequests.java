package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Requests that follow from their number, and what their results must be. */
final class ScoredRequests {

    private ScoredRequests() {}

    /** Documents of request i; every tenth request has one that cannot be scored. */
    private static List<String> passages(int i) {
        List<String> passages = new ArrayList<>();
        for (int d = 0; d < 2 + i % 5; d++) {
            passages.add("passage " + d + " of " + i);
        }
        if (i % 10 == 3) {
            passages.add("bad " + TextHashScorer.POISON);
        }
        return passages;
    }

    /** Request i of tenant acme. */
    static String request(String id, int i) {
        String documents =
                passages(i).stream()
                        .map(
                                text ->
                                        json("{'id':'%s','text':'%s'}")
                                                .formatted(text.hashCode(), text))
                        .collect(Collectors.joining(","));
        return json("{'request_id':'%s','tenant':'acme','query':'query %d','documents':[%s]}")
                .formatted(id, i, documents);
    }

    /**
     * Requests of these numbers, each in partition i % 3.
     *
     * @param prefix of their ids, before the number
     * @param key of the record of a number
     */
    static List<ProducerRecord<byte[], byte[]>> spread(
            String topic, int from, int to, String prefix, IntFunction<String> key) {
        return IntStream.range(from, to)
                .mapToObj(
                        i ->
                                new ProducerRecord<>(
                                        topic,
                                        i % 3,
                                        key.apply(i).getBytes(UTF_8),
                                        request(prefix + i, i).getBytes(UTF_8)))
                .toList();
    }

    /** That a result ranks the passages of request i by their scores. */
    static void assertRanked(RankedResult result, int i) {
        List<String> passages = passages(i);
        assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
        assertThat(result.results()).hasSameSizeAs(passages);
        float last = Float.POSITIVE_INFINITY;
        for (RankedDocument document : result.results()) {
            String passage = passages.get(document.index());
            assertThat(document.id().textValue()).isEqualTo("" + passage.hashCode());
            if (passage.contains(TextHashScorer.POISON)) {
                assertThat(document.relevanceScore()).isNull();
                assertThat(document.error()).contains("poisoned");
                last = Float.NEGATIVE_INFINITY;
            } else {
                assertThat(document.relevanceScore())
                        .isEqualTo(TextHashScorer.scoreOf("query " + i, passage))
                        .isLessThanOrEqualTo(last);
                last = document.relevanceScore();
            }
        }
    }
}
