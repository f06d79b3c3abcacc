package dev.flinkreranker.tests.runbooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.tests.rig.DeviceFault;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.FlinkCluster;

/** Requests wait, or their results do. */
final class BacklogTrials {

    private BacklogTrials() {}

    /** A slow device; fewer candidates for the tenant that bears the load. */
    static void lagGrows(Site site) throws Exception {
        TrialJob job = TrialJob.start(site, "lag", site.smallModel("lag"));
        DeviceFault.SLOW.begin(site.rig().flink());
        try {
            site.repeatUntilFiring("RerankerLagGrows", () -> job.send(200, 30, "a red car"));
            job.put("max_candidates: 1");
            job.awaitOneAnswerEach();
        } finally {
            DeviceFault.SLOW.end(site.rig().flink());
        }
        site.awaitSilence("RerankerLagGrows");
        job.cancel();
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
        site.awaitSilence("RerankerNoResults");
        job.cancel();
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
        job.cancel();
    }

    private static void keepBusy(TrialJob job) throws Exception {
        if (job.unanswered().size() < 6) {
            job.send(4, 200, "a red car");
        }
    }
}
