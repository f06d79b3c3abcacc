package dev.flinkreranker.tests.runbooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.tests.rig.DeviceFault;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.FlinkCluster;

/** Requests wait, or their results do. */
final class BacklogTrials {

    private static final String OVERFLOWED =
            "flink_taskmanager_job_task_operator_rerank_tenant_overflowed{tenant='t'} > 0";

    /** A batch's milliseconds, of late. */
    private static final String BATCH =
            "scalar(max(increase(flink_taskmanager_job_task_operator_rerank_engine_deviceMs[30s])"
                    + " / increase(flink_taskmanager_job_task_operator_rerank_engine_batches[30s])))";

    /** Checkpoints of late, and all of them within two batches' time and a second. */
    private static final String SHORT_CHECKPOINTS =
            ("max_over_time(flink_jobmanager_job_lastCheckpointDuration{job_name='lag'}[10s])"
                            + " < 1000 + 2 * %s and increase("
                            + "flink_jobmanager_job_numberOfCompletedCheckpoints{job_name='lag'}[10s]) > 1")
                    .formatted(BATCH);

    private BacklogTrials() {}

    /** A slow device; others are served meanwhile; fewer candidates for whose load it is. */
    static void lagGrows(Site site) throws Exception {
        TrialJob job =
                TrialJob.start(
                        site,
                        "lag",
                        site.smallModel("lag"),
                        // The consumer knows its lag only as of its last fetch.
                        "source: {max.partition.fetch.bytes: \"20000\"}",
                        "overflow: {topic: lag-overflow}");
        DeviceFault.SLOW.begin(site.rig().flink());
        try {
            site.repeatUntilFiring("RerankerLagGrows", () -> job.send(60, 30, "a red car"));
            assertThat(site.prometheus().series(OVERFLOWED)).isPositive();
            job.sendOf("quiet");
            job.awaitLatestAnswer();
            assertThat(job.unanswered()).hasSizeGreaterThan(500);
            Eventually.holds(
                    "checkpoints take two batches' time, and a second, at most",
                    Site.PATIENCE,
                    () -> site.prometheus().series(SHORT_CHECKPOINTS) == 1);
            job.put("max_candidates: 1");
            job.awaitOneAnswerEach();
        } finally {
            DeviceFault.SLOW.end(site.rig().flink());
        }
    }

    /** A batch that hangs on the device; another TaskManager in the place of its own. */
    static void noResults(Site site) throws Exception {
        FlinkCluster flink = site.rig().flink();
        TrialJob job = TrialJob.start(site, "hang", site.smallModel("hang"));
        job.send(10);
        job.awaitAnswers();
        DeviceFault.HANGING.begin(flink);
        job.send(20);
        DeviceFault.HANGING.awaitDone(flink);
        site.awaitFiring("RerankerNoResults");

        long before = job.checkpoints();
        Eventually.holds("checkpoints go on", Site.PATIENCE, () -> job.checkpoints() > before);
        assertThat(site.threadDump()).contains("reranker-device-");
        flink.killTaskManager(0);
        flink.startTaskManager(0);
        job.awaitOneAnswerEach();
    }

    /** Requests of many batches on a slow device; fewer documents. */
    static void checkpointsSlow(Site site) throws Exception {
        TrialJob job =
                TrialJob.start(
                        site,
                        "slow",
                        site.smallModel("slow"),
                        "rerank: {capacity: 1, batch_tokens: 256}");
        DeviceFault.SLOW.begin(site.rig().flink());
        try {
            job.send(4, 200, "a red car");
            site.repeatUntilFiring("RerankerCheckpointsSlow", () -> keepBusy(job));
            job.put("max_candidates: 4");
            site.repeatUntilSilent("RerankerCheckpointsSlow", () -> keepBusy(job));
            job.awaitOneAnswerEach();
        } finally {
            DeviceFault.SLOW.end(site.rig().flink());
        }
    }

    private static void keepBusy(TrialJob job) throws Exception {
        if (job.unanswered().size() < 6) {
            job.send(4, 200, "a red car");
        }
    }
}
