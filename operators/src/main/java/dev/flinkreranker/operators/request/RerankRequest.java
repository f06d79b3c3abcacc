package dev.flinkreranker.operators.request;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * A query, and the documents to be ranked for it.
 *
 * @param requestId chosen by the sender; 1 to 512 characters, none of them a control character
 * @param tenant who asks; {@code default} when the request names none
 * @param query may be empty
 * @param candidates at least one
 * @param overrides the settings that the request brings, by their names in a tenant's config, as
 *     they came; not checked yet
 * @param attributes what it says about itself, by name, as {@link Attributes} has it
 */
@Internal
public record RerankRequest(
        String requestId,
        String tenant,
        String query,
        @JsonProperty("documents") List<Candidate> candidates,
        @JsonIgnore ObjectNode overrides,
        @JsonIgnore Map<String, String> attributes) {

    /** Copies candidates and attributes. */
    public RerankRequest {
        candidates = List.copyOf(candidates);
        attributes = Map.copyOf(attributes);
    }

    /** The same without settings of its own. */
    public RerankRequest withoutOverrides() {
        return new RerankRequest(
                requestId, tenant, query, candidates, overrides.objectNode(), attributes);
    }

    /**
     * What is needed of it to score and to rank: neither the documents' own JSON, which takes
     * several times the memory of their texts, nor what its settings were chosen by.
     */
    public RerankRequest toScore() {
        return new RerankRequest(
                requestId,
                tenant,
                query,
                candidates.stream()
                        .map(c -> new Candidate(c.id(), c.text(), c.firstStageScore(), null))
                        .toList(),
                overrides.objectNode(),
                Map.of());
    }
}
