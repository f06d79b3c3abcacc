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

    private static final String LOADING =
            "max_over_time(flink_taskmanager_job_task_operator_rerank_engine_loadingModels[30s]) > 0";

    private RestartTrials() {}

    /** A model whose weights are gone; they come back. */
    static void restarts(Site site) throws Exception {
        Path model = site.model("restarts");
        TrialJob job = TrialJob.start(site, "restarts", Site.serving(model));
        lose(site, job, model);
        awaitCause(site, "RerankerRestarts", model);
        mend(site, job, model);
    }

    /** The same where each attempt takes long. */
    static void restartsSlowly(Site site) throws Exception {
        Path model = site.model("restarts-slowly");
        TrialJob job = TrialJob.start(site, "restarts-slowly", Site.serving(model));
        DeviceFault.SLOW_LOADING.begin(site.rig().flink());
        try {
            lose(site, job, model);
            awaitCause(site, "RerankerRestartsSlowly", model);
            assertThat(site.prometheus().series(LOADING)).isPositive();
            mend(site, job, model);
        } finally {
            DeviceFault.SLOW_LOADING.end(site.rig().flink());
        }
    }

    private static void lose(Site site, TrialJob job, Path model) throws Exception {
        Files.move(weights(model), away(model));
        FlinkCluster flink = site.rig().flink();
        flink.killTaskManager(0);
        flink.startTaskManager(0);
        flink.awaitTaskManagers();
        job.send(10);
    }

    private static void awaitCause(Site site, String alert, Path model) throws Exception {
        site.awaitFiring(alert);
        // What the runbook's grep finds.
        Eventually.holds(
                "the last failure in the JobManager's log names the model",
                Site.PATIENCE,
                () -> lastFailure(site).matches(".*could not be loaded.*" + model + ".*"));
    }

    private static void mend(Site site, TrialJob job, Path model) throws Exception {
        Files.move(away(model), weights(model));
        job.awaitOneAnswerEach();
    }

    private static Path weights(Path model) {
        return model.resolve("model.safetensors");
    }

    private static Path away(Path model) {
        return model.resolveSibling(model.getFileName() + ".safetensors");
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
    }
}
