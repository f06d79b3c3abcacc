package dev.flinkreranker.sql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.request.RerankRequest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a row asks for.
 *
 * @param query may be empty
 * @param documents each may be empty
 * @param ids the documents' ids, as Flink's internal values; null where one has none
 */
record RowTexts(String query, List<Candidate> documents, List<@Nullable Object> ids) {

    RowTexts {
        documents = List.copyOf(documents);
        ids = Collections.unmodifiableList(ids);
    }

    /** One passage, without an id. */
    static RowTexts pair(String query, String passage) {
        return new RowTexts(
                query,
                List.of(new Candidate(null, passage, null, null)),
                Collections.singletonList(null));
    }

    /** As the ranking takes it. */
    RerankRequest request(String tenant) {
        return new RerankRequest(
                "", tenant, query, documents, JsonNodeFactory.instance.objectNode(), Map.of());
    }
}
