package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.kafka.FencedTransactions;
import dev.flinkreranker.job.kafka.OffsetRange;
import dev.flinkreranker.job.kafka.TopicSelection;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import java.io.IOException;
import java.time.Duration;
import java.util.SortedMap;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Sends dead letters back to the requests, each exactly once, however often it is run, killed, or
 * run twice at once:
 *
 * <ul>
 *   <li>A transaction holds some letters' events and a mark for each among the dead letters, so
 *       both are there or neither is.
 *   <li>The transactional id goes with the topic. Whoever begins ends an open transaction of a
 *       former run, and fences that run if it still lives; only then are the marks read.
 *   <li>They are read to the end of all there is, not to the end of what readers of committed
 *       records see: an open transaction of the job could lie before a mark and hide it.
 * </ul>
 *
 * <p>An event goes to the topic and partition that it came from, with its key, its own headers and
 * {@link DeadLetter#ATTEMPT}. Its timestamp is new: the broker's retention goes by it, and an old
 * one could take the event away before it is read.
 */
public final class Redrive {

    /**
     * After so long the broker gives up the transaction of a run that was killed. One holds at most
     * {@link LetterTransactions#MOST_LETTERS} letters, which are there when it is opened.
     */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(1);

    private final JobConfig config;
    private final LetterTopic topic;
    private final Corrections corrections;
    private final RedriveListener listener;
    private final TopicSelection requests;
    private final String deadLetters;

    /** Null until the letters are chosen. */
    private @Nullable LetterTransactions transactions;

    private Redrive(
            JobConfig config,
            LetterTopic topic,
            Corrections corrections,
            RedriveListener listener) {
        this.config = config;
        this.topic = topic;
        this.corrections = corrections;
        this.listener = listener;
        this.requests = config.requests().selection();
        this.deadLetters = config.deadLetters().topic();
    }

    /** What would be sent; sends nothing. */
    static RedrivePlan plan(JobConfig config, LetterSelection selection, Corrections corrections)
            throws IOException {
        try (LetterTopic topic = LetterTopic.open(config)) {
            return RedrivePlan.of(
                    topic,
                    topic.committed(),
                    selection,
                    corrections,
                    config.requests().selection());
        }
    }

    /**
     * Sends the letters of a selection that were not sent before.
     *
     * @return what was sent
     * @throws IOException if it could not be finished; what was sent by then is known to the next
     *     run
     */
    static RedrivePlan run(
            JobConfig config,
            LetterSelection selection,
            Corrections corrections,
            RedriveListener listener)
            throws IOException {
        try (LetterTopic topic = LetterTopic.open(config)) {
            Redrive redrive = new Redrive(config, topic, corrections, listener);
            try (FencedTransactions fenced = redrive.open()) {
                return redrive.run(fenced, selection);
            } catch (KafkaException e) {
                throw redrive.ended(e);
            }
        }
    }

    private FencedTransactions open() {
        return FencedTransactions.open(
                KafkaProperties.sink(config), "rerank-redrive:" + deadLetters, TRANSACTION_TIMEOUT);
    }

    private RedrivePlan run(FencedTransactions fenced, LetterSelection selection)
            throws IOException {
        SortedMap<Integer, OffsetRange> everything = topic.everything();
        RedrivePlan plan = RedrivePlan.of(topic, everything, selection, corrections, requests);
        transactions = new LetterTransactions(fenced, deadLetters, corrections, listener);
        topic.read(
                plan.ranges(),
                letter -> {
                    if (plan.letters().contains(letter.id())) {
                        transactions.add(letter);
                    }
                });
        transactions.send();
        return plan;
    }

    private IOException ended(KafkaException e) {
        int committed = transactions == null ? 0 : transactions.committed();
        if (FencedTransactions.isFenced(e)) {
            return new IOException(
                    ("another redrive of %s began, so this one ended after %d letters; what it"
                                    + " did not send is left to the other")
                            .formatted(deadLetters, committed),
                    e);
        }
        return new IOException(
                "ended after %d letters: %s; run it again, nothing is sent twice"
                        .formatted(committed, e.getMessage()),
                e);
    }
}
