package dev.flinkreranker.operators.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.tokenization.SpecialTokens;
import dev.flinkreranker.runtime.tokenization.Truncation;
import dev.flinkreranker.runtime.tokenization.TruncationSide;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Settings of how pairs are scored. They have the names and ranges of a tenant's config, and are
 * checked with all others when the operators are attached.
 *
 * @param <S> the class whose steps these are
 */
@PublicEvolving
public abstract sealed class SettingsSteps<S extends SettingsSteps<S>>
        permits RankingSteps, Scoring {

    static final String DEADLINE_MS = "deadline_ms";

    private final ObjectNode fields = JsonNodeFactory.instance.objectNode();

    SettingsSteps() {}

    abstract S self();

    /** The fields of a config that were set. */
    ObjectNode fields() {
        return fields;
    }

    S set(String field, JsonNode value) {
        fields.set(field, value);
        return self();
    }

    S set(String field, long value) {
        return set(field, JsonNodeFactory.instance.numberNode(value));
    }

    S set(String field, double value) {
        return set(field, JsonNodeFactory.instance.numberNode(value));
    }

    S set(String field, boolean value) {
        return set(field, JsonNodeFactory.instance.booleanNode(value));
    }

    S set(String field, String value) {
        return set(field, JsonNodeFactory.instance.textNode(value));
    }

    S set(String field, Enum<?> value) {
        return set(field, value.name().toLowerCase(Locale.ROOT));
    }

    private S set(String field, int... values) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (int value : values) {
            list.add(value);
        }
        return set(field, list);
    }

    /** In whole milliseconds, at least one of what is above zero. */
    static long millis(Duration duration) {
        try {
            long millis = duration.toMillis();
            return millis == 0 && !duration.isNegative() && !duration.isZero() ? 1 : millis;
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** Layers whose state is scored, ascending; the last one is what counts. */
    public S cutoffLayers(int... layers) {
        return set("cutoff_layers", layers);
    }

    /** How many neighbouring passage states become one. */
    public S compressRatio(int ratio) {
        return set("compress_ratio", ratio);
    }

    /** Layers before which passage states are merged, ascending. */
    public S compressLayers(int... layers) {
        return set("compress_layers", layers);
    }

    /** Which head scores a cutoff. */
    public S headSelection(HeadSelection selection) {
        return set("head_selection", selection);
    }

    /** Whether attention logits are soft-capped. */
    public S attentionSoftcap(boolean softcap) {
        return set("attention_softcap", softcap);
    }

    /** Limit of a pair in tokens; the model's own without it. */
    public S maxLength(int tokens) {
        return set("max_length", tokens);
    }

    /** Limit of the query in tokens; three quarters of {@link #maxLength} without it. */
    public S queryMaxLength(int tokens) {
        return set("query_max_length", tokens);
    }

    /** The rule for pairs that are too long. */
    public S truncation(Truncation rule) {
        return set("truncation", rule);
    }

    /** At which end texts that are too long are cut; the model's own without it. */
    public S truncationSide(TruncationSide side) {
        return set("truncation_side", side);
    }

    /** The question put after the passage; the model's own without it. */
    public S prompt(String text) {
        return set("prompt", text);
    }

    /** Text put before the query; the model's own without it. */
    public S queryInstruction(String text) {
        return set("query_instruction", text);
    }

    /** Text put before the passage; the model's own without it. */
    public S passageInstruction(String text) {
        return set("passage_instruction", text);
    }

    /** What becomes of text that spells a control token. */
    public S specialTokens(SpecialTokens rule) {
        return set("special_tokens", rule);
    }

    /** Whether scores are {@code 1 / (1 + exp(-logit))}, else raw logits. */
    public S normalize(boolean normalize) {
        return set("normalize", normalize);
    }

    /** Whether the model's folder decides {@link #normalize}, where it declares an activation. */
    public S normalizeAsDeclared(boolean asDeclared) {
        return set("normalize_as_declared", asDeclared);
    }

    /** How long a score is wanted after an element was taken up. */
    public S deadline(Duration deadline) {
        return set(DEADLINE_MS, millis(deadline));
    }

    /** Share of the device relative to other tenants. */
    public S weight(double weight) {
        return set("weight", weight);
    }

    /** Most pairs of the tenant under way at once in a process. */
    public S maxInFlight(int pairs) {
        return set("max_in_flight", pairs);
    }

    /** Whether scores may come from the process's score cache. */
    public S cache(boolean cache) {
        return set("cache", cache);
    }
}
