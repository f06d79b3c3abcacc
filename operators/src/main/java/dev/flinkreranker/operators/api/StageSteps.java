package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.tenant.CandidatesBy;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A stage of a cascade: what it has other than its tenant, and which passages go on to the next.
 * Settings that hold for an element as a whole are refused, as all others are checked, when the
 * operators are attached.
 */
@PublicEvolving
public final class StageSteps extends RankingSteps<StageSteps> {

    StageSteps() {}

    @Override
    StageSteps self() {
        return this;
    }

    /** Which passages take part in all stages: of the first one, alone; the next one scores. */
    public StageSteps candidates(int passages, CandidatesBy by) {
        return set("candidates", passages).set("by", by);
    }

    /** Another model, by its alias. */
    public StageSteps model(String alias) {
        return set("model", alias);
    }

    /** How many passages go on, at least 1; without it, all that reach {@link #minScore}. */
    public StageSteps keep(int passages) {
        return set("keep", passages);
    }

    /** Passages whose score is at most so much below that of the last one kept go on too. */
    public StageSteps margin(double score) {
        return set("margin", score);
    }
}
