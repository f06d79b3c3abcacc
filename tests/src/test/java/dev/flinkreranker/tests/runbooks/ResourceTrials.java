package dev.flinkreranker.tests.runbooks;

import dev.flinkreranker.tests.rig.DeviceFault;
import dev.flinkreranker.tests.rig.Eventually;

/** Memory runs short, or work is wasted. */
final class ResourceTrials {

    private static final String SPLITS =
            "increase(flink_taskmanager_job_task_operator_rerank_engine_memorySplits[15s]) > 0";

    private ResourceTrials() {}

    /** Large requests and a window that takes too many; a smaller window. */
    static void heapFull(Site site) throws Exception {
        String model = site.smallModel("heap");
        String keep = "tenants: {t: {max_candidates: 1, top_n: 1, return_documents: true}}";
        TrialJob job =
                TrialJob.start(
                        site,
                        "heap",
                        model,
                        keep,
                        "rerank: {capacity: 100000, window_megabytes: 100000, batch_tokens: 64}");
        DeviceFault.SLOW.begin(site.rig().flink());
        try {
            String full =
                    "flink_taskmanager_Status_JVM_Memory_Heap_Used"
                            + " / flink_taskmanager_Status_JVM_Memory_Heap_Max > 0.96";
            site.repeatUntilFiring(
                    "RerankerHeapFull",
                    () -> {
                        if (site.prometheus().series(full) == 0) {
                            job.send(4, 40, "a red car ".repeat(1_000));
                        }
                    });
            job.restartFromCheckpoint(model, keep, "rerank: {window_megabytes: 16}");
            site.awaitSilence("RerankerHeapFull");
        } finally {
            DeviceFault.SLOW.end(site.rig().flink());
        }
        job.awaitOneAnswerEach();
    }

    /** Very short pairs, one at a time; requests of many. */
    static void padding(Site site) throws Exception {
        TrialJob job = TrialJob.start(site, "padding", site.smallModel("padding"));
        site.repeatUntilFiring(
                "RerankerPadding",
                () -> {
                    job.send(1, 1, "car");
                    job.awaitAnswers();
                });
        site.repeatUntilSilent(
                "RerankerPadding",
                () -> {
                    job.send(20, 20, "a red car and the sun");
                    job.awaitAnswers();
                });
        job.awaitOneAnswerEach();
    }

    /** Queries that never repeat; no cache for them. */
    static void cacheMisses(Site site) throws Exception {
        TrialJob job =
                TrialJob.start(
                        site,
                        "cache",
                        site.smallModel("cache"),
                        "rerank: {cache_megabytes: 8}",
                        "tenants: {t: {cache: true}}");
        site.repeatUntilFiring("RerankerCacheMisses", () -> job.send(1));
        job.put("cache: false");
        site.repeatUntilSilent("RerankerCacheMisses", () -> job.send(1));
        job.awaitOneAnswerEach();
    }

    /** Batches that do not fit; a smaller budget. */
    static void deviceMemory(Site site) throws Exception {
        String model = site.smallModel("memory");
        TrialJob job = TrialJob.start(site, "memory", model);
        DeviceFault.OUT_OF_MEMORY.begin(site.rig().flink());
        try {
            site.repeatUntilFiring("RerankerDeviceMemory", () -> job.send(5, 20, "a red car"));
            job.restart(model, "rerank: {batch_tokens: 32}");
            Eventually.holds(
                    "no batch is halved any more",
                    Site.PATIENCE,
                    () -> {
                        job.send(1, 20, "a red car");
                        return site.prometheus().series(SPLITS) == 0;
                    });
            site.awaitSilence("RerankerDeviceMemory");
            job.awaitOneAnswerEach();
        } finally {
            DeviceFault.OUT_OF_MEMORY.end(site.rig().flink());
        }
    }
}
