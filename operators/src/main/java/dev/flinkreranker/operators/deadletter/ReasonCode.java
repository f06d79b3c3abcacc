package dev.flinkreranker.operators.deadletter;

import java.util.Arrays;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Why an event became a dead letter. The names are part of the contract: they are the value of the
 * header {@link DeadLetter#REASON}.
 */
@PublicEvolving
public enum ReasonCode {
    /** The record has no value. */
    NO_VALUE(false, "send the request with a value; a tombstone is none"),
    /** The record has more bytes than {@code limits.event_bytes}, or than a config may have. */
    EVENT_TOO_LARGE(false, "send fewer or shorter documents, or raise limits.event_bytes"),
    /**
     * Not one JSON object in UTF-8: broken syntax, a raw control character, a field twice, nesting
     * beyond {@code limits.depth}, something after the object.
     */
    INVALID_JSON(false, "correct the JSON at the byte that the message names"),
    /** A field has the wrong type or a value out of its range. */
    INVALID_FIELD(false, "correct the field that the message names"),
    /** A required field is missing. */
    MISSING_FIELD(false, "add the field that the message names"),
    /** A text holds half of a surrogate pair, which no encoding can carry. */
    INVALID_TEXT(false, "correct the text that the message names; it was cut inside a character"),
    /** The list of documents is empty. */
    NO_DOCUMENTS(false, "add documents"),
    /** More documents than {@code limits.documents}. */
    TOO_MANY_DOCUMENTS(false, "send fewer documents, or raise limits.documents"),
    /** The query or a document has more characters than {@code limits.text_chars}. */
    TEXT_TOO_LONG(false, "shorten the text that the message names, or raise limits.text_chars"),
    /** Two documents share an id, so that a result could not tell them apart. */
    DUPLICATE_ID(
            false,
            "give every document an id of its own, or none; or set limits.unique_ids to false"),
    /**
     * The tenant is not configured: {@code unknown_tenant} is {@code reject}, or {@code hold} and
     * no config came in time.
     */
    UNKNOWN_TENANT(true, "configure the tenant, or correct its id; then send the letter again"),
    /** The model's alias is not in the job's catalogue. */
    UNKNOWN_MODEL(
            false, "add the model to the catalogue, or name another; then send the letter again"),
    /** The request sets what its tenant may not set, or beyond the tenant's limit. */
    OVERRIDE_NOT_ALLOWED(
            false,
            "allow it in the tenant's overrides, or leave the field out; then send the letter"
                    + " again"),
    /** The time ran out, and the tenant's {@code on_timeout} is {@code dead_letter}. */
    TIMED_OUT(true, "send it again, when less waits or with a longer deadline_ms"),
    /** The tenant had too much under way, and its {@code on_overload} is {@code dead_letter}. */
    THROTTLED(true, "send it again, when the tenant has less under way or a higher max_in_flight"),
    /** The request could not be scored, and the tenant's {@code on_failure} is not passthrough. */
    SCORING_FAILED(true, "mend what the message names (model, memory, device); then send it again"),
    /**
     * The result is larger than {@code limits.record_bytes}, or than {@code max.message.bytes} of
     * its topic.
     */
    RESULT_TOO_LARGE(
            false, "ask for less (top_n, return_documents: false), or raise limits.record_bytes"),
    /** The event has no key, and the topic of results is compacted, which takes none without. */
    NO_KEY(false, "send the request with a key, or let the topic of results not be compacted"),
    /** A tenant's config whose record has a key that is no tenant's id. */
    INVALID_KEY(false, "write the config with its tenant's id as key"),
    /**
     * A tenant's config that the job refuses; or a request of a tenant whose config, taken earlier,
     * the job's present file makes wrong.
     */
    INVALID_CONFIG(false, "correct the config that the message names, and write it again"),
    /** A tenant's config whose version is not above the present one. */
    STALE_CONFIG(false, "write the config again with a higher version, if it is still wanted");

    private final boolean repeatable;
    private final String remedy;

    ReasonCode(boolean repeatable, String remedy) {
        this.repeatable = repeatable;
        this.remedy = remedy;
    }

    /** Whether the same event may fare better later, without a change to it. */
    public boolean isTransient() {
        return repeatable;
    }

    /** What to do about it, one line for a person. */
    public String remedy() {
        return remedy;
    }

    /** The code of this name; empty for one that this version does not know. */
    public static Optional<ReasonCode> find(String name) {
        return Arrays.stream(values()).filter(code -> code.name().equals(name)).findFirst();
    }
}
