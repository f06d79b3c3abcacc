package dev.flinkreranker.operators.tenant;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tenant's second configuration, and the requests that it concerns. */
class InterleaveConfigTest {

    private static final ModelCatalog CATALOG =
            new ModelCatalog(
                    Map.of("small", model("/nowhere/small"), "large", model("/nowhere/large")));
    private static final String CONFIG =
            "{'model':'small','top_n':9,'max_length':256,'overrides':['top_n','max_length'],"
                    + "'routes':[{'name':'east','when':{'field':'language','equals':'zh'},"
                    + "'settings':{}}],"
                    + "'interleave':{'name':'new','settings':%s}}";

    private static ModelReference model(String directory) {
        return new ModelReference(directory, ComputeType.AUTO, "cpu");
    }

    private static ResolvedSettings resolve(String settings, String fields) throws Exception {
        String request = "{'request_id':'r','query':'q','documents':['a']%s}".formatted(fields);
        return new SettingsResolver(CATALOG)
                .resolve(
                        new RequestParser(RequestLimits.defaults(), Overrides.POSSIBLE)
                                .parse(json(request).getBytes(UTF_8)),
                        new TenantConfigReader(CATALOG)
                                .read(tree(CONFIG.formatted(settings)), null, "acme"));
    }

    @Test
    void theSecondConfigurationInheritsTheTenants() throws Exception {
        Interleaving interleaving = resolve("{'model':'large'}", "").interleaving();

        assertThat(interleaving.name()).isEqualTo("new");
        assertThat(interleaving.settings().model()).isEqualTo("large");
        assertThat(interleaving.settings().maxLength()).isEqualTo(256);
        assertThat(interleaving.settings().topN()).isEqualTo(9);
    }

    @Test
    void whatARequestSaysOfItselfAsAWholeHoldsForBoth() throws Exception {
        ResolvedSettings resolved = resolve("{'model':'large'}", ",'top_n':3");

        assertThat(resolved.settings().topN()).isEqualTo(3);
        assertThat(resolved.interleaving().settings().topN()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // It chooses its ranking itself, a route has chosen, or the first stage is missing.
                "{'model':'large'}|,'max_length':128",
                "{'model':'large'}|,'language':'zh'",
                "{'fusion':'z_sum'}|,'other':1"
            })
    void theseRequestsAreNotInterleaved(String settings, String fields) throws Exception {
        assertThat(resolve(settings, fields).interleaving()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'fusion':'reciprocal_rank'}", "{'normalize':true,'min_score':0.5}"})
    void scoresAreSharedWhereOnlyWhatIsMadeOfThemDiffers(String settings) throws Exception {
        ResolvedSettings resolved = resolve(settings, "");

        assertThat(resolved.interleaving().sharesScores(resolved.settings())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'model':'large'}",
                "{'max_length':128}",
                "{'cutoff_layers':[2]}",
                "{'max_candidates':1}"
            })
    void scoresAreNotSharedElsewhere(String settings) throws Exception {
        ResolvedSettings resolved = resolve(settings, "");

        assertThat(resolved.interleaving().sharesScores(resolved.settings())).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'name':'b'}|acme.interleave.settings must be a map of the fields that differ from"
                        + " the tenant's",
                "{'settings':{}}|acme.interleave.name is missing",
                "{'name':'a b','settings':{}}|acme.interleave.name must match"
                        + " [A-Za-z0-9][A-Za-z0-9._-]{0,63}, but is \"a b\"",
                "{'name':'b','settings':{'top_n':1}}|acme.interleave.settings.top_n holds for the"
                        + " whole request: set it for the tenant",
                "{'name':'b','settings':{'max_length':1}}|acme.interleave.settings.max_length must"
                        + " be between 8 and 1048576, but is 1",
                "{'name':'b','settings':{'model':'huge'}}|acme.interleave.settings.model: ",
                "{'name':'b','settings':{},'when':{}}|acme.interleave.when",
                "[]|acme.interleave"
            })
    void whatIsWrongIsSaidByItsPath(String interleave, String message) throws Exception {
        String config = "{'model':'small','interleave':%s}".formatted(interleave);

        assertThatThrownBy(() -> new TenantConfigReader(CATALOG).read(tree(config), null, "acme"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({"small,none", "none,small"})
    void oneSideMayBeTheOrderOfTheRequest(String own, String second) {
        String config =
                "{'model':'%s','interleave':{'name':'b','settings':{'model':'%s'}}}"
                        .formatted(own, second);

        TenantConfig read = new TenantConfigReader(CATALOG).read(tree(config), null, "acme");

        assertThat(read.interleave().settings().model()).isEqualTo(second);
    }

    @Test
    void oneSideNeedsAModel() {
        String config =
                "{'model':'none','interleave':{'name':'b','settings':{'fusion':'reciprocal_rank'}}}";

        assertThatThrownBy(() -> new TenantConfigReader(CATALOG).read(tree(config), null, "acme"))
                .hasMessage("acme.interleave: one side needs a model, but both have model none");
    }

    @Test
    void aTenantMayLeaveOutWhatTheDefaultsInterleave() throws Exception {
        TenantConfig config =
                new TenantConfigReader(CATALOG)
                        .read(
                                tree("{'interleave':null}"),
                                tree(CONFIG.formatted("{'model':'large'}")),
                                "acme");

        assertThat(config.interleave()).isNull();
    }
}
