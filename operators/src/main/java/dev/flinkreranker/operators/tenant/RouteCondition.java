package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.operators.request.RerankRequest;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * Which requests a route is for.
 *
 * @param field name of a top-level field of the request, such as {@code language}
 * @param values the values it may have, each as {@link
 *     dev.flinkreranker.operators.request.Attributes} writes it
 */
@Internal
public record RouteCondition(String field, List<String> values) implements Serializable {

    /** Copies the list. */
    public RouteCondition {
        values = List.copyOf(values);
    }

    /** Whether the request has one of the values. */
    public boolean matches(RerankRequest request) {
        String value = request.attributes().get(field);
        return value != null && values.contains(value);
    }
}
