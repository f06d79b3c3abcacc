package dev.flinkreranker.job.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a redrive sends, and what it leaves. */
class RedriveITCase {

    private static final LetterFilter ANY = new LetterFilter(Set.of(), Set.of(), null, null);
    private static final RedriveListener SILENT = new RedriveListener() {};

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir private Path directory;

    @Test
    void transientLettersGoBackAsTheyCameAndOnlyOnce() throws Exception {
        LetterFixture letters = LetterFixture.create(BROKER.get(), "as-they-came");
        byte[] value = {'{', 0, (byte) 0xff};
        OutgoingRecord again = letters.letter(ReasonCode.TIMED_OUT, "again", value);
        List<RecordHeader> headers = new ArrayList<>(again.headers());
        headers.add(RecordHeader.ofText(DeadLetter.ATTEMPT, "4"));
        letters.send(
                List.of(
                        letters.letter(ReasonCode.TIMED_OUT, "late", value),
                        letters.letter(ReasonCode.INVALID_JSON, "broken", value),
                        new OutgoingRecord(again.key(), again.value(), headers),
                        new OutgoingRecord(null, value, List.of())));

        RedrivePlan plan =
                Redrive.run(letters.config(), LetterFixture.TRANSIENT, Corrections.NONE, SILENT);
        assertThat(plan.letters()).extracting(LetterId::toString).containsExactly("0:0", "0:1");

        Map<String, List<ConsumerRecord<byte[], byte[]>>> sent = letters.sentAgain();
        assertThat(sent.keySet()).containsExactly("again", "late");
        ConsumerRecord<byte[], byte[]> late = sent.get("late").get(0);
        assertThat(late.value()).isEqualTo(value);
        assertThat(late.partition()).as("where its event came from").isEqualTo(2);
        assertThat(late.timestamp()).isGreaterThan(LetterFixture.FIRST.toEpochMilli());
        assertThat(texts(late))
                .containsExactly(Map.entry(DeadLetter.ATTEMPT, "1"), Map.entry("trace", "t-late"));
        assertThat(texts(sent.get("again").get(0)))
                .containsExactly(Map.entry(DeadLetter.ATTEMPT, "5"), Map.entry("trace", "t-again"));

        RedrivePlan repeated =
                Redrive.run(letters.config(), LetterFixture.TRANSIENT, Corrections.NONE, SILENT);
        assertThat(repeated.letters()).isEmpty();
        assertThat(repeated.alreadySent()).isEqualTo(2);
        letters.assertOnce("again", "late");
    }

    @Test
    void anEventGoesBackToItsOwnTopicAndOnlySoOften() throws Exception {
        LetterFixture letters = LetterFixture.create(BROKER.get(), "own-topic");
        OutgoingRecord tried = letters.letter(ReasonCode.TIMED_OUT, "tried", new byte[] {'{'});
        List<RecordHeader> headers = new ArrayList<>(tried.headers());
        headers.add(RecordHeader.ofText(DeadLetter.ATTEMPT, "3"));
        letters.send(
                List.of(
                        letters.letter(ReasonCode.TIMED_OUT, "first", new byte[] {'{'}),
                        new OutgoingRecord(tried.key(), tried.value(), headers),
                        letters.letter(
                                letters.otherRequests(),
                                ReasonCode.TIMED_OUT,
                                "other",
                                new byte[] {'{'},
                                1_000)));

        RedrivePlan plan =
                Redrive.run(
                        letters.config(),
                        new LetterSelection(Set.of(), ANY, 3),
                        Corrections.NONE,
                        SILENT);

        assertThat(plan.refusals())
                .containsExactly("1:0: its event was sent again 3 times already (--max-attempts)");
        assertThat(letters.sentAgain().keySet()).containsExactly("first");
        assertThat(letters.sentAgain(letters.otherRequests()).keySet()).containsExactly("other");
        assertThat(letters.sentAgain(letters.otherRequests()).get("other").get(0).partition())
                .isEqualTo(2);

        Redrive.run(
                letters.config(), new LetterSelection(Set.of(), ANY, 4), Corrections.NONE, SILENT);
        letters.assertOnce("first", "tried");
    }

    @Test
    void correctedValuesAreSentInsteadOfTheLetters() throws Exception {
        LetterFixture letters = LetterFixture.create(BROKER.get(), "corrected");
        byte[] bad = "{".getBytes(UTF_8);
        letters.send(
                List.of(
                        letters.letter(ReasonCode.INVALID_JSON, "broken", bad),
                        letters.letter(ReasonCode.INVALID_JSON, "left", bad),
                        letters.letter(
                                letters.requests(),
                                ReasonCode.EVENT_TOO_LARGE,
                                "omitted",
                                new byte[20_000],
                                10_000)));
        String value =
                "{\"request_id\":\"r\",\"query\":\"q\",\"documents\":[{\"text\":\"\",\"n\":1.50}]}";
        Path file =
                Files.writeString(
                        directory.resolve("corrected.jsonl"),
                        "{\"letter\": \"0:0\", \"value\": %s}\n\n{\"letter\": \"0:1\", \"value\": %s}\n"
                                .formatted(value, value));

        Corrections corrections = Corrections.read(file, letters.config().limits());
        RedrivePlan plan =
                Redrive.run(
                        letters.config(),
                        new LetterSelection(corrections.values().keySet(), ANY, null),
                        corrections,
                        SILENT);

        assertThat(plan.refusals()).isEmpty();
        letters.assertOnce("broken", "omitted");
        letters.sentAgain()
                .values()
                .forEach(
                        sent ->
                                assertThat(new String(sent.get(0).value(), UTF_8))
                                        .isEqualTo(value));
    }

    @Test
    void lettersThatCannotBeSentAreRefusedAndTheOthersSent() throws Exception {
        LetterFixture letters = LetterFixture.create(BROKER.get(), "refused");
        letters.send(
                List.of(
                        letters.letter(
                                letters.requests(),
                                ReasonCode.TIMED_OUT,
                                "omitted",
                                new byte[20_000],
                                10_000),
                        letters.letter("other", ReasonCode.TIMED_OUT, "foreign", null, 10_000),
                        letters.letter(ReasonCode.TIMED_OUT, "good", new byte[3])));

        RedrivePlan plan =
                Redrive.run(letters.config(), LetterFixture.TRANSIENT, Corrections.NONE, SILENT);

        assertThat(plan.refusals())
                .containsExactly(
                        "0:0: its value of 20000 bytes was left out; the event is at offset 77 of"
                                + " partition 2 of refused-requests: send that one again, or a"
                                + " value by --with",
                        "1:0: its event came from topic other, not from refused-requests,"
                                + " refused-other-requests (requests)");
        letters.assertOnce("good");
        assertThatThrownBy(
                        () ->
                                Redrive.run(
                                        letters.config(),
                                        new LetterSelection(Set.of(new LetterId(1, 9)), ANY, null),
                                        Corrections.NONE,
                                        SILENT))
                .hasMessage("there is no dead letter at 1:9");
        letters.assertOnce("good");
    }

    private static Map<String, String> texts(ConsumerRecord<byte[], byte[]> record) {
        return Arrays.stream(record.headers().toArray())
                .collect(
                        Collectors.toMap(
                                Header::key,
                                header -> new String(header.value(), UTF_8),
                                (a, b) -> a + "|" + b,
                                TreeMap::new));
    }
}
