package dev.flinkreranker.operators.tenant;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.runtime.checkpoint.WeightsFingerprint;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tenant's calibration: its formula, what it holds for, and what is refused in which words. */
class CalibrationTest {

    private static final String MODEL = "../tests/models/scifact-minilm-layerwise";
    private static final String WEIGHTS = WeightsFingerprint.of(Path.of(MODEL), null);
    private static final ModelCatalog CATALOG =
            new ModelCatalog(
                    Map.of(
                            "small",
                            new ModelReference(MODEL, ComputeType.AUTO, "cpu"),
                            "away",
                            new ModelReference("/nowhere", ComputeType.AUTO, "cpu")));

    @Test
    void probabilitiesAreThoseOfTheFormula() {
        Calibration calibration = calibration(2, -1);

        assertThat(calibration.probability(0.5f)).isEqualTo(0.5f);
        assertThat(calibration.probability(1f)).isCloseTo(0.7310586f, within(1e-7f));
        assertThat(calibration.probability(-1f)).isCloseTo(0.04742587f, within(1e-8f));
    }

    @Test
    void theyNeverFallWhereAScoreRises() {
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            Calibration calibration =
                    calibration(Math.exp(10 * random.nextGaussian()), random.nextGaussian() * 9);
            float low = (float) random.nextGaussian() * 20;
            float high = i % 2 == 0 ? Math.nextUp(low) : low + random.nextFloat();

            assertThat(calibration.probability(high))
                    .isBetween(calibration.probability(low), 1f)
                    .isNotNaN();
        }
    }

    @Test
    void anyFiniteScoreHasOne() {
        Calibration steep = calibration(Double.MAX_VALUE, Double.MAX_VALUE);

        assertThat(steep.probability(Float.MAX_VALUE)).isEqualTo(1f);
        assertThat(steep.probability(-Float.MAX_VALUE)).isZero();
        assertThat(calibration(Double.MIN_VALUE, 0).probability(Float.MAX_VALUE)).isEqualTo(0.5f);
    }

    @Test
    void theVersionIsThatOfWhatChangesAResult() {
        CalibratedStage stage = new CalibratedStage("a", "");
        Calibration one = new Calibration(2.0, -1.0, 0.1, 0.9, List.of(stage));

        assertThat(one.version()).matches("[0-9a-f]{12}");
        assertThat(new Calibration(2.0, -1.0, 0.1, 0.5, List.of(stage)).version())
                .isEqualTo(one.version());
        assertThat(
                        List.of(
                                new Calibration(2.1, -1.0, 0.1, 0.9, List.of(stage)),
                                new Calibration(2.0, -1.1, 0.1, 0.9, List.of(stage)),
                                new Calibration(2.0, -1.0, null, 0.9, List.of(stage)),
                                new Calibration(2.0, -1.0, 0.1, 0.9, List.of(stage, stage)),
                                new Calibration(
                                        2.0,
                                        -1.0,
                                        0.1,
                                        0.9,
                                        List.of(new CalibratedStage("b", "")))))
                .extracting(Calibration::version)
                .doesNotHaveDuplicates()
                .doesNotContain(one.version());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|''",
                "{'top_n':3,'normalize':true,'fusion':'z_sum'}|''",
                "{'cutoff_layers':[3],'max_length':256,'compress_ratio':1}|'cutoff_layers [3], max_length 256'",
                "{'prompt':'Is it so?','truncation':'model_card'}|truncation model_card, prompt 'Is it so?'",
                "{'max_candidates':9}|9 by given",
                "{'max_candidates':9,'stages':[{'candidates':5,'by':'first_stage'},{}]}|'max_candidates 9, 5 by first_stage'",
                "{'stages':[{'candidates':5},{'fusion':'z_sum','fusion_weight':0.3,'keep':2,'margin':1.5},{}]}|'5 by given, fusion z_sum, fusion_weight 0.3, keep 2, margin 1.5'",
            })
    void aStageIsToldByWhatIsNotTheDefault(String fields, String told) {
        String expected = told.startsWith("'") ? told.substring(1, told.length() - 1) : told;

        assertThat(CalibratedStage.of(settings(fields)).get(0).settings()).isEqualTo(expected);
    }

    @Test
    void aLongTextIsToldByItsHash() {
        String told =
                CalibratedStage.of(settings("{'prompt':'" + "p".repeat(61) + "'}"))
                        .get(0)
                        .settings();

        assertThat(told).matches("prompt sha256 [0-9a-f]{12}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5|calibration must be a map of fields",
                "{'intercept':0,'fitted_for':STAGE}|calibration.slope is missing",
                "{'slope':1,'fitted_for':STAGE}|calibration.intercept is missing",
                "{'slope':0,'intercept':0,'fitted_for':STAGE}|calibration.slope must be above 0, but is 0.0: a higher score must not be less probable",
                "{'slope':-1,'intercept':0,'fitted_for':STAGE}|calibration.slope must be above 0, but is -1.0: a higher score must not be less probable",
                "{'slope':'NaN','intercept':0,'fitted_for':STAGE}|calibration.slope must be a finite number, but is NaN",
                "{'slope':1e999,'intercept':0,'fitted_for':STAGE}|calibration.slope must be a finite number, but is Infinity",
                "{'slope':1,'intercept':0,'nothing_relevant_below':1,'fitted_for':STAGE}|calibration.nothing_relevant_below must be above 0 and below 1, but is 1.0",
                "{'slope':1,'intercept':0,'nothing_relevant_precision':2,'fitted_for':STAGE}|calibration.nothing_relevant_precision must be between 0 and 1, but is 2.0",
                "{'slope':1,'intercept':0,'name':'a','fitted_for':STAGE}|calibration.name is not known; known are",
                "{'slope':1,'intercept':0}|calibration.fitted_for must have the stages whose scores were calibrated; ./rerank tune writes it",
                "{'slope':1,'intercept':0,'fitted_for':[null]}|calibration.fitted_for must hold maps of fields, but has a null",
                "{'slope':1,'intercept':0,'fitted_for':[{'settings':''}]}|calibration.fitted_for[0].model is missing",
                "{'slope':1,'intercept':0,'fitted_for':[{'model':'a'}]}|calibration.fitted_for[0].settings is missing",
                "{'slope':1,'intercept':0,'fitted_for':[{'model':'a','settings':'cutoff_layers [4]'}]}|calibration.fitted_for[0].settings is \"cutoff_layers [4]\", but here the stage has \"cutoff_layers [3]\"; fit another with ./rerank tune, or set calibration: null where this one does not hold",
                "{'slope':1,'intercept':0,'fitted_for':[{'model':'a','settings':'keep 3'},{'model':'a','settings':''}]}|calibration.fitted_for has 2 stages, but 1 score here; fit another with ./rerank tune",
            })
    void aWrongOneIsRefusedByItsPath(String calibration, String message) {
        String stage = "[{'model':'a','settings':'cutoff_layers [3]'}]";
        String config =
                "{'model':'m','cutoff_layers':[3],'calibration':"
                        + calibration.replace("STAGE", stage)
                        + "}";

        assertThatThrownBy(() -> TenantConfig.read(tree(config), null, "tenants.t"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith("tenants.t." + message);
    }

    @Test
    void anotherModelIsRefusedWhereItsWeightsAreKnown() {
        TenantConfigReader reader = new TenantConfigReader(CATALOG);
        String other = "{'slope':1,'intercept':0,'fitted_for':[{'model':'00ff','settings':''}]}";

        assertThatThrownBy(() -> reader.read(config("small", other), null, "t"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage(
                        "t.calibration.fitted_for[0].model is 00ff, but the weights of small are "
                                + WEIGHTS
                                + "; fit another with ./rerank tune, or set calibration: null where"
                                + " this one does not hold");
        assertThat(reader.read(config("away", other), null, "t").settings().calibration())
                .as("a model that is not here cannot be looked at")
                .isNotNull();
        assertThat(reader.read(config("small", fitted("")), null, "t").settings().calibration())
                .isNotNull();
    }

    @Test
    void aRouteWithOtherScoresNeedsOneOfItsOwnOrNone() {
        String route =
                ",'routes':[{'name':'r','when':{'field':'f','equals':1},'settings':"
                        + "{'cutoff_layers':[4]%s}},{'name':'n','when':{'field':'f','equals':2},"
                        + "'settings':{'model':'none'}}]}";
        String tenant = "{'model':'small','calibration':" + fitted("") + route;

        assertThatThrownBy(() -> TenantConfig.read(tree(tenant.formatted("")), null, "t"))
                .hasMessageStartingWith(
                        "t.routes[0].settings.calibration.fitted_for[0].settings is \"\", but here"
                                + " the stage has \"cutoff_layers [4]\"");
        assertThat(
                        TenantConfig.read(tree(tenant.formatted(",'calibration':null")), null, "t")
                                .routes()
                                .get(0)
                                .settings()
                                .calibration())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'top_n':1,'normalize':true,'min_score':0|true",
                "'fusion':'z_sum'|true",
                "'cutoff_layers':[4]|false",
                "'max_length':64|false",
                "'model':'away'|false",
                "'stages':[{'candidates':1},{}]|false",
            })
    void aRequestThatBringsOtherScoresHasNoProbabilities(String overrides, boolean kept)
            throws Exception {
        TenantConfig config =
                TenantConfig.read(
                        tree(
                                "{'model':'small','calibration':"
                                        + fitted("")
                                        + ",'overrides':['top_n','normalize','min_score','fusion',"
                                        + "'cutoff_layers','max_length','model','stages']}"),
                        null,
                        "t");
        RerankRequest request =
                new RequestParser(RequestLimits.defaults(), Overrides.POSSIBLE)
                        .parse(
                                json("{'request_id':'r','query':'q','documents':[{'text':'a',"
                                                + "'score':1}],"
                                                + overrides
                                                + "}")
                                        .getBytes(UTF_8));

        RerankSettings settings = new SettingsResolver(CATALOG).resolve(request, config).settings();

        assertThat(settings.calibration() != null).isEqualTo(kept);
    }

    private static JsonNode config(String model, String calibration) {
        return tree("{'model':'" + model + "','calibration':" + calibration + "}");
    }

    private static String fitted(String settings) {
        return "{'slope':1,'intercept':0,'fitted_for':[{'model':'"
                + WEIGHTS
                + "','settings':'"
                + settings
                + "'}]}";
    }

    private static Calibration calibration(double slope, double intercept) {
        return new Calibration(slope, intercept, null, null, List.of());
    }

    private static RerankSettings settings(String fields) {
        return TenantConfig.read(tree(fields), tree("{'model':'m'}"), "t").settings();
    }
}
