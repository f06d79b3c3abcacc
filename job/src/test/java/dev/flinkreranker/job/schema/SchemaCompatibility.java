package dev.flinkreranker.job.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.job.schema.WireSchema.Direction;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What of a new schema an old program does not survive. */
final class SchemaCompatibility {

    private static final List<String> LEAST =
            List.of("minimum", "exclusiveMinimum", "minLength", "minItems");
    private static final List<String> MOST =
            List.of("maximum", "exclusiveMaximum", "maxLength", "maxItems");
    private static final List<String> FIXED = List.of("pattern", "uniqueItems");

    /** Values that are written only where a tenant's config asks for them, by their paths. */
    private static final Map<String, Set<String>> ASKED_FOR = Map.of("/status", Set.of("PARTIAL"));

    private final Direction direction;
    private final List<String> violations = new ArrayList<>();

    SchemaCompatibility(Direction direction) {
        this.direction = direction;
    }

    List<String> violations(JsonNode old, JsonNode now) {
        compare("", old, now);
        return violations;
    }

    private void compare(String path, JsonNode old, JsonNode now) {
        types(path, old, now);
        values(path, old, now);
        required(path, old, now);
        if (direction == Direction.READ) {
            bounds(path, old, now);
        }
        for (Map.Entry<String, JsonNode> property : old.path("properties").properties()) {
            String name = path + "/" + property.getKey();
            JsonNode kept = now.path("properties").path(property.getKey());
            if (kept.isMissingNode()) {
                violations.add(name + " is removed");
            } else {
                compare(name, property.getValue(), kept);
            }
        }
        for (String inner : List.of("items", "additionalProperties")) {
            if (old.path(inner).isObject()) {
                compare(path + "/" + inner, old.path(inner), now.path(inner));
            }
        }
        for (int i = 0; i < old.path("anyOf").size(); i++) {
            compare(path + "/" + i, old.path("anyOf").get(i), now.path("anyOf").path(i));
        }
        if (direction == Direction.READ
                && now.path("additionalProperties").isBoolean()
                && !old.has("additionalProperties")) {
            violations.add(path + " refuses other fields");
        }
    }

    private void types(String path, JsonNode old, JsonNode now) {
        Set<JsonNode> before = all(old.path("type"));
        Set<JsonNode> after = all(now.path("type"));
        boolean survives =
                direction == Direction.READ ? after.containsAll(before) : after.equals(before);
        if (!survives) {
            violations.add(path + " was of type " + before + " and is of " + after);
        }
    }

    private void values(String path, JsonNode old, JsonNode now) {
        if (!old.has("enum") && !now.has("enum")) {
            return;
        }
        Set<JsonNode> before = all(old.path("enum"));
        Set<JsonNode> after = all(now.path("enum"));
        if (direction == Direction.WRITTEN) {
            after.removeIf(v -> ASKED_FOR.getOrDefault(path, Set.of()).contains(v.asText()));
        }
        boolean survives =
                direction == Direction.READ
                        ? !now.has("enum") || old.has("enum") && after.containsAll(before)
                        : now.has("enum") && before.containsAll(after) || !old.has("enum");
        if (!survives) {
            violations.add(path + " was one of " + before + " and is one of " + after);
        }
    }

    private void required(String path, JsonNode old, JsonNode now) {
        Set<JsonNode> before = all(old.path("required"));
        Set<JsonNode> after = all(now.path("required"));
        if (direction == Direction.READ) {
            after.removeAll(before);
            after.forEach(name -> violations.add(path + " newly requires " + name));
        } else {
            before.removeAll(after);
            before.forEach(name -> violations.add(path + " may lack " + name));
        }
    }

    private void bounds(String path, JsonNode old, JsonNode now) {
        for (String key : LEAST) {
            if (now.has(key)
                    && (!old.has(key) || now.get(key).asDouble() > old.get(key).asDouble())) {
                violations.add(path + " has a higher " + key);
            }
        }
        for (String key : MOST) {
            if (now.has(key)
                    && (!old.has(key) || now.get(key).asDouble() < old.get(key).asDouble())) {
                violations.add(path + " has a lower " + key);
            }
        }
        for (String key : FIXED) {
            if (now.has(key) && !now.get(key).equals(old.get(key))) {
                violations.add(path + " has another " + key);
            }
        }
    }

    private static Set<JsonNode> all(JsonNode oneOrMany) {
        Set<JsonNode> all = new LinkedHashSet<>();
        if (oneOrMany.isArray()) {
            oneOrMany.forEach(all::add);
        } else if (!oneOrMany.isMissingNode()) {
            all.add(oneOrMany);
        }
        return all;
    }
}
