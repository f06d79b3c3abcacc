package dev.flinkreranker.job.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomPropertyDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.MemberScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import dev.flinkreranker.job.schema.WireSchema.Direction;
import dev.flinkreranker.operators.deadletter.Failure;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.tenant.InterleaveConfig;
import dev.flinkreranker.operators.tenant.Overrides;
import dev.flinkreranker.operators.tenant.RequestWide;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.RouteConfig;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.usage.UsageRecord;
import java.lang.reflect.RecordComponent;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Makes the schemas from the records that are read and written: names and types from their
 * components, descriptions from their javadoc, and {@link Bounds}.
 */
final class SchemaFactory {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final RecordDocs docs = new RecordDocs();

    /** The schema of today's code. */
    ObjectNode make(WireSchema schema) {
        return switch (schema) {
            case REQUEST -> request();
            case RESULT -> titled(schema, RankedResult.class);
            case DEAD_LETTER -> deadLetter();
            case USAGE -> titled(schema, UsageRecord.class);
            case TENANT -> tenant();
        };
    }

    private ObjectNode request() {
        ObjectNode schema = titled(WireSchema.REQUEST, RerankRequest.class);
        ObjectNode properties = properties(schema);
        Bounds.ofRequest(properties);
        ObjectNode documents = (ObjectNode) properties.get("documents");
        ObjectNode document = (ObjectNode) documents.get("items");
        Bounds.ofDocument(properties(document));
        makeNullable(properties(document), Set.of("text"));
        document.putArray("required").add("text");
        documents.putObject("items").putArray("anyOf").add(typed("string")).add(document);
        ObjectNode settings = settings();
        settings.retain(Overrides.POSSIBLE);
        properties.setAll(settings);
        Set<String> required = Set.of("request_id", "query", "documents");
        makeNullable(properties, required);
        properties.set(
                "max_tokens_per_doc",
                typed("null").put("description", "refused: max_length limits both texts"));
        ArrayNode names = schema.putArray("required");
        List.of("request_id", "query", "documents").forEach(names::add);
        return schema;
    }

    private ObjectNode tenant() {
        ObjectNode schema = titled(WireSchema.TENANT, TenantConfig.class);
        ObjectNode properties = properties(schema);
        properties.remove(List.of("settings", "routes", "interleave", "when_late"));
        Bounds.ofTenant(properties);
        properties.setAll(settings());
        properties.set("routes", routes());
        properties.set("interleave", interleave());
        properties.set("when_late", whenLate());
        makeNullable(properties, Set.of());
        return schema.put("additionalProperties", false);
    }

    private ObjectNode routes() {
        ObjectNode route = generate(RouteConfig.class, Direction.READ);
        ObjectNode settings = settings();
        settings.set("when_late", whenLate());
        describeSettings((ObjectNode) properties(route).get("settings"), settings);
        ObjectNode when = (ObjectNode) properties(route).get("when");
        makeNullable(properties(when), Set.of("field"));
        when.put("additionalProperties", false).putArray("required").add("field");
        properties(route).set("name", Bounds.ofName((ObjectNode) properties(route).get("name")));
        ArrayNode required = route.put("additionalProperties", false).putArray("required");
        List.of("name", "when", "settings").forEach(required::add);
        ObjectNode routes = typed("array");
        routes.put("description", docs.component(TenantConfig.class, "routes"));
        routes.set("items", route);
        return routes.put("maxItems", 100);
    }

    private ObjectNode interleave() {
        ObjectNode interleave = generate(InterleaveConfig.class, Direction.READ);
        describeSettings((ObjectNode) properties(interleave).get("settings"), ofTheRanking());
        properties(interleave)
                .set("name", Bounds.ofName((ObjectNode) properties(interleave).get("name")));
        ArrayNode required = interleave.put("additionalProperties", false).putArray("required");
        List.of("name", "settings").forEach(required::add);
        return interleave.put("description", docs.component(TenantConfig.class, "interleave"));
    }

    private ObjectNode whenLate() {
        ObjectNode late = typed("object");
        late.put("description", docs.component(TenantConfig.class, "whenLate"));
        describeSettings(late, ofTheRanking());
        return late;
    }

    private ObjectNode ofTheRanking() {
        ObjectNode ofTheRanking = settings();
        ofTheRanking.remove(RequestWide.FIELDS);
        return ofTheRanking;
    }

    private static void describeSettings(ObjectNode settings, ObjectNode fields) {
        settings.set("properties", fields);
        makeNullable(fields, Set.of());
        settings.put("additionalProperties", false);
    }

    private ObjectNode settings() {
        ObjectNode properties = properties(generate(RerankSettings.class, Direction.READ));
        Bounds.ofSettings(properties);
        ObjectNode stage = (ObjectNode) properties.get("stages").get("items");
        Bounds.ofStage(properties(stage));
        makeNullable(properties(stage), Set.of());
        stage.put("additionalProperties", false);
        calibration((ObjectNode) properties.get("calibration"));
        return properties;
    }

    private static void calibration(ObjectNode calibration) {
        Bounds.ofCalibration(properties(calibration));
        require(calibration, List.of("slope", "intercept", "fitted_for"));
        require(
                (ObjectNode) properties(calibration).get("fitted_for").get("items"),
                List.of("model", "settings"));
    }

    /** What else a map has may be null; it has nothing that is not known. */
    private static void require(ObjectNode map, List<String> names) {
        makeNullable(properties(map), Set.copyOf(names));
        ArrayNode required = map.put("additionalProperties", false).putArray("required");
        names.forEach(required::add);
    }

    /** Headers are texts; a number among them is decimal. */
    private ObjectNode deadLetter() {
        ObjectNode schema = titled(WireSchema.DEAD_LETTER, Failure.class);
        for (JsonNode property : properties(schema)) {
            if (property.path("type").asText().equals("integer")) {
                ((ObjectNode) property).put("type", "string").put("pattern", "^[0-9]+$");
            }
        }
        return schema;
    }

    private ObjectNode titled(WireSchema schema, Class<?> type) {
        ObjectNode titled = MAPPER.createObjectNode();
        titled.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        titled.put("$id", schema.urn());
        titled.put("title", schema.id());
        titled.put("description", docs.type(type));
        titled.setAll(generate(type, schema.direction()));
        return titled;
    }

    private ObjectNode generate(Class<?> type, Direction direction) {
        SchemaGeneratorConfigBuilder config =
                new SchemaGeneratorConfigBuilder(
                                SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                        .with(Option.INLINE_ALL_SCHEMAS, Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES)
                        .without(Option.SCHEMA_VERSION_INDICATOR);
        config.forFields()
                .withIgnoreCheck(field -> field.getAnnotation(JsonIgnore.class) != null)
                .withPropertyNameOverrideResolver(SchemaFactory::name)
                .withDescriptionResolver(
                        field ->
                                field.isFakeContainerItemScope()
                                        ? null
                                        : docs.component(owner(field), field.getDeclaredName()))
                .withCustomDefinitionProvider(
                        (field, context) ->
                                field.getType().isInstanceOf(JsonNode.class)
                                        ? new CustomPropertyDefinition(tree(field))
                                        : null);
        if (direction == Direction.WRITTEN) {
            config.forFields()
                    .withRequiredCheck(field -> include(field) != Include.NON_NULL)
                    .withNullableCheck(field -> include(field) == Include.ALWAYS);
        }
        config.forTypesInGeneral()
                .withPropertySorter(Comparator.comparingInt(SchemaFactory::place))
                .withCustomDefinitionProvider(
                        (resolved, context) -> {
                            ObjectNode simple = simple(resolved.getErasedType(), direction);
                            return simple == null ? null : new CustomDefinition(simple);
                        });
        return new SchemaGenerator(config.build()).generateSchema(type);
    }

    /** What a field that holds any JSON may hold. */
    private ObjectNode tree(FieldScope field) {
        ObjectNode tree = MAPPER.createObjectNode();
        switch (field.getDeclaredName()) {
            case "id" -> tree.putArray("type").add("string").add("integer");
            case "equals", "in" -> tree.putArray("type").add("string").add("number").add("boolean");
            default -> tree.put("type", "object");
        }
        return field.isFakeContainerItemScope()
                ? tree
                : tree.put("description", docs.component(owner(field), field.getDeclaredName()));
    }

    private static ObjectNode simple(Class<?> type, Direction direction) {
        if (type.isEnum()) {
            ObjectNode names = typed("string");
            ArrayNode values = names.putArray("enum");
            for (Object constant : type.getEnumConstants()) {
                String name = ((Enum<?>) constant).name();
                values.add(direction == Direction.READ ? name.toLowerCase(Locale.ROOT) : name);
            }
            return names;
        }
        if (direction == Direction.READ && type == Integer.class) {
            return typed("integer")
                    .put("minimum", Integer.MIN_VALUE)
                    .put("maximum", Integer.MAX_VALUE);
        }
        if (direction == Direction.READ && type == Long.class) {
            return typed("integer").put("minimum", Long.MIN_VALUE).put("maximum", Long.MAX_VALUE);
        }
        return null;
    }

    private static void makeNullable(ObjectNode properties, Set<String> but) {
        properties
                .properties()
                .forEach(
                        property -> {
                            if (!but.contains(property.getKey())) {
                                makeNullable((ObjectNode) property.getValue());
                            }
                        });
    }

    private static void makeNullable(ObjectNode property) {
        ArrayNode types = MAPPER.createArrayNode();
        if (property.get("type").isArray()) {
            types.addAll((ArrayNode) property.get("type"));
        } else {
            types.add(property.get("type"));
        }
        property.set("type", types.add("null"));
        if (property.get("enum") instanceof ArrayNode values) {
            property.set("enum", values.deepCopy().addNull());
        }
    }

    private static String name(FieldScope field) {
        JsonProperty property = field.getAnnotation(JsonProperty.class);
        return property == null
                ? SnakeCaseStrategy.INSTANCE.translate(field.getDeclaredName())
                : property.value();
    }

    private static Include include(FieldScope field) {
        JsonInclude include = field.getAnnotation(JsonInclude.class);
        return include == null ? null : include.value();
    }

    private static Class<?> owner(MemberScope<?, ?> member) {
        return member.getDeclaringType().getErasedType();
    }

    /** Among the components of its record. */
    private static int place(MemberScope<?, ?> member) {
        RecordComponent[] components = owner(member).getRecordComponents();
        for (int i = 0; components != null && i < components.length; i++) {
            if (components[i].getName().equals(member.getDeclaredName())) {
                return i;
            }
        }
        throw new AssertionError(member + " is no component of a record");
    }

    private static ObjectNode typed(String type) {
        return MAPPER.createObjectNode().put("type", type);
    }

    private static ObjectNode properties(ObjectNode schema) {
        return (ObjectNode) schema.get("properties");
    }
}
