package dev.flinkreranker.job.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.job.deadletter.KilledRedrive.Place;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens to a redrive, each letter is with the requests once. */
@Timeout(120)
class RedriveITCase {

    private static final int SEVERAL_TRANSACTIONS = 1_200;
    private static final LetterFilter ANY = new LetterFilter(Set.of(), Set.of(), null, null);
    private static final LetterSelection TRANSIENT = new LetterSelection(Set.of(), ANY);
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

        RedrivePlan plan = Redrive.run(letters.config(), TRANSIENT, Corrections.NONE, SILENT);
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

        RedrivePlan repeated = Redrive.run(letters.config(), TRANSIENT, Corrections.NONE, SILENT);
        assertThat(repeated.letters()).isEmpty();
        assertThat(repeated.alreadySent()).isEqualTo(2);
        assertOnce(letters, "again", "late");
    }

    @ParameterizedTest
    @EnumSource
    void killedAndRunAgainEachLetterIsThereOnce(Place place) throws Exception {
        LetterFixture letters = LetterFixture.create(BROKER.get(), "killed-" + place.ordinal());
        List<String> keys = sendMany(letters);
        Process process = start(letters, place);
        try (BufferedReader out = process.inputReader()) {
            List<String> said = new ArrayList<>();
            String line = out.readLine();
            while (line != null && !line.equals(KilledRedrive.HERE)) {
                said.add(line);
                line = out.readLine();
            }
            assertThat(line).as(String.join("\n", said)).isEqualTo(KilledRedrive.HERE);
            // SIGKILL: nothing is closed, flushed or tidied up.
            process.destroyForcibly().waitFor();
        }

        RedrivePlan plan = Redrive.run(letters.config(), TRANSIENT, Corrections.NONE, SILENT);

        assertThat(plan.alreadySent()).isEqualTo(500);
        assertThat(plan.letters()).hasSize(SEVERAL_TRANSACTIONS - 500);
        assertOnce(letters, keys.toArray(String[]::new));
    }

    @Test
    void ofTwoAtOnceTheLaterGoesOnWhereTheEarlierWas() throws Exception {
        LetterFixture letters = LetterFixture.create(BROKER.get(), "two");
        List<String> keys = sendMany(letters);
        List<RedrivePlan> later = new ArrayList<>();

        assertThatThrownBy(
                        () ->
                                Redrive.run(
                                        letters.config(),
                                        TRANSIENT,
                                        Corrections.NONE,
                                        new RedriveListener() {
                                            @Override
                                            public void committed(int sent) {
                                                later.add(redrive(letters));
                                            }
                                        }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another redrive of two-letters began")
                .hasMessageContaining("after 500 letters");

        assertThat(later).hasSize(1);
        assertThat(later.get(0).letters()).hasSize(SEVERAL_TRANSACTIONS - 500);
        assertOnce(letters, keys.toArray(String[]::new));
    }

    @Test
    void anOpenTransactionOfTheJobHidesNoMark() throws Exception {
        LetterFixture letters = LetterFixture.create(BROKER.get(), "hidden");
        List<String> keys = sendMany(letters);
        try (KafkaProducer<byte[], byte[]> job =
                letters.producer(Map.of("transactional.id", "hidden:dlq"))) {
            job.initTransactions();
            Redrive.run(
                    letters.config(),
                    TRANSIENT,
                    Corrections.NONE,
                    new RedriveListener() {
                        private boolean open;

                        @Override
                        public void committed(int sent) {
                            if (!open) {
                                open = true;
                                job.beginTransaction();
                                OutgoingRecord next =
                                        letters.letter(ReasonCode.TIMED_OUT, "next", new byte[1]);
                                job.send(letters.record(next, 0));
                                job.send(letters.record(next, 1));
                                job.flush();
                            }
                        }
                    });

            CompletableFuture<RedrivePlan> second =
                    CompletableFuture.supplyAsync(() -> redrive(letters));
            assertThatThrownBy(() -> second.get(3, TimeUnit.SECONDS))
                    .as("it waits for the marks behind the open transaction")
                    .isInstanceOf(TimeoutException.class);
            job.abortTransaction();

            assertThat(second.get().letters()).isEmpty();
            assertThat(second.get().alreadySent()).isEqualTo(SEVERAL_TRANSACTIONS);
        }
        assertOnce(letters, keys.toArray(String[]::new));
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
                        new LetterSelection(corrections.values().keySet(), ANY),
                        corrections,
                        SILENT);

        assertThat(plan.refusals()).isEmpty();
        assertOnce(letters, "broken", "omitted");
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

        RedrivePlan plan = Redrive.run(letters.config(), TRANSIENT, Corrections.NONE, SILENT);

        assertThat(plan.refusals())
                .containsExactly(
                        "0:0: its value of 20000 bytes was left out; the event is at offset 77 of"
                                + " partition 2 of refused-requests: send that one again, or a"
                                + " value by --with",
                        "1:0: its event came from topic other, not from refused-requests"
                                + " (requests.topic)");
        assertOnce(letters, "good");
        assertThatThrownBy(
                        () ->
                                Redrive.run(
                                        letters.config(),
                                        new LetterSelection(Set.of(new LetterId(1, 9)), ANY),
                                        Corrections.NONE,
                                        SILENT))
                .hasMessage("there is no dead letter at 1:9");
        assertOnce(letters, "good");
    }

    private static List<String> sendMany(LetterFixture letters) {
        List<String> keys =
                IntStream.range(0, SEVERAL_TRANSACTIONS).mapToObj(i -> "k" + i).toList();
        letters.send(
                keys.stream()
                        .map(key -> letters.letter(ReasonCode.TIMED_OUT, key, key.getBytes(UTF_8)))
                        .toList());
        return keys;
    }

    private static RedrivePlan redrive(LetterFixture letters) {
        try {
            return Redrive.run(letters.config(), TRANSIENT, Corrections.NONE, SILENT);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Process start(LetterFixture letters, Place place) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledRedrive.class.getName(),
                        letters.bootstrapServers(),
                        letters.name(),
                        place.name())
                .redirectErrorStream(true)
                .start();
    }

    private static void assertOnce(LetterFixture letters, String... keys) {
        Map<String, Integer> times = new TreeMap<>();
        letters.sentAgain().forEach((key, records) -> times.put(key, records.size()));
        assertThat(times)
                .isEqualTo(Stream.of(keys).collect(Collectors.toMap(key -> key, key -> 1)));
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
