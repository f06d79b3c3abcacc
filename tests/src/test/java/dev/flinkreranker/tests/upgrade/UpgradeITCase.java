package dev.flinkreranker.tests.upgrade;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.stream.TextHashScorer;
import dev.flinkreranker.tests.upgrade.KafkaContent.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Savepoints of earlier versions go on in the job of today: what they had written is committed,
 * what they had under way is answered, what they had read is not read again.
 */
class UpgradeITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /**
     * As it was; narrower than what is under way, so that the restore itself must wait; and with
     * tenants' configs from a topic, which makes other operators of the job's middle.
     */
    static Stream<Arguments> restores() {
        return Savepoint.kept().stream()
                .flatMap(
                        savepoint ->
                                Stream.of(
                                        Arguments.of(savepoint, 2, 100, ""),
                                        Arguments.of(savepoint, 1, 2, ""),
                                        Arguments.of(
                                                savepoint,
                                                3,
                                                100,
                                                "tenant_configs: {topic: upgrade-tenants}")));
    }

    @ParameterizedTest(name = "{0}, parallelism {1}, capacity {2}, {3}")
    @MethodSource("restores")
    void everyRequestOfASavepointIsAnsweredOnce(
            Savepoint savepoint, int parallelism, int capacity, String more) throws Exception {
        KafkaContent kafka = savepoint.kafka();
        try (LocalBroker broker = LocalBroker.start()) {
            UpgradeJob job = UpgradeJob.on(broker);
            OpenTransactions.reopen(broker, kafka.transactions(), Duration.ofMinutes(15));
            List<Event> requests = new ArrayList<>(kafka.requests());
            requests.add(SavepointCommand.event(job.topics(), "after", ""));
            job.topics().send(requests.stream().map(Event::record).toList());
            Map<Boolean, List<String>> keys =
                    requests.stream()
                            .map(Event::key)
                            .collect(Collectors.partitioningBy(SavepointCommand.BROKEN::equals));

            JobClient client =
                    job.start(parallelism, capacity, Duration.ofMillis(300), more, savepoint);
            try {
                Eventually.holds(
                        "every request is answered",
                        PATIENCE,
                        () ->
                                answers(job, job.topics().results()).size()
                                        >= keys.get(false).size());
            } finally {
                client.cancel().get();
            }

            assertThat(answers(job, job.topics().results()))
                    .extracting(record -> new String(record.key(), UTF_8))
                    .containsExactlyInAnyOrderElementsOf(keys.get(false));
            assertThat(answers(job, job.topics().deadLetters()))
                    .extracting(record -> new String(record.key(), UTF_8))
                    .containsExactlyElementsOf(keys.get(true));
            for (ConsumerRecord<byte[], byte[]> record : answers(job, job.topics().results())) {
                assertRanked(ResultCodec.decode(record.value()));
            }
        }
    }

    private static void assertRanked(RankedResult result) {
        String id = result.requestId();
        assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
        assertThat(result.results())
                .singleElement()
                .satisfies(
                        document ->
                                assertThat(document.relevanceScore())
                                        .isIn(
                                                TextHashScorer.scoreOf(
                                                        "query of " + id, "passage of " + id),
                                                TextHashScorer.scoreOf(
                                                        "query of " + id,
                                                        "passage of "
                                                                + id
                                                                + " "
                                                                + HeldScorer.HOLD)));
    }

    private static List<ConsumerRecord<byte[], byte[]>> answers(UpgradeJob job, String topic) {
        return job.topics().committed(topic);
    }
}
