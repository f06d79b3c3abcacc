package dev.flinkreranker.operators.tenant;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stages of a tenant's config: what they mean, and what is refused in which words. */
class StagesTest {

    private static final String CASCADE =
            "{'model':'m','max_length':256,'fusion_weight':0.3,'stages':["
                    + "{'candidates':30,'by':'first_stage'},"
                    + "{'cutoff_layers':[4],'fusion':'z_sum','keep':5,'margin':0.5},"
                    + "{'cutoff_layers':[6],'max_length':512,'model':'n'}]}";

    @Test
    void whatAStageDoesNotNameIsTheTenantsOwn() {
        RerankSettings settings = settings(CASCADE);
        List<Stage> cascade = settings.cascade();

        assertThat(cascade).hasSize(2);
        RerankSettings first = cascade.get(0).settings();
        assertThat(first.model()).isEqualTo("m");
        assertThat(first.cutoffLayers()).containsExactly(4);
        assertThat(first.maxLength()).isEqualTo(256);
        assertThat(first.fusion()).isEqualTo(Fusion.Z_SUM);
        assertThat(first.fusionWeight()).isEqualTo(0.3);
        assertThat(cascade.get(0).cut()).isEqualTo(new Stage.Cut(5, 0.5, null));
        RerankSettings last = cascade.get(1).settings();
        assertThat(last.model()).isEqualTo("n");
        assertThat(last.maxLength()).isEqualTo(512);
        assertThat(last.fusion()).isEqualTo(Fusion.NONE);
        assertThat(cascade.get(1).cut()).isNull();
        assertThat(settings.scoredOf(100)).isEqualTo(30);
        assertThat(settings.scoredOf(20)).isEqualTo(20);
    }

    @Test
    void withoutStagesThereIsOneWithTheTenantsSettings() {
        RerankSettings settings = settings("{'model':'m','cutoff_layers':[4],'max_candidates':7}");

        assertThat(settings.cascade()).containsExactly(new Stage(settings, null));
        assertThat(settings.scoredOf(9)).isEqualTo(7);
    }

    @Test
    void maxCandidatesHoldsBeforeTheChoice() {
        RerankSettings settings =
                settings("{'model':'m','max_candidates':7,'stages':[{'candidates':9},{}]}");

        assertThat(settings.scoredOf(100)).isEqualTo(7);
        assertThat(settings.choosesByFirstStage()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|stages must have an item that scores: {} does, with the tenant's settings",
                "[{'candidates':9}]|stages must have an item that scores: {} does, with the tenant's settings",
                "[{'by':'given'},{}]|stages[0].by says which candidates, but candidates is missing",
                "[{'candidates':0},{}]|stages[0].candidates must be at least 1, but is 0",
                "[{'candidates':9,'keep':2},{}]|stages[0] chooses candidates and scores nothing: it has candidates and by alone, and the next item scores",
                "[{'keep':2},{'candidates':9},{}]|stages[1].candidates: only the first item chooses candidates",
                "[{'candidates':9,'by':'best'},{}]|stages[0].by must be one of given, first_stage, but is \"best\"",
                "[{'cutoff_layers':[4]},{}]|stages[0] must have keep or min_score: each stage but the last cuts",
                "[{'keep':0},{}]|stages[0].keep must be at least 1, but is 0",
                "[{'keep':1.5},{}]|stages[0].keep must be an integer between -2147483648 and 2147483647",
                "[{'keep':1,'margin':-1},{}]|stages[0].margin must be a finite number of 0 and up, but is -1.0",
                "[{'min_score':1,'margin':1},{}]|stages[0].margin is below the last one of keep, but keep is missing",
                "[{'keep':9},{'keep':3}]|stages[1].keep: the last stage cuts nobody; top_n and min_score of the tenant do",
                "[{'keep':9},{'min_score':3}]|stages[1].min_score: the last stage cuts nobody; top_n and min_score of the tenant do",
                "[{'keep':9,'kep':3},{}]|stages[0].kep is not known; did you mean keep?",
                "[{'keep':9,'top_n':3},{}]|stages[0].top_n is not known",
                "[{'keep':9,'cutoff_layers':[4,3]},{}]|stages[0].cutoff_layers must be ascending without repetition, but is [4, 3]",
                "[{'keep':9,'cutoff_layers':[null]},{}]|stages[0].cutoff_layers must hold integers, but has a null",
                "[{'keep':9,'fusion_weight':1},{}]|stages[0].fusion_weight must be above 0 and below 1, but is 1.0",
                "[{'keep':9,'query_max_length':300},{}]|stages[0].query_max_length must not exceed max_length (256), but is 300",
                "[{'keep':9,'model':'none'},{}]|stages[0].model: none scores nothing",
                "[null,{}]|stages must hold maps of fields, but has a null",
                "{'keep':9}|stages must be a list",
                "[5,{}]|stages[0] must be a map of fields",
                "[{'keep':9},{'keep':8},{'keep':7},{'keep':6},{'keep':5},{'keep':4},{'keep':3},{'keep':2},{}]|stages must have at most 8 items that score, but has 9",
            })
    void aWrongFormIsRefusedByItsPath(String stages, String message) {
        String config = "{'model':'m','max_length':256,'stages':" + stages + "}";
        assertThatThrownBy(() -> TenantConfig.read(tree(config), null, "tenants.t"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith("tenants.t." + message);
    }

    @Test
    void aFaultOfTheTenantIsToldOnce() {
        InvalidConfigException refusal =
                catchThrowableOfType(
                        InvalidConfigException.class,
                        () -> settings("{'model':'m','max_length':1,'stages':[{'keep':1},{}]}"));

        assertThat(refusal.violations()).hasSize(1);
    }

    @Test
    void routesAndInterleavingHaveStagesOfTheirOwn() {
        TenantConfig config =
                TenantConfig.read(
                        tree(
                                "{'model':'m','stages':[{'keep':2},{}],'routes':[{'name':'r',"
                                        + "'when':{'field':'f','equals':1},'settings':{'stages':null}}],"
                                        + "'interleave':{'name':'i','settings':{'stages':[{'keep':3},{}]}}}"),
                        null,
                        "t");

        assertThat(config.routes().get(0).settings().cascade()).hasSize(1);
        assertThat(config.interleave().settings().cascade().get(0).cut().keep()).isEqualTo(3);
        assertThatThrownBy(
                        () ->
                                TenantConfig.read(
                                        tree(
                                                "{'model':'m','routes':[{'name':'r','when':{'field':'f',"
                                                        + "'equals':1},'settings':{'stages':[{},{}]}}]}"),
                                        null,
                                        "t"))
                .hasMessageStartingWith("t.routes[0].settings.stages[0] must have keep");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'stages':[{'keep':2},{}]}|{'stages':[{'keep':2},{}],'fusion':'z_sum'}|false",
                "{'stages':[{'keep':2},{}]}|{'stages':[{'keep':2},{'fusion':'z_sum'}]}|true",
                "{'stages':[{'keep':2},{}]}|{'stages':[{'keep':3},{}]}|false",
                "{'stages':[{'keep':2},{}]}|{}|false",
                "{'stages':[{'candidates':2},{}]}|{}|false",
                "{'stages':[{}]}|{'normalize':true}|true",
                "{'stages':[{'candidates':2},{}]}|{'stages':[{'candidates':2,'by':'first_stage'},{}]}|false",
            })
    void configurationsShareScoresWhereEveryStageScoresTheSame(
            String one, String other, boolean shared) {
        RerankSettings own = ofModel(one);
        RerankSettings others = ofModel(other);

        assertThat(new Interleaving("i", own).sharesScores(others)).isEqualTo(shared);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'candidates':10},{'cutoff_layers':[3],'keep':4,'margin':0.5},{'cutoff_layers':[5]}]",
                "[{'candidates':20},{'cutoff_layers':[4]}]",
                "[{'candidates':20,'by':'first_stage'},{'cutoff_layers':[4],'keep':5,'min_score':2},{'cutoff_layers':[6],'max_length':64}]",
            })
    void aRequestMayBringACheaperCascade(String stages) throws Exception {
        assertThat(resolve(stages).stages()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{'candidates':21},{'cutoff_layers':[4],'keep':5},{}]|stages must not choose more candidates than the tenant's (20), but choose 21",
                "[{'cutoff_layers':[4],'keep':5},{}]|stages must not choose more candidates than the tenant's (20), but choose all",
                "[{'candidates':20},{'cutoff_layers':[6]}]|stages[1].cutoff_layers must not be deeper than the tenant's (4), but is [6]",
                "[{'candidates':20},{'cutoff_layers':[4],'model':'other'}]|stages[1].model must be the tenant's (small), but is other",
                "[{'candidates':20},{'cutoff_layers':[4],'keep':6},{}]|stages[1].keep must not exceed the tenant's (5), but is 6",
                "[{'candidates':20},{'cutoff_layers':[4],'min_score':1},{}]|stages[1].keep must not exceed the tenant's (5), but is all",
                "[{'candidates':20},{'cutoff_layers':[4],'keep':5,'margin':2},{}]|stages[1].margin must not exceed the tenant's (1.0), but is 2.0",
                "[{'candidates':20},{'cutoff_layers':[4],'keep':5},{'max_length':512}]|stages[2].max_length must not exceed the tenant's (128), but is 512",
                "[{'candidates':20},{'cutoff_layers':[4],'keep':5},{'cutoff_layers':[4],'keep':3},{}]|stages must not be more than the tenant's (2 that score), but are 3",
            })
    void aRequestMayNotBringADearerOne(String stages, String message) {
        assertThatThrownBy(() -> resolve(stages))
                .isInstanceOf(RejectedEventException.class)
                .hasMessage(message)
                .extracting(e -> ((RejectedEventException) e).reason())
                .isEqualTo(ReasonCode.OVERRIDE_NOT_ALLOWED);
    }

    @Test
    void aChoiceByTheFirstStageNeedsEveryScore() {
        assertThatThrownBy(
                        () ->
                                SETTINGS.resolve(
                                        request("null", ""),
                                        TenantConfig.read(
                                                tree(
                                                        "{'model':'small','stages':[{'candidates':1,"
                                                                + "'by':'first_stage'},{}]}"),
                                                null,
                                                "t")))
                .hasMessage(
                        "documents[1].score is missing: stages choose candidates by the first"
                                + " stage's score, which every document needs");
    }

    @Test
    void everyStageIsHeldAgainstItsModel() {
        TenantConfigReader reader = new TenantConfigReader(CATALOG);
        InvalidConfigException refusal =
                catchThrowableOfType(
                        InvalidConfigException.class,
                        () ->
                                reader.read(
                                        tree(
                                                "{'model':'small','stages':[{'candidates':5},"
                                                        + "{'keep':3,'cutoff_layers':[2]},{'model':'smal'}]}"),
                                        null,
                                        "t"));

        assertThat(refusal.violations())
                .containsExactly(
                        "t.stages[1].cutoff_layers 2: this BERT model has heads at layers 3-6",
                        "t.stages[2].model: model \"smal\" is not in the catalogue; did you mean"
                                + " small?");
    }

    private static final ModelCatalog CATALOG =
            new ModelCatalog(
                    Map.of(
                            "small",
                            new ModelReference(
                                    "../tests/models/scifact-minilm-layerwise",
                                    ComputeType.AUTO,
                                    "cpu")));
    private static final SettingsResolver SETTINGS = new SettingsResolver(CATALOG);

    private static RerankSettings resolve(String stages) throws Exception {
        TenantConfig config =
                TenantConfig.read(
                        tree(
                                "{'model':'small','max_length':128,'overrides':['stages'],'stages':["
                                        + "{'candidates':20},{'cutoff_layers':[4],'keep':5,'margin':1},{}]}"),
                        null,
                        "t");
        return SETTINGS.resolve(request("0.5", ",'stages':" + stages), config).settings();
    }

    private static RerankRequest request(String secondScore, String more)
            throws RejectedEventException {
        return new RequestParser(RequestLimits.defaults(), Set.of("stages"))
                .parse(
                        json("{'request_id':'r','query':'q','documents':[{'text':'a','score':1},"
                                        + "{'text':'b','score':"
                                        + secondScore
                                        + "}]"
                                        + more
                                        + "}")
                                .getBytes(UTF_8));
    }

    private static RerankSettings ofModel(String fields) {
        return TenantConfig.read(tree(fields), tree("{'model':'m'}"), "t").settings();
    }

    private static RerankSettings settings(String config) {
        return TenantConfig.read(tree(config), null, "t").settings();
    }
}
