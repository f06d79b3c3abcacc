package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.config.FieldPath;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.request.Attributes;
import dev.flinkreranker.operators.request.RequestParser;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A route as it stands in a config: an entry of a tenant's {@code routes}. The first whose
 * condition matches a request gives the request its settings.
 *
 * @param name letters, digits and {@code . _ -}, at most 64; unique within the tenant
 * @param when which requests
 * @param settings fields of {@link RerankSettings} for those that differ from the tenant's, and
 *     {@code when_late}
 */
@Internal
public record RouteConfig(@Nullable String name, @Nullable When when, @Nullable JsonNode settings) {

    private static final int MAX_ROUTES = 100;
    private static final int MAX_VALUES = 1_000;

    /**
     * A condition on one field. One of {@code equals} and {@code in} is set.
     *
     * @param field name of a top-level field of the request that holds a string, number or boolean
     * @param equals the value it must have
     * @param in the values of which it must have one
     */
    public record When(
            @Nullable String field, @Nullable JsonNode equals, @Nullable List<JsonNode> in) {}

    /**
     * Reads a tenant's routes.
     *
     * @param routes the list, if there is one
     * @param tenant the tenant's own fields, which routes inherit
     * @param whenLate its {@code when_late}, likewise
     * @param path where the list stands, for messages
     * @throws InvalidConfigException with every violation
     */
    static List<TenantRoute> read(
            @Nullable JsonNode routes, JsonNode tenant, @Nullable JsonNode whenLate, String path) {
        if (routes == null || routes.isNull()) {
            return List.of();
        }
        if (!routes.isArray()) {
            throw new InvalidConfigException(path + " must be a list of routes");
        }
        if (routes.size() > MAX_ROUTES) {
            throw new InvalidConfigException(
                    "%s must have at most %d routes, but has %d"
                            .formatted(path, MAX_ROUTES, routes.size()));
        }
        List<TenantRoute> read = new ArrayList<>();
        List<String> violations = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < routes.size(); i++) {
            String own = path + "[" + i + "]";
            try {
                RouteConfig route = StrictReader.read(routes.get(i), RouteConfig.class, own);
                read.add(route.checked(tenant, whenLate, own));
                if (!names.add(route.name)) {
                    violations.add(own + ".name: \"" + route.name + "\" is taken by another route");
                }
            } catch (InvalidConfigException e) {
                violations.addAll(e.violations());
            }
        }
        if (!violations.isEmpty()) {
            throw new InvalidConfigException(violations);
        }
        return read;
    }

    private TenantRoute checked(JsonNode tenant, @Nullable JsonNode tenants, String path) {
        SecondSettings.checkName(name, path);
        RouteCondition condition = condition(path + ".when");
        SecondSettings.checkFields(settings, path);
        String own = path + ".settings";
        ObjectNode merged = StrictReader.merge(tenant, settings);
        JsonNode named = merged.remove(WhenLate.FIELD);
        RerankSettings route = TenantConfig.settings(merged, own);
        // What passes through is never late, so it has no use for the tenant's.
        JsonNode inherited = route.passesThrough() ? null : tenants;
        return new TenantRoute(
                name,
                condition,
                route,
                WhenLate.read(
                        named == null ? inherited : named,
                        merged,
                        route,
                        FieldPath.of(own, WhenLate.FIELD)));
    }

    private RouteCondition condition(String path) {
        if (when == null) {
            throw new InvalidConfigException(path + " is missing");
        }
        String field = when.field;
        if (field == null) {
            throw new InvalidConfigException(path + ".field is missing");
        }
        if (field.isEmpty()
                || field.length() > Attributes.MAX_NAME_CHARS
                || RequestParser.OWN_FIELDS.contains(field)
                || Overrides.POSSIBLE.contains(field)) {
            throw new InvalidConfigException(
                    ("%s.field must be a top-level field of the request with at most %d characters"
                                    + " that is neither of its own (%s) nor a setting, but is \"%s\"")
                            .formatted(
                                    path,
                                    Attributes.MAX_NAME_CHARS,
                                    String.join(", ", RequestParser.OWN_FIELDS),
                                    field));
        }
        boolean one = when.equals != null && !when.equals.isNull();
        if (one == (when.in != null)) {
            throw new InvalidConfigException(path + " must have either equals or in");
        }
        List<JsonNode> values = one ? List.of(when.equals) : when.in;
        if (values.isEmpty() || values.size() > MAX_VALUES) {
            throw new InvalidConfigException(
                    "%s.in must have 1 to %d values, but has %d"
                            .formatted(path, MAX_VALUES, values.size()));
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Optional<String> text = Attributes.text(values.get(i));
            if (text.isEmpty()) {
                throw new InvalidConfigException(
                        ("%s.%s must be a string of at most %d characters, a number with an exponent"
                                        + " between -%d and %4$d, true or false")
                                .formatted(
                                        path,
                                        one ? "equals" : "in[" + i + "]",
                                        Attributes.MAX_VALUE_CHARS,
                                        Attributes.MAX_EXPONENT));
            }
            texts.add(text.get());
        }
        return new RouteCondition(field, texts);
    }
}
