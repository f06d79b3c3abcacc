package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import java.util.HashMap;
import java.util.Map;

/** One scorer for all subtasks of a replay in this JVM, so that a model is in memory once. */
final class SharedScorer {
    private static final Map<String, SharedScorer> OPEN = new HashMap<>();

    private final String key;
    private final ReplayScorer scorer;
    private int users;

    private SharedScorer(String key, ReplayScorer scorer) {
        this.key = key;
        this.scorer = scorer;
    }

    /** The plan's scorer, opened by its first user. */
    static SharedScorer acquire(String key, ReplayPlan plan, ReplayModels models) throws Exception {
        synchronized (OPEN) {
            SharedScorer shared = OPEN.get(key);
            if (shared == null) {
                shared =
                        new SharedScorer(
                                key,
                                new ReplayScorer(
                                        plan.configurations(), plan.batchTokens(), models));
                OPEN.put(key, shared);
            }
            shared.users++;
            return shared;
        }
    }

    ReplayScorer get() {
        return scorer;
    }

    /** Ends one use; the last one closes the models. */
    void release() {
        synchronized (OPEN) {
            if (--users == 0) {
                OPEN.remove(key);
                scorer.close();
            }
        }
    }
}
