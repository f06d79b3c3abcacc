package dev.flinkreranker.operators.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of an event into a request, or says exactly why not. Every limit is checked
 * before work is done for the event. The same bytes and limits always give the same outcome.
 */
@Internal
public final class RequestParser {

    /** The tenant of a request that names none. */
    public static final String DEFAULT_TENANT = "default";

    /** Most characters of a tenant's id. */
    public static final int MAX_TENANT_CHARS = 64;

    /** A tenant's id: it becomes a metric label, a header and a topic's key. */
    public static final Pattern TENANT_ID =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,%d}".formatted(MAX_TENANT_CHARS - 1));

    /** Fields that every tenant's requests have in common. */
    public static final Set<String> OWN_FIELDS =
            Collections.unmodifiableSet(
                    new LinkedHashSet<>(List.of("request_id", "tenant", "query", "documents")));

    /** Most characters of a request's or a document's id. */
    public static final int MAX_ID_CHARS = 512;

    private static final String TOKENS_PER_DOCUMENT = "max_tokens_per_doc";

    private final RequestLimits limits;
    private final Set<String> overridable;
    private final Set<String> known;
    private final EventJson json;

    /**
     * @param limits what a request may be at most
     * @param overridable names of the settings that a request may carry
     */
    public RequestParser(RequestLimits limits, Set<String> overridable) {
        this.limits = limits;
        this.overridable = Set.copyOf(overridable);
        this.known = new HashSet<>(overridable);
        known.addAll(OWN_FIELDS);
        this.json = new EventJson(limits.eventBytes(), "limits.event_bytes", limits.depth());
    }

    /**
     * Parses an event's value.
     *
     * @throws RejectedEventException if it is not a request; the message names the field
     */
    public RerankRequest parse(byte @Nullable [] value) throws RejectedEventException {
        ObjectNode event = json.read(value);
        String requestId = requestId(event);
        String tenant = tenant(event);
        try {
            return request(event, requestId, tenant);
        } catch (RejectedEventException e) {
            throw e.of(requestId, tenant);
        }
    }

    private RerankRequest request(ObjectNode event, String requestId, String tenant)
            throws RejectedEventException {
        String query = text(require(event, "query", ""), "query");
        if (event.hasNonNull(TOKENS_PER_DOCUMENT)) {
            throw invalid(
                    TOKENS_PER_DOCUMENT,
                    "is not supported: set max_length, which limits query and passage together");
        }
        List<Candidate> candidates = candidates(require(event, "documents", ""));
        ObjectNode overrides = event.objectNode();
        for (Map.Entry<String, JsonNode> field : event.properties()) {
            if (overridable.contains(field.getKey()) && !field.getValue().isNull()) {
                overrides.set(field.getKey(), field.getValue());
            }
        }
        return new RerankRequest(
                requestId, tenant, query, candidates, overrides, Attributes.of(event, known));
    }

    private static String requestId(ObjectNode event) throws RejectedEventException {
        JsonNode node = require(event, "request_id", "");
        if (!node.isTextual()) {
            throw wrongType("request_id", "a string", node);
        }
        String id = node.textValue();
        if (id.isEmpty() || id.length() > MAX_ID_CHARS) {
            throw invalid(
                    "request_id",
                    "must have 1 to %d characters, but has %d"
                            .formatted(MAX_ID_CHARS, id.length()));
        }
        if (id.chars().anyMatch(Character::isISOControl)) {
            throw invalid("request_id", "must not hold control characters");
        }
        return id;
    }

    private static String tenant(ObjectNode event) throws RejectedEventException {
        JsonNode node = event.get("tenant");
        if (node == null || node.isNull()) {
            return DEFAULT_TENANT;
        }
        if (!node.isTextual()) {
            throw wrongType("tenant", "a string", node);
        }
        if (!TENANT_ID.matcher(node.textValue()).matches()) {
            throw invalid("tenant", "must match " + TENANT_ID.pattern());
        }
        return node.textValue();
    }

    private List<Candidate> candidates(JsonNode documents) throws RejectedEventException {
        if (!documents.isArray()) {
            throw wrongType("documents", "an array", documents);
        }
        if (documents.isEmpty()) {
            throw new RejectedEventException(
                    ReasonCode.NO_DOCUMENTS, "documents must hold at least one document");
        }
        if (documents.size() > limits.documents()) {
            throw new RejectedEventException(
                    ReasonCode.TOO_MANY_DOCUMENTS,
                    "documents has %d entries; the limit is %d (limits.documents)"
                            .formatted(documents.size(), limits.documents()));
        }
        List<Candidate> candidates = new ArrayList<>(documents.size());
        Map<String, Integer> indexOfId = new HashMap<>();
        for (int i = 0; i < documents.size(); i++) {
            Candidate candidate = candidate(documents.get(i), "documents[" + i + "]");
            if (candidate.id() != null && limits.uniqueIds()) {
                Integer other = indexOfId.putIfAbsent(candidate.id().asText(), i);
                if (other != null) {
                    throw new RejectedEventException(
                            ReasonCode.DUPLICATE_ID,
                            ("documents[%d] and documents[%d] have the same id, which"
                                            + " limits.unique_ids forbids")
                                    .formatted(other, i));
                }
            }
            candidates.add(candidate);
        }
        return candidates;
    }

    private Candidate candidate(JsonNode node, String path) throws RejectedEventException {
        if (node.isTextual()) {
            String text = text(node, path);
            ObjectNode source = JsonNodeFactory.instance.objectNode();
            source.set("text", node);
            return new Candidate(null, text, null, source);
        }
        if (!(node instanceof ObjectNode source)) {
            throw wrongType(path, "a string or an object", node);
        }
        JsonNode id = source.get("id");
        if (id != null && id.isNull()) {
            id = null;
        }
        if (id != null && !id.isTextual() && !id.isIntegralNumber()) {
            throw wrongType(path + ".id", "a string or an integer", id);
        }
        if (id != null && id.asText().length() > MAX_ID_CHARS) {
            throw invalid(path + ".id", "must have at most " + MAX_ID_CHARS + " characters");
        }
        String text = text(require(source, "text", path + "."), path + ".text");
        return new Candidate(id, text, score(source.get("score"), path + ".score"), source);
    }

    private static @Nullable Double score(@Nullable JsonNode node, String path)
            throws RejectedEventException {
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isNumber()) {
            throw wrongType(path, "a number", node);
        }
        double score = node.doubleValue();
        if (!Double.isFinite(score)) {
            throw invalid(path, "is beyond the range of a double");
        }
        return score;
    }

    private String text(JsonNode node, String path) throws RejectedEventException {
        if (!node.isTextual()) {
            throw wrongType(path, "a string", node);
        }
        String text = node.textValue();
        if (text.length() > limits.textChars()) {
            throw new RejectedEventException(
                    ReasonCode.TEXT_TOO_LONG,
                    "%s has %d characters; the limit is %d (limits.text_chars)"
                            .formatted(path, text.length(), limits.textChars()));
        }
        return text;
    }

    private static JsonNode require(ObjectNode object, String field, String prefix)
            throws RejectedEventException {
        JsonNode node = object.get(field);
        if (node == null || node.isNull()) {
            throw new RejectedEventException(
                    ReasonCode.MISSING_FIELD, prefix + field + " is missing");
        }
        return node;
    }

    private static RejectedEventException wrongType(String path, String wanted, JsonNode actual) {
        return invalid(path, "must be " + wanted + ", but is " + JsonTypeName.of(actual));
    }

    private static RejectedEventException invalid(String path, String problem) {
        return new RejectedEventException(ReasonCode.INVALID_FIELD, path + " " + problem);
    }
}
