package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/** Settings that hold for a request as a whole, so that all that may rank it share them. */
@Internal
public final class RequestWide {

    /** Their names in a config. */
    public static final Set<String> FIELDS =
            Set.of(
                    "top_n",
                    "return_documents",
                    "return_query",
                    "deadline_ms",
                    "on_timeout",
                    "on_overload",
                    "on_failure",
                    "weight",
                    "max_in_flight");

    private RequestWide() {}

    /** Whether a request that brings these settings leaves to its tenant how it is ranked. */
    static boolean areAllOf(ObjectNode overrides) {
        return overrides.properties().stream().allMatch(field -> FIELDS.contains(field.getKey()));
    }

    /** A violation for each of them among the fields of something else that ranks a request. */
    static List<String> among(JsonNode fields, String path) {
        List<String> violations = new ArrayList<>();
        fields.fieldNames()
                .forEachRemaining(
                        field -> {
                            if (FIELDS.contains(field)) {
                                violations.add(
                                        "%s.%s holds for the whole request: set it for the tenant"
                                                .formatted(path, field));
                            }
                        });
        return violations;
    }
}
