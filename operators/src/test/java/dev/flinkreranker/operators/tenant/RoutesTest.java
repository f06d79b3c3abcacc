package dev.flinkreranker.operators.tenant;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.Attributes;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that depend on what a request says about itself. */
class RoutesTest {

    private static final String CONFIG =
            """
            {"model": "small", "max_length": 256, "top_n": 9,
             "overrides": ["max_length", "top_n"],
             "routes": [
               {"name": "east", "when": {"field": "language", "in": ["zh", "ja"]},
                "settings": {"model": "large", "max_length": 128}},
               {"name": "any-zh", "when": {"field": "language", "equals": "zh"},
                "settings": {"model": "none"}},
               {"name": "third", "when": {"field": "tier", "equals": 3},
                "settings": {"cutoff_layers": [8], "top_n": null}},
               {"name": "beta", "when": {"field": "beta", "equals": true},
                "settings": {"fusion": "reciprocal_rank"}}]}
            """;

    private final SettingsResolver resolver =
            new SettingsResolver(
                    new ModelCatalog(Map.of("small", model("/small"), "large", model("/large"))));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "{'language':'zh'}|east|large|128",
                "{'language':'ja','tier':3}|east|large|128",
                "{'language':'en'}|none|small|256",
                "{'language':null}|none|small|256",
                "{'language':['zh']}|none|small|256",
                "{'language':'ZH'}|none|small|256",
                "{'tier':3}|third|small|256",
                "{'tier':3.0}|third|small|256",
                "{'tier':3e0}|third|small|256",
                "{'tier':'3'}|none|small|256",
                "{'beta':true}|beta|small|256",
                "{'beta':'true'}|none|small|256",
                "{'other':1}|none|small|256",
            })
    void theFirstRouteThatMatchesGivesItsSettings(
            String fields, String route, String model, int maxLength) throws Exception {
        ResolvedSettings resolved = resolve("," + fields.substring(1, fields.length() - 1));

        assertThat(resolved.route()).isEqualTo(route);
        assertThat(resolved.settings().model()).isEqualTo(model);
        assertThat(resolved.settings().maxLength()).isEqualTo(maxLength);
    }

    @Test
    void aRouteInheritsItsTenantAndANullTakesTheBuiltInDefault() throws Exception {
        assertThat(resolve(",'language':'zh'").settings().topN()).isEqualTo(9);
        assertThat(resolve(",'tier':3").settings().topN()).isNull();
        assertThat(resolve(",'tier':3").settings().cutoffLayers()).containsExactly(8);
    }

    @Test
    void overridesAreLaidOverTheRouteAndHeldAgainstItsLimits() throws Exception {
        ResolvedSettings resolved = resolve(",'language':'zh','max_length':64");
        assertThat(resolved.route()).isEqualTo("east");
        assertThat(resolved.settings().maxLength()).isEqualTo(64);
        assertThat(resolved.settings().model()).isEqualTo("large");

        assertThat(resolve(",'max_length':200").settings().maxLength()).isEqualTo(200);
        assertThatThrownBy(() -> resolve(",'language':'zh','max_length':200"))
                .isInstanceOf(RejectedEventException.class)
                .hasMessage("max_length must not exceed the tenant's (128), but is 200");
    }

    @Test
    void defaultsMayHaveRoutesForAllTenants() {
        TenantConfig acme = TenantConfig.read(tree("{'top_n':2}"), tree(CONFIG), "tenants.acme");

        assertThat(acme.routes()).hasSize(4);
        assertThat(acme.routes().get(0).settings().topN()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|t.routes must be a list of routes",
                "[1]|t.routes[0] must be a map of fields, but is a number",
                "[{'nam':'a'}]|t.routes[0].nam is not known; did you mean name?",
                "[{'when':{'field':'l','equals':1},'settings':{}}]|t.routes[0].name is missing",
                "[{'name':'a b','when':{'field':'l','equals':1},'settings':{}}]|t.routes[0].name must match",
                "[{'name':'a','settings':{}}]|t.routes[0].when is missing",
                "[{'name':'a','when':{'equals':1},'settings':{}}]|t.routes[0].when.field is missing",
                "[{'name':'a','when':{'field':'query','equals':1},'settings':{}}]|t.routes[0].when.field must be a top-level field of the request",
                "[{'name':'a','when':{'field':'top_n','equals':1},'settings':{}}]|t.routes[0].when.field must be a top-level field of the request",
                "[{'name':'a','when':{'field':'l'},'settings':{}}]|t.routes[0].when must have either equals or in",
                "[{'name':'a','when':{'field':'l','equals':1,'in':[1]},'settings':{}}]|t.routes[0].when must have either equals or in",
                "[{'name':'a','when':{'field':'l','in':[]},'settings':{}}]|t.routes[0].when.in must have 1 to 1000 values, but has 0",
                "[{'name':'a','when':{'field':'l','in':[1,[2]]},'settings':{}}]|t.routes[0].when.in[1] must be a string of at most 256 characters",
                "[{'name':'a','when':{'field':'l','equals':100e2147483647},'settings':{}}]|t.routes[0].when.equals must be a string of at most 256 characters, a number with an exponent between -1000 and 1000",
                "[{'name':'a','when':{'field':'l','equals':{}},'settings':{}}]|t.routes[0].when.equals must be a string",
                "[{'name':'a','when':{'field':'l','equals':1}}]|t.routes[0].settings must be a map of the fields that differ",
                "[{'name':'a','when':{'field':'l','equals':1},'settings':{'top_n':0}}]|t.routes[0].settings.top_n must be at least 1, but is 0",
                "[{'name':'a','when':{'field':'l','equals':1},'settings':{'version':2}}]|t.routes[0].settings.version is not known",
                "[{'name':'a','when':{'field':'l','equals':1},'settings':{}},{'name':'a','when':{'field':'l','equals':2},'settings':{}}]|t.routes[1].name: \"a\" is taken by another route",
            })
    void aBadRouteIsRefusedByItsPath(String routes, String message) {
        assertThatThrownBy(
                        () ->
                                TenantConfig.read(
                                        tree("{'model':'small','routes':" + routes + "}"),
                                        null,
                                        "t"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void everyRoutesViolationsAreReported() {
        String route = "{'name':'%s','when':{'field':'l','equals':1},'settings':{%s}}";
        String config =
                "{'model':'small','routes':[%s,%s]}"
                        .formatted(
                                route.formatted("a", "'top_n':0,'max_length':1"),
                                route.formatted("b", "'weight':0"));

        InvalidConfigException refusal =
                catchThrowableOfType(
                        InvalidConfigException.class,
                        () -> TenantConfig.read(tree(config), null, "t"));

        assertThat(refusal.violations())
                .containsExactly(
                        "t.routes[0].settings.max_length must be between 8 and 1048576, but is 1",
                        "t.routes[0].settings.top_n must be at least 1, but is 0",
                        "t.routes[1].settings.weight must be between 1e-6 and 1e6, but is 0.0");
    }

    @Test
    void whatARequestSaysAboutItselfIsBounded() throws Exception {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 2 * Attributes.MAX_FIELDS; i++) {
            many.append(",'f").append(i).append("':").append(i);
        }
        String longest = "x".repeat(Attributes.MAX_VALUE_CHARS);

        assertThat(parser().parse(request(many.toString())).attributes())
                .hasSize(Attributes.MAX_FIELDS)
                .containsEntry("f0", "0")
                .doesNotContainKey("f64");
        assertThat(
                        parser().parse(
                                        request(
                                                (",'a':'%s','b':'%sx','c':{},'d':1e1000,'e':1e-1000"
                                                                + ",'f':10e1000,'g':100e1999999990"
                                                                + ",'h':1e-1001,'i':0e1999999999")
                                                        .formatted(longest, longest)))
                                .attributes())
                .containsOnly(
                        Map.entry("a", '"' + longest + '"'),
                        Map.entry("d", "1E+1000"),
                        Map.entry("e", "1E-1000"),
                        Map.entry("i", "0"));
    }

    private ResolvedSettings resolve(String fields) throws Exception {
        TenantConfig config = TenantConfig.read(tree(CONFIG), null, "t");
        return resolver.resolve(parser().parse(request(fields)), config);
    }

    private static RequestParser parser() {
        return new RequestParser(RequestLimits.defaults(), Overrides.POSSIBLE);
    }

    private static byte[] request(String fields) {
        return json("{'request_id':'r','query':'q','documents':['d']" + fields + "}")
                .getBytes(UTF_8);
    }

    private static ModelReference model(String directory) {
        return new ModelReference(directory, ComputeType.AUTO, "cpu");
    }
}
