package dev.flinkreranker.tests.runbooks;

import static org.apache.kafka.common.IsolationLevel.READ_COMMITTED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/** Kafka no longer has what the job counts on. */
final class KafkaTrials {

    private KafkaTrials() {}

    /** Two jobs of one name; one is stopped, and what was lost is sent again. */
    static void resultsLost(Site site) throws Exception {
        TrialJob job = TrialJob.start(site, "twins", site.smallModel("twins"));
        String twin = job.startTwin();
        site.rig().flink().rest().awaitProgress(twin, Site.PATIENCE);
        site.repeatUntilFiring("RerankerResultsLost", () -> job.send(1));
        assertThat(site.taskManagerLines("Unable to commit transaction")).isNotEmpty();

        site.rig().flink().rest().cancel(twin);
        job.awaitProgress();
        Set<String> lost = new LinkedHashSet<>(job.written());
        lost.removeAll(job.results(READ_COMMITTED).values().keySet());
        job.sendAgain(lost);
        job.awaitAnswers();
    }

    /** Requests that retention took while the job was away; they are sent again. */
    static void offsetsMissing(Site site) throws Exception {
        String model = site.smallModel("outage");
        TrialJob job = TrialJob.start(site, "outage", model);
        job.send(5);
        job.awaitAnswers();
        String savepoint = job.stop();
        job.send(5);
        TopicPartition partition = new TopicPartition(job.topic("requests"), 0);
        long end = site.rig().broker().end(partition.topic());
        try (Admin admin = site.rig().broker().admin()) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(end))).all().get();
        }
        job.start(savepoint, model);
        site.awaitFiring("RerankerOffsetsMissing");
        assertThat(site.taskManagerLines(partition.toString()))
                .anyMatch(line -> line.contains(Long.toString(end)));
        job.sendAgain(job.unanswered());
        job.awaitOneAnswerEach();
    }
}
