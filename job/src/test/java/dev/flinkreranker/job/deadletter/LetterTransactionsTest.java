package dev.flinkreranker.job.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.kafka.FencedTransactions;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.Failure;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** When a transaction is open, and what it holds. */
class LetterTransactionsTest {

    private static final String REQUESTS = "requests";
    private static final String LETTERS = "letters";

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(
                    cluster(), true, null, new ByteArraySerializer(), new ByteArraySerializer());

    private final List<Integer> committed = new ArrayList<>();
    private final LetterTransactions transactions = transactions();

    /** Reading on to the next letter may take longer than a transaction may be open. */
    @Test
    void noneIsOpenWhileLettersAreLookedFor() {
        for (int i = 1; i < LetterTransactions.MOST_LETTERS; i++) {
            transactions.add(letter(i, new byte[10]));
            assertThat(producer.transactionInFlight()).isFalse();
        }
        assertThat(producer.history()).isEmpty();

        transactions.add(letter(LetterTransactions.MOST_LETTERS, new byte[10]));
        assertThat(producer.transactionInFlight()).isFalse();
        assertThat(producer.commitCount()).isEqualTo(1);

        transactions.add(letter(1_000, new byte[10]));
        assertThat(producer.commitCount()).isEqualTo(1);
        transactions.send();
        transactions.send();
        assertThat(producer.commitCount()).isEqualTo(2);
        assertThat(committed).containsExactly(500, 501);
        assertThat(transactions.committed()).isEqualTo(501);
    }

    @Test
    void aTransactionIsFullByBytesToo() {
        for (int i = 0; i < 8; i++) {
            assertThat(producer.commitCount()).isZero();
            transactions.add(letter(i, new byte[1_000_000]));
        }
        assertThat(committed).containsExactly(8);
    }

    @Test
    void eachLettersEventAndMarkGoTogether() {
        transactions.add(letter(7, "v7".getBytes(UTF_8)));
        transactions.add(letter(9_000_000, "v9".getBytes(UTF_8)));
        transactions.send();

        assertThat(producer.history())
                .extracting(LetterTransactionsTest::text)
                .containsExactly(
                        "requests-1 k7 v7 rerank.redrive.attempt=1",
                        "letters-0 null null rerank.redrive.of=7",
                        "requests-1 k9000000 v9 rerank.redrive.attempt=1",
                        "letters-0 null null rerank.redrive.of=9000000");
    }

    private LetterTransactions transactions() {
        return new LetterTransactions(
                new FencedTransactions(producer),
                LETTERS,
                Corrections.NONE,
                new RedriveListener() {
                    @Override
                    public void committed(int letters) {
                        committed.add(letters);
                    }
                });
    }

    /** A letter in partition 0 whose event came from partition 1. */
    private static StoredLetter letter(long offset, byte[] value) {
        byte[] key = ("k" + offset).getBytes(UTF_8);
        RawEvent event = new RawEvent(key, value, List.of(), REQUESTS, 1, 5, -1);
        OutgoingRecord record =
                new DeadLetter(event, ReasonCode.TIMED_OUT, "late", "acme", "r")
                        .toRecord(10_000_000);
        return new StoredLetter(
                new RawEvent(key, value, record.headers(), LETTERS, 0, offset, -1),
                Failure.read(record.headers()).orElseThrow());
    }

    private static String text(ProducerRecord<byte[], byte[]> record) {
        StringBuilder text = new StringBuilder(record.topic() + "-" + record.partition());
        for (byte[] bytes : new byte[][] {record.key(), record.value()}) {
            text.append(' ').append(bytes == null ? null : new String(bytes, UTF_8));
        }
        record.headers()
                .forEach(
                        header ->
                                text.append(' ')
                                        .append(header.key())
                                        .append('=')
                                        .append(new String(header.value(), UTF_8)));
        return text.toString();
    }

    private static Cluster cluster() {
        Node[] nodes = {new Node(0, "localhost", 1)};
        return new Cluster(
                "c",
                List.of(nodes),
                List.of(
                        new PartitionInfo(REQUESTS, 0, nodes[0], nodes, nodes),
                        new PartitionInfo(REQUESTS, 1, nodes[0], nodes, nodes),
                        new PartitionInfo(LETTERS, 0, nodes[0], nodes, nodes)),
                Set.of(),
                Set.of());
    }
}
