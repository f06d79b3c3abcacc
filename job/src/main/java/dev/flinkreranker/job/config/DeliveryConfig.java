package dev.flinkreranker.job.config;

import dev.flinkreranker.operators.config.DurationText;
import dev.flinkreranker.operators.config.InvalidConfigException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * What is promised about delivery, and what it needs: the section {@code delivery}.
 *
 * @param guarantee exactly once by default; a result is then visible to {@code read_committed}
 *     readers when the checkpoint after it completes
 * @param checkpointInterval time between checkpoints: the latency of exactly-once results; null for
 *     Flink's own setting, and where that says nothing {@link #CHECKPOINT_INTERVAL}
 * @param checkpointTimeout a checkpoint that takes longer is given up; null for Flink's own
 *     setting, and where that says nothing {@link #CHECKPOINT_TIMEOUT}
 * @param checkpointMinPause the least time between the end of a checkpoint and the next; null for
 *     Flink's own setting
 * @param tolerableFailedCheckpoints how many checkpoints may fail in a row before the job restarts;
 *     null for Flink's own setting
 * @param unalignedCheckpoints whether a checkpoint overtakes the requests that wait before the
 *     rerank operator; null for Flink's own setting, and where that says nothing it does
 * @param checkpointDir where checkpoints go, a URI; null for the cluster's setting. A local run
 *     keeps all state in a folder there named after the job, and without it in one of the user's
 * @param longestOutage how long the job may be away, from its end to its next checkpoint; null
 *     where nobody has said
 * @param transactionTimeout when the broker gives up a transaction; must outlast a checkpoint and
 *     the longest outage after it, or results are lost
 * @param brokerTransactionMaxTimeout the broker's {@code transaction.max.timeout.ms}, which refuses
 *     longer transactions
 * @param transactionNaming how transactional ids are chosen
 */
public record DeliveryConfig(
        Guarantee guarantee,
        @Nullable Duration checkpointInterval,
        @Nullable Duration checkpointTimeout,
        @Nullable Duration checkpointMinPause,
        @Nullable Integer tolerableFailedCheckpoints,
        @Nullable Boolean unalignedCheckpoints,
        @Nullable String checkpointDir,
        @Nullable Duration longestOutage,
        Duration transactionTimeout,
        Duration brokerTransactionMaxTimeout,
        TransactionNaming transactionNaming) {

    /** Time between checkpoints where neither the file nor Flink's configuration names it. */
    public static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(5);

    /** When a checkpoint is given up, likewise. */
    public static final Duration CHECKPOINT_TIMEOUT = Duration.ofMinutes(5);

    /** How often a result may appear. */
    public enum Guarantee {
        /** Once, in a transaction of a checkpoint. */
        EXACTLY_ONCE,
        /** At once, and again after a restart. */
        AT_LEAST_ONCE
    }

    /** How transactional ids are chosen. */
    public enum TransactionNaming {
        /** A few ids, used again and again: brokers keep little, whatever the interval. */
        POOLING,
        /** A new id for every checkpoint; a broker keeps each for a week. */
        INCREMENTING
    }

    /** Fills in defaults and checks. */
    @NullUnmarked
    public DeliveryConfig {
        guarantee = Objects.requireNonNullElse(guarantee, Guarantee.EXACTLY_ONCE);
        Duration interval =
                FieldChecks.aboveZero(
                        "checkpoint_interval", checkpointInterval, CHECKPOINT_INTERVAL);
        Duration timeout =
                FieldChecks.aboveZero("checkpoint_timeout", checkpointTimeout, CHECKPOINT_TIMEOUT);
        if (tolerableFailedCheckpoints != null) {
            FieldChecks.atLeast(0, "tolerable_failed_checkpoints", tolerableFailedCheckpoints, 0);
        }
        transactionTimeout =
                FieldChecks.aboveZero(
                        "transaction_timeout", transactionTimeout, Duration.ofMinutes(15));
        brokerTransactionMaxTimeout =
                FieldChecks.aboveZero(
                        "broker_transaction_max_timeout",
                        brokerTransactionMaxTimeout,
                        Duration.ofMinutes(15));
        transactionNaming =
                Objects.requireNonNullElse(transactionNaming, TransactionNaming.POOLING);
        if (transactionTimeout.compareTo(brokerTransactionMaxTimeout) > 0) {
            throw new InvalidConfigException(
                    "transaction_timeout (%s) must not exceed broker_transaction_max_timeout (%s):"
                                    .formatted(
                                            DurationText.of(transactionTimeout),
                                            DurationText.of(brokerTransactionMaxTimeout))
                            + " the broker would refuse it");
        }
        boolean pauses = checkpointMinPause != null && checkpointMinPause.compareTo(interval) > 0;
        Duration needed = (pauses ? checkpointMinPause : interval).plus(timeout);
        String cycle =
                (pauses ? "checkpoint_min_pause" : "checkpoint_interval") + " + checkpoint_timeout";
        if (longestOutage != null) {
            Duration outlasted = needed.plus(longestOutage);
            if (transactionTimeout.compareTo(outlasted) <= 0) {
                throw new InvalidConfigException(
                        "transaction_timeout (%s) must exceed %s + longest_outage (%s): after such an outage the broker would have dropped results"
                                .formatted(
                                        DurationText.of(transactionTimeout),
                                        cycle,
                                        DurationText.of(outlasted)));
            }
        }
        if (transactionTimeout.compareTo(needed) <= 0) {
            throw new InvalidConfigException(
                    "transaction_timeout (%s) must exceed %s (%s), with time for a restart: the broker would drop results"
                            .formatted(
                                    DurationText.of(transactionTimeout),
                                    cycle,
                                    DurationText.of(needed)));
        }
    }

    /**
     * The same with checkpoints as they will be, by the file and by Flink's configuration.
     *
     * @throws InvalidConfigException if transactions do not outlast them
     */
    public DeliveryConfig withCheckpoints(
            Duration interval, Duration timeout, @Nullable Duration minPause) {
        return new DeliveryConfig(
                guarantee,
                interval,
                timeout,
                minPause,
                tolerableFailedCheckpoints,
                unalignedCheckpoints,
                checkpointDir,
                longestOutage,
                transactionTimeout,
                brokerTransactionMaxTimeout,
                transactionNaming);
    }

    /** All defaults. */
    public static DeliveryConfig defaults() {
        return new DeliveryConfig(null, null, null, null, null, null, null, null, null, null, null);
    }
}
