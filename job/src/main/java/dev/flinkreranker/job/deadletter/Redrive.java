package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.deadletter.LetterTopic.Range;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import java.util.SortedMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

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
 * <p>An event goes to the partition that it came from, with its key, its own headers and {@link
 * DeadLetter#ATTEMPT}. Its timestamp is new: the broker's retention goes by it, and an old one
 * could take the event away before it is read.
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
    private final String requests;
    private final String deadLetters;

    /** Null until the letters are chosen. */
    private LetterTransactions transactions;

    private Redrive(
            JobConfig config,
            LetterTopic topic,
            Corrections corrections,
            RedriveListener listener) {
        this.config = config;
        this.topic = topic;
        this.corrections = corrections;
        this.listener = listener;
        this.requests = config.requests().topic();
        this.deadLetters = config.deadLetters().topic();
    }

    /** What would be sent; sends nothing. */
    static RedrivePlan plan(JobConfig config, LetterSelection selection, Corrections corrections)
            throws IOException {
        try (LetterTopic topic = LetterTopic.open(config)) {
            return RedrivePlan.of(
                    topic, topic.committed(), selection, corrections, config.requests().topic());
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
            try (Producer<byte[], byte[]> producer = redrive.producer()) {
                return redrive.run(producer, selection);
            } catch (KafkaException e) {
                throw redrive.ended(e);
            }
        }
    }

    private Producer<byte[], byte[]> producer() {
        Properties properties = KafkaProperties.sink(config);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "rerank-redrive:" + deadLetters);
        properties.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Long.toString(TRANSACTION_TIMEOUT.toMillis()));
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private RedrivePlan run(Producer<byte[], byte[]> producer, LetterSelection selection)
            throws IOException {
        producer.initTransactions();
        SortedMap<Integer, Range> everything = topic.everything();
        RedrivePlan plan = RedrivePlan.of(topic, everything, selection, corrections, requests);
        transactions =
                new LetterTransactions(producer, requests, deadLetters, corrections, listener);
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
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException
                    || cause instanceof InvalidProducerEpochException) {
                return new IOException(
                        ("another redrive of %s began, so this one ended after %d letters; what it"
                                        + " did not send is left to the other")
                                .formatted(deadLetters, committed),
                        e);
            }
        }
        return new IOException(
                "ended after %d letters: %s; run it again, nothing is sent twice"
                        .formatted(committed, e.getMessage()),
                e);
    }
}
