package dev.flinkreranker.operators.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.Attributes;
import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.request.WellFormedValues;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.function.SerializableFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes a request of an element by the user's functions, or says exactly why not.
 *
 * @param query gives the query
 * @param passages gives the passages; each is known by its place
 * @param text gives a passage's text
 * @param firstStage gives a passage's score of the stage before; null where there is none
 * @param id gives the element's id; null where it has none
 * @param tenant gives who asks; null where all do
 * @param deadline gives how long a result is wanted; null where the settings say
 * @param trace gives the trace that an element belongs to; null where none does
 * @param attributes give what routes depend on, by name
 * @param maxPassages most passages of an element
 * @param maxTextChars most UTF-16 characters of the query and of each passage
 */
record RowReader<T, D>(
        SerializableFunction<T, String> query,
        SerializableFunction<T, ? extends Iterable<D>> passages,
        SerializableFunction<D, String> text,
        @Nullable SerializableFunction<D, ? extends Number> firstStage,
        @Nullable SerializableFunction<T, String> id,
        @Nullable SerializableFunction<T, String> tenant,
        @Nullable SerializableFunction<T, Duration> deadline,
        @Nullable SerializableFunction<T, String> trace,
        Map<String, SerializableFunction<T, ?>> attributes,
        int maxPassages,
        int maxTextChars)
        implements Serializable {

    private static final String NO_ID = "none";

    /** The functions by the steps that gave them; null where a step gave none. */
    Map<String, @Nullable Object> functions() {
        Map<String, @Nullable Object> functions = new LinkedHashMap<>();
        functions.put("query", query);
        functions.put("passages", passages);
        functions.put("passages' text", text);
        attributes.forEach((name, function) -> functions.put("attribute " + name, function));
        optional(functions, "passages' score", firstStage);
        optional(functions, "id", id);
        optional(functions, "tenant", tenant);
        optional(functions, "deadline", deadline);
        optional(functions, "trace", trace);
        return functions;
    }

    private static void optional(
            Map<String, @Nullable Object> functions, String step, @Nullable Object function) {
        if (function != null) {
            functions.put(step, function);
        }
    }

    /**
     * The element as a request.
     *
     * @throws RejectedEventException if it is none; the message names what is wrong
     */
    RerankRequest read(T row) throws RejectedEventException {
        String who = tenant(row);
        try {
            return new RerankRequest(
                    id == null ? NO_ID : required("id", call("id", id, row)),
                    who,
                    text("query", call("query", query, row)),
                    candidates(row),
                    overrides(row),
                    attributes(row));
        } catch (RejectedEventException e) {
            throw e.of(null, who);
        }
    }

    /** The trace that an element belongs to, if it does; one that fails costs no result. */
    @Nullable String traceparent(T row) {
        try {
            return trace == null ? null : trace.apply(row);
        } catch (RuntimeException e) {
            return null;
        }
    }

    private String tenant(T row) throws RejectedEventException {
        String given = tenant == null ? null : call("tenant", tenant, row);
        if (given == null) {
            return RequestParser.DEFAULT_TENANT;
        }
        if (!RequestParser.TENANT_ID.matcher(given).matches()) {
            throw invalid("tenant must match " + RequestParser.TENANT_ID.pattern());
        }
        return given;
    }

    private List<Candidate> candidates(T row) throws RejectedEventException {
        List<D> given = new ArrayList<>();
        Iterable<D> all = required("passages", call("passages", passages, row));
        try {
            for (D passage : all) {
                if (given.size() == maxPassages) {
                    throw new RejectedEventException(
                            ReasonCode.TOO_MANY_DOCUMENTS,
                            "passages has more entries than %d (maxPassages)"
                                    .formatted(maxPassages));
                }
                given.add(passage);
            }
        } catch (RuntimeException e) {
            throw threw("passages", e);
        }
        if (given.isEmpty()) {
            throw new RejectedEventException(
                    ReasonCode.NO_DOCUMENTS, "passages must hold at least one passage");
        }
        List<Candidate> candidates = new ArrayList<>(given.size());
        for (int i = 0; i < given.size(); i++) {
            String path = maxPassages == 1 ? "passage" : "passages[" + i + "]";
            D passage = required(path, given.get(i));
            candidates.add(
                    new Candidate(
                            null,
                            text(path, call(path, text, passage)),
                            score(path + "'s score", passage),
                            null));
        }
        return candidates;
    }

    private @Nullable Double score(String what, D passage) throws RejectedEventException {
        Number score = firstStage == null ? null : call(what, firstStage, passage);
        if (score != null && !Double.isFinite(score.doubleValue())) {
            throw invalid(what + " must be a finite number, but is " + score);
        }
        return score == null ? null : score.doubleValue();
    }

    private String text(String what, @Nullable String given) throws RejectedEventException {
        String text = required(what, given);
        if (text.length() > maxTextChars) {
            throw new RejectedEventException(
                    ReasonCode.TEXT_TOO_LONG,
                    "%s has %d characters; the limit is %d (maxTextChars)"
                            .formatted(what, text.length(), maxTextChars));
        }
        WellFormedValues.checkText(text, what);
        return text;
    }

    private ObjectNode overrides(T row) throws RejectedEventException {
        ObjectNode overrides = JsonNodeFactory.instance.objectNode();
        Duration wanted = deadline == null ? null : call("deadline", deadline, row);
        if (wanted != null) {
            overrides.put(SettingsSteps.DEADLINE_MS, SettingsSteps.millis(wanted));
        }
        return overrides;
    }

    private Map<String, String> attributes(T row) throws RejectedEventException {
        Map<String, String> texts = new HashMap<>();
        for (Map.Entry<String, SerializableFunction<T, ?>> attribute : attributes.entrySet()) {
            String name = attribute.getKey();
            Object value = call("attribute " + name, attribute.getValue(), row);
            JsonNode scalar = value == null ? null : Scalars.node(value);
            if (value != null && scalar == null) {
                throw invalid(
                        "attribute %s must be a string, a number or a boolean, but is a %s"
                                .formatted(name, value.getClass().getName()));
            }
            if (scalar != null) {
                Attributes.text(scalar).ifPresent(text -> texts.put(name, text));
            }
        }
        return texts;
    }

    private static <A, B> @Nullable B call(
            String what, SerializableFunction<A, ? extends B> function, A argument)
            throws RejectedEventException {
        try {
            return function.apply(argument);
        } catch (RuntimeException e) {
            throw threw(what, e);
        }
    }

    private static RejectedEventException threw(String what, RuntimeException e) {
        return invalid("%s: its function threw %s".formatted(what, e));
    }

    private static <V> V required(String what, @Nullable V value) throws RejectedEventException {
        if (value == null) {
            throw new RejectedEventException(ReasonCode.MISSING_FIELD, what + " is null");
        }
        return value;
    }

    private static RejectedEventException invalid(String message) {
        return new RejectedEventException(ReasonCode.INVALID_FIELD, message);
    }
}
