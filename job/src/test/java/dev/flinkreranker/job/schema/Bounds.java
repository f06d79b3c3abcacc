package dev.flinkreranker.job.schema;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.tenant.Overrides;
import java.util.TreeSet;

/**
 * What the readers check of values beyond their types, as far as a schema can say it. The readers
 * have the last word: {@code SchemaAgreementTest} holds each line here to them.
 */
final class Bounds {

    private static final String NO_CONTROL_CHARACTER = "^[^\\u0000-\\u001F\\u007F-\\u009F]*$";
    private static final int TEXT = 10_000;
    private static final int LENGTH = 1 << 20;

    private Bounds() {}

    static void ofRequest(ObjectNode properties) {
        property(properties, "request_id")
                .put("minLength", 1)
                .put("maxLength", RequestParser.MAX_ID_CHARS)
                .put("pattern", NO_CONTROL_CHARACTER);
        property(properties, "tenant").put("pattern", "^" + RequestParser.TENANT_ID + "$");
        property(properties, "documents").put("minItems", 1);
    }

    static void ofDocument(ObjectNode properties) {
        property(properties, "id").put("maxLength", RequestParser.MAX_ID_CHARS);
    }

    static void ofSettings(ObjectNode properties) {
        ofScoring(properties);
        property(properties, "top_n").put("minimum", 1);
        property(properties, "max_candidates").put("minimum", 1);
        property(properties, "deadline_ms").put("minimum", 1);
        property(properties, "max_in_flight").put("minimum", 1);
        property(properties, "weight").put("minimum", 1e-6).put("maximum", 1e6);
        property(properties, "stages").put("minItems", 1);
    }

    static void ofStage(ObjectNode properties) {
        ofScoring(properties);
        property(properties, "candidates").put("minimum", 1);
        property(properties, "keep").put("minimum", 1);
        property(properties, "margin").put("minimum", 0);
    }

    static void ofCalibration(ObjectNode properties) {
        property(properties, "slope").put("exclusiveMinimum", 0);
        property(properties, "nothing_relevant_below")
                .put("exclusiveMinimum", 0)
                .put("exclusiveMaximum", 1);
        property(properties, "nothing_relevant_precision").put("minimum", 0).put("maximum", 1);
        property(properties, "fitted_for").put("minItems", 1);
    }

    private static void ofScoring(ObjectNode properties) {
        layers(property(properties, "cutoff_layers"));
        layers(property(properties, "compress_layers"));
        range(property(properties, "compress_ratio"), 1, 1024);
        range(property(properties, "max_length"), 8, LENGTH);
        range(property(properties, "query_max_length"), 1, LENGTH);
        property(properties, "prompt").put("maxLength", TEXT);
        property(properties, "query_instruction").put("maxLength", TEXT);
        property(properties, "passage_instruction").put("maxLength", TEXT);
        property(properties, "fusion_weight").put("exclusiveMinimum", 0).put("exclusiveMaximum", 1);
        range(property(properties, "fusion_k"), 1, 1_000_000);
    }

    static void ofTenant(ObjectNode properties) {
        property(properties, "version").put("minimum", 0);
        ArrayNode names =
                ((ObjectNode) property(properties, "overrides").get("items")).putArray("enum");
        new TreeSet<>(Overrides.POSSIBLE).forEach(names::add);
    }

    static ObjectNode ofName(ObjectNode name) {
        return name.put("pattern", "^" + RequestParser.TENANT_ID + "$");
    }

    private static void layers(ObjectNode property) {
        property.put("uniqueItems", true);
        ((ObjectNode) property.get("items")).put("minimum", 0);
    }

    private static void range(ObjectNode property, int least, int most) {
        property.put("minimum", least).put("maximum", most);
    }

    private static ObjectNode property(ObjectNode properties, String name) {
        if (properties.get(name) instanceof ObjectNode property) {
            return property;
        }
        throw new AssertionError("there is no field " + name);
    }
}
