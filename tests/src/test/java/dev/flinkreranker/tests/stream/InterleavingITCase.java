package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.TeamDraft;
import dev.flinkreranker.operators.result.TeamDraft.Pick;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two configurations of a tenant on one stream. */
class InterleavingITCase {

    private static final int REQUESTS = 400;
    private static final List<String> DOCUMENTS = List.of("alpha", "beta", "gamma", "delta");

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private final Path checkpoints = CheckpointFolder.create();

    /** The device breaks on the way, so that requests are done again. */
    @Test
    void everyRequestIsAnsweredOnceByTheTeamsOfItsId() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "interleaving");
        job.createTopics();
        job.send(IntStream.range(0, REQUESTS).mapToObj(i -> event(job, "r-" + i)).toList());
        TextHashScorer.BREAK_AT.set(TextHashScorer.SCORED.get() + 4 * REQUESTS);

        job.run(
                job.config(
                        """
                        delivery: {checkpoint_interval: 100ms}
                        defaults: {model: hash}
                        tenants:
                          acme:
                            top_n: 3
                            interleave:
                              name: asked
                              settings: {query_instruction: "ask: "}
                        """),
                1,
                checkpoints);

        assertThat(TextHashScorer.BREAK_AT).as("the device broke").hasValue(-1);
        assertThat(job.committed(job.deadLetters())).isEmpty();
        Map<String, RankedResult> results = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : job.committed(job.results())) {
            assertThat(
                            results.put(
                                    new String(record.key(), UTF_8),
                                    ResultCodec.decode(record.value())))
                    .isNull();
        }
        assertThat(results).hasSize(REQUESTS);
        results.forEach(InterleavingITCase::assertInterleaved);
    }

    private static void assertInterleaved(String id, RankedResult result) {
        List<Pick> picks =
                TeamDraft.of(
                                id,
                                best(text -> TextHashScorer.scoreOf("query of " + id, text)),
                                best(text -> TextHashScorer.scoreOf("ask: query of " + id, text)))
                        .subList(0, 3);
        assertThat(result.results())
                .extracting(RankedDocument::index)
                .isEqualTo(picks.stream().map(Pick::document).toList());
        assertThat(result.meta().interleaving().name()).isEqualTo("asked");
        assertThat(result.meta().interleaving().teams())
                .isEqualTo(picks.stream().map(Pick::team).toList());
        assertThat(result.usage().pairs()).isEqualTo(2 * DOCUMENTS.size());
    }

    private static List<Integer> best(ToDoubleFunction<String> score) {
        return IntStream.range(0, DOCUMENTS.size())
                .boxed()
                .sorted(
                        Comparator.comparingDouble(
                                (Integer i) -> -score.applyAsDouble(DOCUMENTS.get(i))))
                .toList();
    }

    private static ProducerRecord<byte[], byte[]> event(StreamFixture job, String id) {
        String value =
                json(
                        ("{'request_id':'%s','tenant':'acme','query':'query of %s','documents':"
                                        + "['alpha','beta','gamma','delta']}")
                                .formatted(id, id));
        return new ProducerRecord<>(job.requests(), id.getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
