package dev.flinkreranker.operators.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.tenant.Calibration;
import dev.flinkreranker.operators.tenant.Fallback;
import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.operators.tenant.OverloadPolicy;
import java.util.function.Consumer;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Settings of how passages are ranked.
 *
 * @param <S> the class whose steps these are
 */
@PublicEvolving
public abstract sealed class RankingSteps<S extends RankingSteps<S>> extends SettingsSteps<S>
        permits TenantSteps, RankingSettings, StageSteps {

    RankingSteps() {}

    /** Most passages of a ranking. */
    public S topN(int passages) {
        return set("top_n", passages);
    }

    /** Passages with a lower score, or none, are left out of a ranking. */
    public S minScore(double score) {
        return set("min_score", score);
    }

    /**
     * Only so many passages, from the front, are scored; the others follow them without a score.
     */
    public S maxCandidates(int passages) {
        return set("max_candidates", passages);
    }

    /** What becomes of an element after its deadline. */
    public S onTimeout(Fallback fallback) {
        return set("on_timeout", fallback);
    }

    /**
     * What becomes of an element beyond {@link #maxInFlight}. There is no overflow topic here, so
     * {@code OVERFLOW} waits.
     */
    public S onOverload(OverloadPolicy policy) {
        return set("on_overload", policy);
    }

    /** What becomes of an element that cannot be scored. */
    public S onFailure(Fallback fallback) {
        return set("on_failure", fallback);
    }

    /** How the first stage's score takes part in the ranking. */
    public S fusion(Fusion fusion) {
        return set("fusion", fusion);
    }

    /** The first stage's part under {@code Z_SUM}, above 0 and below 1. */
    public S fusionWeight(double weight) {
        return set("fusion_weight", weight);
    }

    /** The constant under {@code RECIPROCAL_RANK}, at least 1. */
    public S fusionK(int k) {
        return set("fusion_k", k);
    }

    /**
     * How scores become probabilities.
     *
     * @param calibration as {@code ./rerank tune} writes it
     */
    public S calibration(Calibration calibration) {
        return set("calibration", StrictReader.tree(calibration));
    }

    /**
     * A cascade: the passages that a stage keeps are scored by the next.
     *
     * @param stages in their order: what each has other than the settings here
     */
    @SafeVarargs
    public final S stages(Consumer<StageSteps>... stages) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Consumer<StageSteps> stage : stages) {
            StageSteps own = new StageSteps();
            stage.accept(own);
            list.add(own.fields());
        }
        return set("stages", list);
    }
}
