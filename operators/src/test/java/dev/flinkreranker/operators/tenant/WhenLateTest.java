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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tenant gives its requests that would be late otherwise. */
class WhenLateTest {

    private static final ModelCatalog CATALOG =
            new ModelCatalog(
                    Map.of("small", model("/nowhere/small"), "large", model("/nowhere/large")));

    private static ModelReference model(String directory) {
        return new ModelReference(directory, ComputeType.AUTO, "cpu");
    }

    private static TenantConfig config(String fields) throws Exception {
        return new TenantConfigReader(CATALOG)
                .read(tree("{'model':'large',%s}".formatted(fields)), null, "acme");
    }

    private static ResolvedSettings resolve(String config, String request) throws Exception {
        String json =
                "{'request_id':'r','query':'q','documents':['a',{'text':'b','score':1}]%s}"
                        .formatted(request);
        return new SettingsResolver(CATALOG)
                .resolve(
                        new RequestParser(RequestLimits.defaults(), Overrides.POSSIBLE)
                                .parse(json(json).getBytes(UTF_8)),
                        config(config));
    }

    @Test
    void hasTheTenantsSettingsWithoutItsStages() throws Exception {
        RerankSettings late =
                config(
                                "'max_length':256,'top_n':3,'stages':[{'candidates':30},"
                                        + "{'cutoff_layers':[4],'keep':5},{'cutoff_layers':[6]}],"
                                        + "'when_late':{'cutoff_layers':[4],'max_candidates':20}")
                        .whenLate();

        assertThat(late.stages()).isNull();
        assertThat(late.cutoffLayers()).containsExactly(4);
        assertThat(late.maxCandidates()).isEqualTo(20);
        assertThat(late.maxLength()).isEqualTo(256);
        assertThat(late.topN()).isEqualTo(3);
    }

    @Test
    void mayHaveStagesOfItsOwnAndAnotherModel() throws Exception {
        RerankSettings late =
                config(
                                "'when_late':{'model':'small','stages':[{'candidates':9}"
                                        + ",{'cutoff_layers':[2]}]}")
                        .whenLate();

        assertThat(late.scoredOf(100)).isEqualTo(9);
        assertThat(late.cascade().get(0).settings().model()).isEqualTo("small");
    }

    @Test
    void isThatOfTheRouteThatApplies() throws Exception {
        String routes =
                "'when_late':{'max_candidates':20},'routes':["
                        + "{'name':'as-the-tenant','when':{'field':'f','equals':1},'settings':{}},"
                        + "{'name':'own','when':{'field':'f','equals':2},'settings':"
                        + "{'when_late':{'max_candidates':10}}},"
                        + "{'name':'none','when':{'field':'f','equals':3},'settings':"
                        + "{'when_late':null}},"
                        + "{'name':'unranked','when':{'field':'f','equals':4},'settings':"
                        + "{'model':'none'}}]";

        assertThat(resolve(routes, "").whenLate().maxCandidates()).isEqualTo(20);
        assertThat(resolve(routes, ",'f':1").whenLate().maxCandidates()).isEqualTo(20);
        assertThat(resolve(routes, ",'f':2").whenLate().maxCandidates()).isEqualTo(10);
        assertThat(resolve(routes, ",'f':3").whenLate()).isNull();
        assertThat(resolve(routes, ",'f':4").whenLate()).isNull();
    }

    @Test
    void whatARequestSaysOfItselfAsAWholeHoldsForItToo() throws Exception {
        String config =
                "'overrides':['top_n','max_length'],'when_late':{'max_candidates':20,"
                        + "'fusion':'none'}";

        assertThat(resolve(config, ",'top_n':2").whenLate().topN()).isEqualTo(2);
        assertThat(resolve(config, ",'max_length':64").whenLate()).isNull();
    }

    @Test
    void isNotForARequestThatLacksItsScores() throws Exception {
        String config = "'when_late':{'max_candidates':1,'fusion':'%s'}";

        assertThat(resolve(config.formatted("z_sum"), "").whenLate()).isNull();
        assertThat(resolve(config.formatted("reciprocal_rank"), "").whenLate()).isNotNull();
    }

    @Test
    void aTrialNeitherInheritsNorHasIt() throws Exception {
        TenantConfig config =
                config(
                        "'when_late':{'max_candidates':20},'interleave':{'name':'b',"
                                + "'settings':{'max_candidates':10}}");
        assertThat(config.interleave().settings().maxCandidates()).isEqualTo(10);

        assertThatThrownBy(
                        () ->
                                config(
                                        "'interleave':{'name':'b','settings':"
                                                + "{'when_late':{'max_candidates':1}}}"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("acme.interleave.settings.when_late");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'when_late':3 | acme.when_late must be a map of the fields that differ from the"
                        + " tenant's",
                "'when_late':{'top_n':1} | acme.when_late.top_n holds for the whole request: set it"
                        + " for the tenant",
                "'when_late':{'model':'none'} | acme.when_late.model: none scores nothing;"
                        + " on_timeout says what becomes of a request after its deadline",
                "'when_late':{'model':'huge'} | acme.when_late.model: model \"huge\" is not in"
                        + " the catalogue; known are [large, small]",
                "'when_late':{} | acme.when_late must ask for less than the tenant's own settings,"
                        + " but asks for as much",
                "'cutoff_layers':[4],'when_late':{'cutoff_layers':[5]} |"
                        + " acme.when_late.cutoff_layers must not be deeper than the tenant's (4),"
                        + " but is [5]",
                "'max_candidates':5,'when_late':{'max_candidates':6} |"
                        + " acme.when_late.max_candidates must not exceed the tenant's (5), but is 6",
                "'when_late':{'stages':[{'keep':3},{}]} | acme.when_late.stages must not be more"
                        + " than the tenant's (1 that score), but are 2",
                "'when_late':{'max_candidates':0} | acme.when_late.max_candidates must be at least"
                        + " 1, but is 0",
                "'routes':[{'name':'r','when':{'field':'f','equals':1},'settings':{'max_length':64}"
                        + "}],'when_late':{'max_length':128} |"
                        + " acme.routes[0].settings.when_late.max_length must not exceed the"
                        + " tenant's (64), but is 128",
            })
    void refusesWhatIsNotLess(String fields, String violation) {
        assertThatThrownBy(() -> config(fields))
                .isInstanceOfSatisfying(
                        InvalidConfigException.class,
                        e -> assertThat(e.violations()).isEqualTo(List.of(violation)));
    }

    @Test
    void isNotForATenantThatScoresNothing() {
        assertThatThrownBy(
                        () ->
                                new TenantConfigReader(CATALOG)
                                        .read(
                                                tree(
                                                        "{'model':'none',"
                                                                + "'when_late':{'max_candidates':1}}"),
                                                null,
                                                "acme"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage("acme.when_late is for settings that score, but model is none");
    }
}
