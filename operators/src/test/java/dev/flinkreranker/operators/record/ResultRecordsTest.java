package dev.flinkreranker.operators.record;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.deadletter.DeadLetter;
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
import java.util.ArrayList;
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
    private static final TopicLimits SMALL = new TopicLimits(1, true, 100, 1, 1);
    private static final ResultRecords PARTITIONED =
            new ResultRecords(Key.EVENT, partitions(5), Map.of("mine", partitions(3)));

    private static TopicLimits partitions(int count) {
        return new TopicLimits(count, false, 1_000_000, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({"EVENT, k", "TENANT, acme", "REQUEST_ID, r-1"})
    void theKeyIsTheEventsTheTenantsOrTheRequests(Key key, String expected) throws Exception {
        ResultRecords records = new ResultRecords(key, TopicLimits.NONE, Map.of());

        assertThat(new String(record(records, "k", null).key(), UTF_8)).isEqualTo(expected);
    }

    @Test
    void aKeyOfItsOwnServesACompactedTopic() throws Exception {
        TopicLimits compacted = new TopicLimits(1, true, 1_000_000, 1, 1);

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

    @ParameterizedTest
    @CsvSource({"mine, 0", "mine, 2", ", 4"})
    void aPartitionIsNamedThatTheTopicHas(String reply, String partition) throws Exception {
        assertThat(record(PARTITIONED, "k", reply, partition).headers()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mine, 3, 'the topic mine, which has 0 to 2'",
        "mine, second, 'the topic mine, which has 0 to 2'",
        ", 5, 'the topic of results, which has 0 to 4'",
    })
    void aPartitionThatTheTopicDoesNotHaveIsRefused(
            String reply, String partition, String expected) {
        assertThatThrownBy(() -> record(PARTITIONED, "k", reply, partition))
                .isInstanceOfSatisfying(
                        RejectedEventException.class,
                        rejection ->
                                assertThat(rejection.reason()).isEqualTo(ReasonCode.INVALID_FIELD))
                .hasMessageEndingWith(
                        "the header reply-partition names no partition of " + expected);
    }

    @Test
    void withoutReplyTopicsTheHeadersMeanNothing() throws Exception {
        ResultRecords records = new ResultRecords(Key.EVENT, TopicLimits.NONE, Map.of());

        assertThat(record(records, "k", "anything", "any").headers()).hasSize(2);
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
        return record(records, key, reply, null);
    }

    /** A client that saw one would take the result for a dead letter. */
    @Test
    void headersOfAnEarlierFailureAreLeftOut() throws Exception {
        List<RecordHeader> headers =
                List.of(
                        RecordHeader.ofText("trace", "t"),
                        RecordHeader.ofText(DeadLetter.REASON, "TIMED_OUT"),
                        RecordHeader.ofText(DeadLetter.SOURCE_OFFSET, "1"));
        ResultRecords records = new ResultRecords(Key.EVENT, TopicLimits.NONE, Map.of());

        assertThat(recordWith(records, "k", headers).headers())
                .extracting(RecordHeader::key)
                .containsExactly("trace");
    }

    private static OutgoingRecord record(
            ResultRecords records, String key, String reply, String partition) throws Exception {
        return recordWith(records, key, headers(reply, partition));
    }

    private static OutgoingRecord recordWith(
            ResultRecords records, String key, List<RecordHeader> headers) throws Exception {
        RerankRequest request = new RequestParser(RequestLimits.defaults(), Set.of()).parse(VALUE);
        RawEvent event =
                new RawEvent(
                        key == null ? null : key.getBytes(UTF_8),
                        VALUE,
                        headers,
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

    private static List<RecordHeader> headers(String reply, String partition) {
        List<RecordHeader> headers = new ArrayList<>();
        if (reply != null) {
            headers.add(RecordHeader.ofText("reply-to", reply));
        }
        if (partition != null) {
            headers.add(RecordHeader.ofText("reply-partition", partition));
        }
        return headers;
    }
}
