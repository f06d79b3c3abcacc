package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.runtime.engine.Admission;
import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.SpecialTokens;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.Truncation;
import dev.flinkreranker.runtime.tokenization.TruncationSide;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides how one request is reranked. Complete: every default is filled in, so
 * that a request stamped with it means the same after a restart.
 *
 * @param model alias of a model of the job's catalogue, or {@value #NO_MODEL} to pass requests
 *     through in their own order
 * @param cutoffLayers layers whose state is scored, ascending; empty for the deepest alone
 * @param compressRatio how many neighbouring passage states become one, at least 1
 * @param compressLayers layers before which passage states are merged, ascending
 * @param headSelection which head scores a cutoff
 * @param attentionSoftcap whether attention logits are soft-capped
 * @param maxLength limit of a pair in tokens; null for the model's own
 * @param queryMaxLength limit of the query in tokens; null for three quarters of {@code maxLength}
 * @param truncation the rule for pairs that are too long
 * @param truncationSide at which end texts that are too long are cut; null for the model's own
 * @param prompt the question put after the passage; null for the model's own
 * @param queryInstruction text put before the query; null for the model's own
 * @param passageInstruction text put before the passage; null for the model's own
 * @param specialTokens what becomes of text that spells a control token
 * @param normalize whether relevance scores are {@code 1 / (1 + exp(-logit))}, else raw logits
 * @param normalizeAsDeclared whether the model's folder decides that: where it declares a sigmoid,
 *     scores are normalized, where it declares the identity, they are raw
 * @param topN most documents in a result; null for all
 * @param minScore documents with a lower relevance score, or none, are left out of a ranked result;
 *     null for no limit
 * @param returnDocuments whether results carry the documents
 * @param returnQuery whether results carry the query; with the documents too, a log of results can
 *     be replayed by itself
 * @param maxCandidates only so many documents, from the front, are scored; the others follow them
 *     in their own order without a score; null for all
 * @param deadlineMs how long a score is wanted after the request was taken up; null for ever
 * @param onTimeout what becomes of a request after its deadline
 * @param onOverload what becomes of a request beyond {@code maxInFlight} or, in a job with an
 *     overflow topic, beyond the tenant's share of what is under way
 * @param onFailure what becomes of a request that cannot be scored
 * @param weight share of the device relative to other tenants, 1e-6 to 1e6
 * @param maxInFlight most pairs of the tenant under way at once in a process; null for no limit
 * @param cache whether scores may come from the score cache
 * @param fusion whether the first stage's score has a part in the ranking
 * @param fusionWeight the first stage's part w under {@link Fusion#Z_SUM}, above 0 and below 1
 * @param fusionK the constant k under {@link Fusion#RECIPROCAL_RANK}, at least 1
 * @param stages a cascade: the documents that a stage keeps are scored by the next. Null to score
 *     them once, with the settings above
 * @param calibration how scores become probabilities; null for none
 */
@Internal
public record RerankSettings(
        String model,
        List<Integer> cutoffLayers,
        Integer compressRatio,
        List<Integer> compressLayers,
        HeadSelection headSelection,
        Boolean attentionSoftcap,
        @Nullable Integer maxLength,
        @Nullable Integer queryMaxLength,
        Truncation truncation,
        @Nullable TruncationSide truncationSide,
        @Nullable String prompt,
        @Nullable String queryInstruction,
        @Nullable String passageInstruction,
        SpecialTokens specialTokens,
        Boolean normalize,
        Boolean normalizeAsDeclared,
        @Nullable Integer topN,
        @Nullable Double minScore,
        Boolean returnDocuments,
        Boolean returnQuery,
        @Nullable Integer maxCandidates,
        @Nullable Long deadlineMs,
        Fallback onTimeout,
        OverloadPolicy onOverload,
        Fallback onFailure,
        Double weight,
        @Nullable Integer maxInFlight,
        Boolean cache,
        Fusion fusion,
        Double fusionWeight,
        Integer fusionK,
        @Nullable List<StageSettings> stages,
        @Nullable Calibration calibration)
        implements Serializable {

    /** The model of requests that are passed through. */
    public static final String NO_MODEL = "none";

    /**
     * Fills in defaults.
     *
     * @throws InvalidConfigException with every violation, if a value is out of range
     */
    public RerankSettings {
        cutoffLayers = layers("cutoff_layers", cutoffLayers);
        compressRatio = orElse(compressRatio, 1);
        compressLayers = layers("compress_layers", compressLayers);
        headSelection = orElse(headSelection, HeadSelection.POSITIONAL);
        attentionSoftcap = orElse(attentionSoftcap, false);
        truncation = orElse(truncation, Truncation.LIBRARY);
        specialTokens = orElse(specialTokens, SpecialTokens.PLAIN_TEXT);
        normalize = orElse(normalize, false);
        normalizeAsDeclared = orElse(normalizeAsDeclared, false);
        returnDocuments = orElse(returnDocuments, false);
        returnQuery = orElse(returnQuery, false);
        onTimeout = orElse(onTimeout, Fallback.PASSTHROUGH);
        onOverload = orElse(onOverload, OverloadPolicy.OVERFLOW);
        onFailure = orElse(onFailure, Fallback.DEAD_LETTER);
        weight = orElse(weight, 1.0);
        cache = orElse(cache, false);
        fusion = orElse(fusion, Fusion.NONE);
        fusionWeight = orElse(fusionWeight, 0.5);
        fusionK = orElse(fusionK, 60);
        stages = stages == null ? null : nonNull("stages", "maps of fields", stages);
    }

    private static <T> T orElse(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }

    private static List<Integer> layers(String name, @Nullable List<Integer> layers) {
        return layers == null ? List.of() : nonNull(name, "integers", layers);
    }

    static <T> List<T> nonNull(String name, String what, List<T> values) {
        if (values.stream().anyMatch(Objects::isNull)) {
            throw new InvalidConfigException(
                    "%s must hold %s, but has a null".formatted(name, what));
        }
        return List.copyOf(values);
    }

    /** The same with so much time for a score, in milliseconds, at least 1. */
    public RerankSettings withDeadline(long ms) {
        return new RerankSettings(
                model,
                cutoffLayers,
                compressRatio,
                compressLayers,
                headSelection,
                attentionSoftcap,
                maxLength,
                queryMaxLength,
                truncation,
                truncationSide,
                prompt,
                queryInstruction,
                passageInstruction,
                specialTokens,
                normalize,
                normalizeAsDeclared,
                topN,
                minScore,
                returnDocuments,
                returnQuery,
                maxCandidates,
                ms,
                onTimeout,
                onOverload,
                onFailure,
                weight,
                maxInFlight,
                cache,
                fusion,
                fusionWeight,
                fusionK,
                stages,
                calibration);
    }

    /** Whether requests are passed through without a model. */
    public boolean passesThrough() {
        return model.equals(NO_MODEL);
    }

    /** Of so many documents, how many are scored. */
    public int scoredOf(int documents) {
        StageSettings choice = choice();
        int eligible = eligibleOf(documents);
        return choice == null ? eligible : Math.min(eligible, choice.candidates());
    }

    /** Of so many documents, how many may be scored, from the front. */
    public int eligibleOf(int documents) {
        return maxCandidates == null ? documents : Math.min(documents, maxCandidates);
    }

    /** Whether the documents with the highest scores of the first stage are scored. */
    public boolean choosesByFirstStage() {
        StageSettings choice = choice();
        return choice != null && choice.by() == CandidatesBy.FIRST_STAGE;
    }

    /** The stages that score, in their order: one with these settings where there is no cascade. */
    public List<Stage> cascade() {
        if (stages == null) {
            return List.of(new Stage(this, null));
        }
        List<Stage> cascade = new ArrayList<>(stages.size());
        for (int i = firstStage(); i < stages.size(); i++) {
            StageSettings item = stages.get(i);
            Stage.Cut cut =
                    i == stages.size() - 1
                            ? null
                            : new Stage.Cut(item.keep(), item.margin(), item.minScore());
            cascade.add(new Stage(item.over(this), cut));
        }
        return cascade;
    }

    /** Whether the same model sees the same tokens under others. */
    public boolean sharesTokens(RerankSettings other) {
        return model.equals(other.model) && tokenization().equals(other.tokenization());
    }

    /** Whether the same documents get the same scores under others, so that one pass does. */
    public boolean sharesScores(RerankSettings other) {
        List<Stage> own = cascade();
        List<Stage> others = other.cascade();
        int last = own.size() - 1;
        return own.size() == others.size()
                && own.subList(0, last).equals(others.subList(0, last))
                && own.get(last).settings().sharesPass(others.get(last).settings())
                && choosesByFirstStage() == other.choosesByFirstStage()
                && scoredOf(Integer.MAX_VALUE) == other.scoredOf(Integer.MAX_VALUE)
                && Objects.equals(maxCandidates, other.maxCandidates);
    }

    private boolean sharesPass(RerankSettings other) {
        return sharesTokens(other) && scoring().equals(other.scoring());
    }

    /** Place of the first item of the stages that scores. */
    int firstStage() {
        return choice() == null ? 0 : 1;
    }

    private @Nullable StageSettings choice() {
        return stages == null || stages.isEmpty() || !stages.get(0).choosesCandidates()
                ? null
                : stages.get(0);
    }

    /** How text becomes tokens. */
    public TokenizationSettings tokenization() {
        return new TokenizationSettings(
                maxLength,
                queryMaxLength,
                truncation,
                truncationSide,
                prompt,
                queryInstruction,
                passageInstruction,
                specialTokens);
    }

    /** The knobs of the forward pass. */
    public ScoringSettings scoring() {
        return new ScoringSettings(
                cutoffLayers, compressRatio, compressLayers, headSelection, attentionSoftcap);
    }

    /** Share and limit. */
    public Admission admission() {
        return new Admission(
                weight,
                maxInFlight == null ? Integer.MAX_VALUE : maxInFlight,
                switch (onOverload) {
                    case WAIT, OVERFLOW -> Admission.OnOverload.WAIT;
                    case PASSTHROUGH, DEAD_LETTER -> Admission.OnOverload.THROTTLE;
                },
                cache);
    }
}
