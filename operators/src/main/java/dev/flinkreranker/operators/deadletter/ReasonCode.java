package dev.flinkreranker.operators.deadletter;

/**
 * Why an event became a dead letter. The names are part of the contract: they are the value of the
 * header {@link DeadLetter#REASON}.
 */
public enum ReasonCode {
    /** The record has no value. */
    NO_VALUE(false),
    /** The record has more bytes than {@code limits.event_bytes}, or than a config may have. */
    EVENT_TOO_LARGE(false),
    /**
     * Not one JSON object in UTF-8: broken syntax, a raw control character, a field twice, nesting
     * beyond {@code limits.depth}, something after the object.
     */
    INVALID_JSON(false),
    /** A field has the wrong type or a value out of its range. */
    INVALID_FIELD(false),
    /** A required field is missing. */
    MISSING_FIELD(false),
    /** A text holds half of a surrogate pair, which no encoding can carry. */
    INVALID_TEXT(false),
    /** The list of documents is empty. */
    NO_DOCUMENTS(false),
    /** More documents than {@code limits.documents}. */
    TOO_MANY_DOCUMENTS(false),
    /** The query or a document has more characters than {@code limits.text_chars}. */
    TEXT_TOO_LONG(false),
    /** Two documents share an id, so that a result could not tell them apart. */
    DUPLICATE_ID(false),
    /**
     * The tenant is not configured: {@code unknown_tenant} is {@code reject}, or {@code hold} and
     * no config came in time.
     */
    UNKNOWN_TENANT(true),
    /** The model's alias is not in the job's catalogue. */
    UNKNOWN_MODEL(false),
    /** The request sets what its tenant may not set, or beyond the tenant's limit. */
    OVERRIDE_NOT_ALLOWED(false),
    /** The time ran out, and the tenant's {@code on_timeout} is {@code dead_letter}. */
    TIMED_OUT(true),
    /** The tenant had too much under way, and its {@code on_overload} is {@code dead_letter}. */
    THROTTLED(true),
    /** The request could not be scored, and the tenant's {@code on_failure} is not passthrough. */
    SCORING_FAILED(true),
    /** The result is larger than {@code limits.record_bytes}. */
    RESULT_TOO_LARGE(false),
    /** A tenant's config whose record has a key that is no tenant's id. */
    INVALID_KEY(false),
    /**
     * A tenant's config that the job refuses; or a request of a tenant whose config, taken earlier,
     * the job's present file makes wrong.
     */
    INVALID_CONFIG(false),
    /** A tenant's config whose version is not above the present one. */
    STALE_CONFIG(false);

    private final boolean worthRepeating;

    ReasonCode(boolean worthRepeating) {
        this.worthRepeating = worthRepeating;
    }

    /** Whether the same event may fare better later, without a change to it. */
    public boolean worthRepeating() {
        return worthRepeating;
    }
}
