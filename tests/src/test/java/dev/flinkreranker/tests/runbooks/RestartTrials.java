package dev.flinkreranker.tests.runbooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.tests.rig.DeviceFault;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.FlinkCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The job does not come up, or cannot keep what it does. */
final class RestartTrials {

    private static final String FAILURES =
            "flink_taskmanager_job_task_operator_rerank_engine_modelLoadFailures > 0";

    private RestartTrials() {}

    /** A model whose weights are gone; they come back. */
    static void restarts(Site site) throws Exception {
        Path model = site.model("restarts");
        TrialJob job = TrialJob.start(site, "restarts", Site.serving(model));
        loseModel(site, job, model, "RerankerRestarts");
        job.cancel();
    }

    /** The same where each attempt takes long. */
    static void restartsSlowly(Site site) throws Exception {
        Path model = site.model("restarts-slowly");
        TrialJob job = TrialJob.start(site, "restarts-slowly", Site.serving(model));
        DeviceFault.SLOW_LOADING.begin(site.rig().flink());
        try {
            loseModel(site, job, model, "RerankerRestartsSlowly");
        } finally {
            DeviceFault.SLOW_LOADING.end(site.rig().flink());
        }
        job.cancel();
    }

    private static void loseModel(Site site, TrialJob job, Path model, String alert)
            throws Exception {
        Path weights = model.resolve("model.safetensors");
        Path away = model.resolveSibling(model.getFileName() + ".safetensors");
        Files.move(weights, away);
        FlinkCluster flink = site.rig().flink();
        flink.killTaskManager(0);
        flink.startTaskManager(0);
        flink.awaitTaskManagers();
        job.send(10);
        site.awaitFiring(alert);
        // What the runbook's grep finds.
        Eventually.holds(
                "the last failure in the JobManager's log names the model",
                Site.PATIENCE,
                () -> lastFailure(site).matches(".*could not be loaded.*" + model + ".*"));
        assertThat(site.prometheus().series(FAILURES)).isPositive();
        Files.move(away, weights);
        job.awaitOneAnswerEach();
        site.awaitSilence(alert);
    }

    private static String lastFailure(Site site) {
        List<String> failures =
                site.jobManagerLines("to FAILED").stream()
                        .filter(line -> line.matches(".*switched from .* to FAILED.*"))
                        .toList();
        return failures.get(failures.size() - 1);
    }

    /** Checkpoints that cannot be written; the storage comes back. */
    static void checkpointsFail(Site site) throws Exception {
        TrialJob job = TrialJob.start(site, "storage", site.smallModel("storage"));
        Path storage = site.rig().flink().checkpoints();
        Path away = storage.resolveSibling("checkpoints-away");
        Files.move(storage, away);
        // A file where the folder was: no rights are needed to be refused.
        Files.createFile(storage);
        job.send(10);
        site.awaitFiring("RerankerCheckpointsFail");
        assertThat(site.jobManagerLines(storage.toString()))
                .anyMatch(line -> line.contains("heckpoint"));
        assertThat(job.unanswered()).hasSize(10);
        Files.delete(storage);
        Files.move(away, storage);
        job.awaitOneAnswerEach();
        site.awaitSilence("RerankerCheckpointsFail");
        job.cancel();
    }

    /** No TaskManager; one comes. */
    static void taskManagerMissing(Site site) throws Exception {
        FlinkCluster flink = site.rig().flink();
        TrialJob job = TrialJob.start(site, "missing", site.smallModel("missing"));
        flink.killTaskManager(0);
        job.send(10);
        site.awaitFiring("RerankerTaskManagerMissing");
        flink.startTaskManager(0);
        job.awaitOneAnswerEach();
        site.awaitSilence("RerankerTaskManagerMissing");
        job.cancel();
    }

    /** All of Flink gone; it comes again. */
    static void down(Site site) throws Exception {
        FlinkCluster flink = site.rig().flink();
        TrialJob job = TrialJob.start(site, "down", site.smallModel("down"));
        flink.killTaskManager(0);
        flink.killJobManager();
        job.send(10);
        site.awaitFiring("RerankerDown");
        flink.startTaskManager(0);
        flink.startJobManager();
        job.awaitOneAnswerEach();
        site.awaitSilence("RerankerDown");
        job.cancel();
    }
}
