package dev.flinkreranker.operators.record;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.Ranking;
import dev.flinkreranker.operators.result.ResultDelivery.Key;
import dev.flinkreranker.operators.result.ResultOrigin;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.tenant.TenantConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultRecordsTest {

    private static final byte[] VALUE =
            json("{'request_id':'r-1','tenant':'acme','query':'q','documents':['a']}")
                    .getBytes(UTF_8);
    private static final TopicLimits SMALL = new TopicLimits(true, 100, 1, 1);

    @ParameterizedTest
    @CsvSource({"EVENT, k", "TENANT, acme", "REQUEST_ID, r-1"})
    void theKeyIsTheEventsTheTenantsOrTheRequests(Key key, String expected) throws Exception {
        ResultRecords records = new ResultRecords(key, TopicLimits.NONE, Map.of());

        assertThat(new String(record(records, "k", null).key(), UTF_8)).isEqualTo(expected);
    }

    @Test
    void aKeyOfItsOwnServesACompactedTopic() throws Exception {
        TopicLimits compacted = new TopicLimits(true, 1_000_000, 1, 1);

        assertThat(record(new ResultRecords(Key.TENANT, compacted, Map.of()), null, null).key())
                .isEqualTo("acme".getBytes(UTF_8));
        assertRejected(
                new ResultRecords(Key.EVENT, compacted, Map.of()),
                null,
                null,
                ReasonCode.NO_KEY,
                "the event has no key, and the topic of results is compacted, which takes none"
                        + " without");
    }

    @Test
    void theTopicThatTheRequestNamesDecidesWhatIsTaken() throws Exception {
        ResultRecords records =
                new ResultRecords(
                        Key.EVENT,
                        TopicLimits.NONE,
                        Map.of("mine", TopicLimits.NONE, "small", SMALL));

        assertThat(record(records, "k", "mine").headers())
                .extracting(RecordHeader::key)
                .containsExactly("reply-to");
        assertRejected(
                records,
                "k",
                "small",
                ReasonCode.RESULT_TOO_LARGE,
                "the limit is 100 (max.message.bytes of the topic of results)");
        assertRejected(
                records,
                "k",
                "secrets",
                ReasonCode.INVALID_FIELD,
                "the header reply-to names the topic secrets, which results.reply_topics does not"
                        + " have");
    }

    @Test
    void withoutReplyTopicsTheHeaderMeansNothing() throws Exception {
        ResultRecords records = new ResultRecords(Key.EVENT, TopicLimits.NONE, Map.of());

        assertThat(record(records, "k", "anything").headers()).hasSize(1);
    }

    private static void assertRejected(
            ResultRecords records, String key, String reply, ReasonCode reason, String message) {
        assertThatThrownBy(() -> record(records, key, reply))
                .isInstanceOfSatisfying(
                        RejectedEventException.class,
                        rejection -> assertThat(rejection.reason()).isEqualTo(reason))
                .hasMessageEndingWith(message);
    }

    private static OutgoingRecord record(ResultRecords records, String key, String reply)
            throws Exception {
        RerankRequest request = new RequestParser(RequestLimits.defaults(), Set.of()).parse(VALUE);
        RawEvent event =
                new RawEvent(
                        key == null ? null : key.getBytes(UTF_8),
                        VALUE,
                        reply == null ? List.of() : List.of(RecordHeader.ofText("reply-to", reply)),
                        "requests",
                        0,
                        0,
                        1);
        TenantConfig config = TenantConfig.read(tree("{'model':'none'}"), null, "t");
        return records.of(
                event,
                request,
                Ranking.unranked(
                        request,
                        ResultOrigin.of(config.settings(), 1L),
                        ResultStatus.PASSTHROUGH,
                        null),
                1_000_000);
    }
}
