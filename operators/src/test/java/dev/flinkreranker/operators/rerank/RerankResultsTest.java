package dev.flinkreranker.operators.rerank;

import static dev.flinkreranker.operators.rerank.RerankHarness.CATALOG;
import static dev.flinkreranker.operators.rerank.RerankHarness.LIMITS;
import static dev.flinkreranker.operators.rerank.RerankHarness.harness;
import static dev.flinkreranker.operators.rerank.RerankHarness.header;
import static dev.flinkreranker.operators.rerank.RerankHarness.only;
import static dev.flinkreranker.operators.rerank.RerankHarness.request;
import static dev.flinkreranker.operators.rerank.RerankHarness.result;
import static dev.flinkreranker.operators.rerank.RerankHarness.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.record.RerankOutput;
import dev.flinkreranker.operators.record.RerankOutput.Destination;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a request gets. */
@ExtendWith(LengthScorer.Gate.class)
@SuppressWarnings("try") // the harness's close may be interrupted
class RerankResultsTest {
    private static final RequestLimits SMALL_RECORDS =
            new RequestLimits(null, null, null, null, 10_000, null);

    @Test
    void ranksAndPassesKeyAndHeadersThrough() throws Exception {
        RerankOutput record = only(run(LIMITS, "{'model':'length'}", "a", "ccc", "bb"));

        assertThat(record.destination()).isEqualTo(Destination.RESULTS);
        assertThat(record.record().key()).containsExactly(7);
        assertThat(record.record().headers()).extracting(RecordHeader::key).containsExactly("h");
        RankedResult result = ResultCodec.decode(record.record().value());
        assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 2, 0);
        assertThat(result.meta().configVersion()).isEqualTo(4);
        assertThat(result.usage().pairs()).isEqualTo(3);
    }

    @Test
    void timestampsStay() throws Exception {
        try (RerankHarness harness = harness()) {
            harness.processElement(request("{'model':'length'}", "a"), 1_700_000_000_000L);
            harness.endInput();

            assertThat(harness.extractOutputStreamRecords())
                    .extracting(record -> record.getTimestamp())
                    .containsExactly(1_700_000_000_000L);
        }
    }

    @Test
    void onlyTheFirstCandidatesAreScored() throws Exception {
        RankedResult result =
                result(run(LIMITS, "{'model':'length','max_candidates':2}", "a", "bb", "cccc"));

        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 0, 2);
        assertThat(result.usage().pairs()).isEqualTo(2);
    }

    @Test
    void withoutAModelRequestsPassThrough() throws Exception {
        RankedResult result = result(run(LIMITS, "{'model':'none'}", "a", "bb"));

        assertThat(result.status()).isEqualTo(ResultStatus.PASSTHROUGH);
        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(0, 1);
        assertThat(result.usage().pairs()).isZero();
    }

    @Test
    void oneBadDocumentIsLastAndAllBadOnesFailTheRequest() throws Exception {
        RankedResult result = result(run(LIMITS, "{'model':'length'}", LengthScorer.POISON, "b"));
        assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 0);
        assertThat(result.meta().unscored()).isEqualTo(1);

        RerankOutput letter = only(run(LIMITS, "{'model':'length'}", LengthScorer.POISON));
        assertThat(header(letter, DeadLetter.REASON)).isEqualTo("SCORING_FAILED");
        assertThat(header(letter, DeadLetter.MESSAGE)).startsWith("no document could be scored: ");
    }

    /** A result nests its documents deeper than the request does. */
    @Test
    void theDeepestDocumentThatMayBeIsGivenBack() throws Exception {
        int inside = 500 - 3;
        String value =
                "{\"request_id\":\"r\",\"query\":\"q\",\"documents\":[{\"text\":\"t\",\"x\":%s%s}]}"
                        .formatted("[".repeat(inside), "]".repeat(inside));
        ResolvedRequest request = request("{'model':'none','return_documents':true}", "t");
        try (RerankHarness harness =
                harness(new RequestLimits(null, null, null, 500, null, null), null)) {
            harness.processElement(
                    new ResolvedRequest(
                            new RawEvent(
                                    null, value.getBytes(UTF_8), List.of(), "requests", 0, 0, 1),
                            request.settings(),
                            4L,
                            null,
                            null,
                            null),
                    1);
            harness.endInput();

            RankedResult result = result(harness.extractOutputValues());
            assertThat(result.results().get(0).document().get("x").toString()).hasSize(2 * inside);
        }
    }

    @Test
    void aResultThatNoBrokerWouldTakeIsADeadLetter() throws Exception {
        RerankOutput letter =
                only(
                        run(
                                SMALL_RECORDS,
                                "{'model':'length'}",
                                Collections.nCopies(500, "a").toArray(String[]::new)));

        assertThat(letter.destination()).isEqualTo(Destination.DEAD_LETTERS);
        assertThat(header(letter, DeadLetter.REASON)).isEqualTo("RESULT_TOO_LARGE");
        assertThat(letter.record().value()).isNotNull();
    }

    @Test
    void aResultWithoutKeyIsADeadLetterWhereItsTopicIsCompacted() throws Exception {
        TopicLimits compacted = new TopicLimits(1, true, 1_000_000, Long.MAX_VALUE, 1);
        RerankOutput letter = withinTopic(compacted, List.of());

        assertThat(letter.destination()).isEqualTo(Destination.DEAD_LETTERS);
        assertThat(header(letter, DeadLetter.REASON)).isEqualTo("NO_KEY");
        assertThat(letter.record().value()).isNotNull();
    }

    @Test
    void aResultThatItsTopicWouldNotTakeIsADeadLetter() throws Exception {
        RerankOutput letter =
                withinTopic(
                        new TopicLimits(1, false, 200, Long.MAX_VALUE, Long.MAX_VALUE), List.of());

        assertThat(header(letter, DeadLetter.REASON)).isEqualTo("RESULT_TOO_LARGE");
        assertThat(header(letter, DeadLetter.MESSAGE))
                .endsWith("the limit is 200 (max.message.bytes of the topic of results)");
    }

    /** Clients take a record with a failure's code for a dead letter. */
    @Test
    void aResultHasNoHeadersOfAFormerFailure() throws Exception {
        RerankOutput result =
                withinTopic(
                        TopicLimits.NONE,
                        List.of(
                                RecordHeader.ofText("trace", "t"),
                                RecordHeader.ofText(DeadLetter.REASON, "TIMED_OUT"),
                                RecordHeader.ofText(DeadLetter.MESSAGE, "late"),
                                RecordHeader.ofText(DeadLetter.SOURCE_OFFSET, "1"),
                                RecordHeader.ofText(DeadLetter.OMITTED_BYTES, "9")));

        assertThat(result.destination()).isEqualTo(Destination.RESULTS);
        assertThat(result.record().headers())
                .extracting(RecordHeader::key)
                .containsExactly("trace");
    }

    private RerankOutput withinTopic(TopicLimits topic, List<RecordHeader> headers)
            throws Exception {
        try (RerankHarness harness = new RerankHarness(LIMITS, CATALOG, null, 0, topic)) {
            harness.open();
            ResolvedRequest request = request("{'model':'length'}", "a");
            RawEvent keyless =
                    new RawEvent(
                            topic.keyed() ? null : request.event().key(),
                            request.event().value(),
                            headers,
                            "requests",
                            0,
                            0,
                            1);
            harness.processElement(
                    new ResolvedRequest(keyless, request.settings(), 4L, null, null, null), 1);
            harness.endInput();
            return only(harness.extractOutputValues());
        }
    }

    @Test
    void aResultTellsRouteAndRevision() throws Exception {
        ModelCatalog catalog =
                new ModelCatalog(
                        Map.of(
                                "length",
                                new ModelReference(
                                        "length",
                                        ComputeType.AUTO,
                                        "cpu",
                                        "2026-11",
                                        null,
                                        null,
                                        null)));
        try (RerankHarness harness = new RerankHarness(LIMITS, catalog, null)) {
            harness.open();
            ResolvedRequest request = request("{'model':'length'}", "a");
            harness.processElement(
                    new ResolvedRequest(
                            request.event(), request.settings(), 4L, "chinese", null, null),
                    1);
            harness.endInput();
            byte[] value = harness.extractOutputValues().get(0).record().value();
            assertThat(new String(value, UTF_8))
                    .contains(
                            "\"meta\":{\"config_version\":4,\"route\":\"chinese\",\"model_revision\":\"2026-11\","
                                    + "\"dtype\":\"int8\",");
        }
    }
}
