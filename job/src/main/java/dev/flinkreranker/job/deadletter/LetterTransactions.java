package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.job.kafka.FencedTransactions;
import dev.flinkreranker.job.kafka.KafkaHeaders;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sends letters in transactions of some letters' events and a mark for each. A transaction is
 * opened when all its letters are there: what lies between two of them takes as long as it takes to
 * read, and the broker would give up an open transaction meanwhile, while readers of the requests
 * wait for it.
 */
final class LetterTransactions {

    /** Most letters of a transaction. */
    static final int MOST_LETTERS = 500;

    /** Bytes of values with which a transaction is full. */
    private static final int FULL_BYTES = 8_000_000;

    private final FencedTransactions fenced;
    private final String deadLetters;
    private final Corrections corrections;
    private final RedriveListener listener;
    private final Map<String, Integer> partitions = new HashMap<>();
    private final List<StoredLetter> waiting = new ArrayList<>();
    private long waitingBytes;
    private int committed;

    /**
     * @param deadLetters the topic that the marks go to
     */
    LetterTransactions(
            FencedTransactions fenced,
            String deadLetters,
            Corrections corrections,
            RedriveListener listener) {
        this.fenced = fenced;
        this.deadLetters = deadLetters;
        this.corrections = corrections;
        this.listener = listener;
    }

    /** Takes a letter, and sends those that wait when they are enough. */
    void add(StoredLetter letter) {
        waiting.add(letter);
        byte @Nullable [] value = value(letter);
        waitingBytes += value == null ? 0 : value.length;
        if (waiting.size() >= MOST_LETTERS || waitingBytes >= FULL_BYTES) {
            send();
        }
    }

    /** Sends those that wait. */
    void send() {
        if (waiting.isEmpty()) {
            return;
        }
        for (StoredLetter letter : waiting) {
            fenced.send(event(letter));
            fenced.send(mark(letter.id()));
        }
        fenced.flush();
        listener.written();
        fenced.commit();
        committed += waiting.size();
        waiting.clear();
        waitingBytes = 0;
        listener.committed(committed);
    }

    /** How many letters are sent, their transactions committed. */
    int committed() {
        return committed;
    }

    private byte @Nullable [] value(StoredLetter letter) {
        return corrections.values().getOrDefault(letter.id(), letter.record().value());
    }

    private ProducerRecord<byte[], byte[]> event(StoredLetter letter) {
        String topic = letter.failure().sourceTopic();
        int source = letter.failure().sourcePartition();
        return new ProducerRecord<>(
                topic,
                source < partitions.computeIfAbsent(topic, fenced::partitions) ? source : null,
                letter.record().key(),
                value(letter),
                KafkaHeaders.of(Failure.again(letter.record().headers())));
    }

    private ProducerRecord<byte[], byte[]> mark(LetterId letter) {
        return new ProducerRecord<byte[], byte[]>(
                deadLetters,
                letter.partition(),
                null,
                null,
                KafkaHeaders.of(DeadLetter.mark(letter.offset())));
    }
}
