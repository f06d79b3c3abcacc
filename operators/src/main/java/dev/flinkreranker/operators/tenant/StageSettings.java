package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.tokenization.Truncation;
import dev.flinkreranker.runtime.tokenization.TruncationSide;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * An item of a tenant's {@code stages}: a stage that scores, with what it has other than the tenant
 * and the rule by which documents go on, or the choice of the candidates before all stages.
 *
 * @param candidates how many documents take part, at least 1; of the first item, with {@code by}
 *     alone beside it
 * @param by which ones; null for the first ones of the request
 * @param model alias of a model of the job's catalogue; null for the tenant's, as all below up to
 *     {@code fusion_k}
 * @param cutoffLayers layers whose state is scored, ascending; empty for the deepest alone
 * @param compressRatio how many neighbouring passage states become one, at least 1
 * @param compressLayers layers before which passage states are merged, ascending
 * @param headSelection which head scores a cutoff
 * @param attentionSoftcap whether attention logits are soft-capped
 * @param maxLength limit of a pair in tokens
 * @param queryMaxLength limit of the query in tokens
 * @param truncation the rule for pairs that are too long
 * @param truncationSide at which end texts that are too long are cut
 * @param prompt the question put after the passage
 * @param queryInstruction text put before the query
 * @param passageInstruction text put before the passage
 * @param fusion whether the first stage's score has a part in this stage's ranking
 * @param fusionWeight the first stage's part w under {@link Fusion#Z_SUM}, above 0 and below 1
 * @param fusionK the constant k under {@link Fusion#RECIPROCAL_RANK}, at least 1
 * @param keep how many documents go on, at least 1; null for all that reach {@code min_score}
 * @param margin documents whose relevance score is at most so much below that of the last one of
 *     {@code keep} go on too, 0 and up; null for none
 * @param minScore documents whose model score in this stage is lower do not go on; null for no
 *     limit
 */
@Internal
public record StageSettings(
        @Nullable Integer candidates,
        @Nullable CandidatesBy by,
        @Nullable String model,
        @Nullable List<Integer> cutoffLayers,
        @Nullable Integer compressRatio,
        @Nullable List<Integer> compressLayers,
        @Nullable HeadSelection headSelection,
        @Nullable Boolean attentionSoftcap,
        @Nullable Integer maxLength,
        @Nullable Integer queryMaxLength,
        @Nullable Truncation truncation,
        @Nullable TruncationSide truncationSide,
        @Nullable String prompt,
        @Nullable String queryInstruction,
        @Nullable String passageInstruction,
        @Nullable Fusion fusion,
        @Nullable Double fusionWeight,
        @Nullable Integer fusionK,
        @Nullable Integer keep,
        @Nullable Double margin,
        @Nullable Double minScore)
        implements Serializable {

    /**
     * Copies the lists.
     *
     * @throws InvalidConfigException if one has a null
     */
    public StageSettings {
        cutoffLayers =
                cutoffLayers == null
                        ? null
                        : RerankSettings.nonNull("cutoff_layers", "integers", cutoffLayers);
        compressLayers =
                compressLayers == null
                        ? null
                        : RerankSettings.nonNull("compress_layers", "integers", compressLayers);
    }

    /** The choice of candidates. */
    static StageSettings choosing(@Nullable Integer candidates, @Nullable CandidatesBy by) {
        return new StageSettings(
                candidates,
                by,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** Whether it chooses candidates, and scores nothing. */
    boolean choosesCandidates() {
        return candidates != null || by != null;
    }

    /**
     * The settings of this stage: the tenant's, with its own laid over them; without stages, and
     * without what holds for all of them.
     */
    RerankSettings over(RerankSettings tenant) {
        return new RerankSettings(
                or(model, tenant.model()),
                or(cutoffLayers, tenant.cutoffLayers()),
                or(compressRatio, tenant.compressRatio()),
                or(compressLayers, tenant.compressLayers()),
                or(headSelection, tenant.headSelection()),
                or(attentionSoftcap, tenant.attentionSoftcap()),
                or(maxLength, tenant.maxLength()),
                or(queryMaxLength, tenant.queryMaxLength()),
                or(truncation, tenant.truncation()),
                or(truncationSide, tenant.truncationSide()),
                or(prompt, tenant.prompt()),
                or(queryInstruction, tenant.queryInstruction()),
                or(passageInstruction, tenant.passageInstruction()),
                tenant.specialTokens(),
                tenant.normalize(),
                tenant.normalizeAsDeclared(),
                tenant.topN(),
                tenant.minScore(),
                tenant.returnDocuments(),
                tenant.returnQuery(),
                tenant.maxCandidates(),
                tenant.deadlineMs(),
                tenant.onTimeout(),
                tenant.onOverload(),
                tenant.onFailure(),
                tenant.weight(),
                tenant.maxInFlight(),
                tenant.cache(),
                or(fusion, tenant.fusion()),
                or(fusionWeight, tenant.fusionWeight()),
                or(fusionK, tenant.fusionK()),
                null,
                null);
    }

    private static <T> @Nullable T or(@Nullable T own, @Nullable T tenants) {
        return own == null ? tenants : own;
    }
}
