package dev.flinkreranker.tests.upgrade;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.FlinkRest;
import dev.flinkreranker.tests.rig.FreePorts;
import dev.flinkreranker.tests.upgrade.KafkaContent.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * A job that is away for longer than its transactions live: the broker has dropped results that the
 * job takes for written. Its metric counts them, readers of the uncommitted still see what they
 * were, and their requests, sent again, are answered.
 */
class LostResultsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void whatTheBrokerHasDroppedIsCountedAndComputedAgain() throws Exception {
        Savepoint savepoint = Savepoint.kept().get(0);
        KafkaContent kafka = savepoint.kafka();
        try (LocalBroker broker = LocalBroker.start()) {
            UpgradeJob job = UpgradeJob.on(broker);
            OpenTransactions.reopen(broker, kafka.transactions(), Duration.ofSeconds(1));
            job.topics().send(kafka.requests().stream().map(Event::record).toList());
            Eventually.holds(
                    "the broker drops the transactions",
                    PATIENCE,
                    () -> OpenTransactions.read(broker, List.of()).isEmpty());

            int port = FreePorts.find(1).get(0);
            JobClient client = job.start(2, 100, Duration.ofMillis(300), "", savepoint, rest(port));
            try {
                FlinkRest rest = new FlinkRest("http://127.0.0.1:" + port);
                Eventually.holds(
                        "all dropped transactions are counted",
                        PATIENCE,
                        () ->
                                failedCommittables(rest, client.getJobID().toString())
                                        == kafka.transactions().size());

                Set<String> dropped =
                        keys(
                                kafka.transactions().stream()
                                        .flatMap(t -> t.records().stream())
                                        .toList());
                Set<String> answered = keys(kafka.requests());
                answered.removeAll(dropped);
                Eventually.holds(
                        "the others are answered", PATIENCE, () -> answers(job).equals(answered));
                assertThat(lost(job)).isEqualTo(dropped);

                job.topics()
                        .send(
                                kafka.requests().stream()
                                        .filter(event -> dropped.contains(event.key()))
                                        .map(Event::record)
                                        .toList());
                answered.addAll(dropped);
                Eventually.holds(
                        "what was lost is answered too",
                        PATIENCE,
                        () -> answers(job).equals(answered));
            } finally {
                client.cancel().get();
            }
        }
    }

    private static Configuration rest(int port) {
        Configuration flink = new Configuration();
        flink.set(RestOptions.BIND_PORT, Integer.toString(port));
        flink.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        flink.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ofMillis(100));
        return flink;
    }

    private static long failedCommittables(FlinkRest rest, String job)
            throws IOException, InterruptedException {
        long sum = 0;
        for (var vertex : rest.get("/jobs/" + job).path("vertices")) {
            String metrics =
                    "/jobs/%s/vertices/%s/subtasks/metrics"
                            .formatted(job, vertex.path("id").asText());
            for (var metric : rest.get(metrics)) {
                String id = metric.path("id").asText();
                if (id.endsWith("failedCommittables")) {
                    sum += rest.get(metrics + "?get=" + id).path(0).path("sum").asLong();
                }
            }
        }
        return sum;
    }

    /** Of results and dead letters that were written, and that no reader of the committed sees. */
    private static Set<String> lost(UpgradeJob job) {
        Set<String> written = new TreeSet<>();
        for (String topic : List.of(job.topics().results(), job.topics().deadLetters())) {
            written.addAll(recordKeys(job.topics().uncommitted(topic)));
        }
        written.removeAll(answers(job));
        return written;
    }

    private static Set<String> answers(UpgradeJob job) {
        Set<String> keys = recordKeys(job.topics().committed(job.topics().results()));
        keys.addAll(recordKeys(job.topics().committed(job.topics().deadLetters())));
        return keys;
    }

    private static Set<String> recordKeys(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .map(record -> new String(record.key(), UTF_8))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> keys(List<Event> events) {
        return events.stream().map(Event::key).collect(Collectors.toCollection(TreeSet::new));
    }
}
