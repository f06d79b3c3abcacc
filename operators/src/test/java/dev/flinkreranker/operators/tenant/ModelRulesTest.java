package dev.flinkreranker.operators.tenant;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings against a model: the small one, with heads at layers 3 to 6 and 512 positions. */
class ModelRulesTest {

    private static final ModelCatalog CATALOG =
            new ModelCatalog(
                    Map.of(
                            "small",
                            model("../tests/models/scifact-minilm-layerwise"),
                            "elsewhere",
                            model("/not/on/this/machine")));

    private final TenantConfigReader reader = new TenantConfigReader(CATALOG);
    private final SettingsResolver resolver = new SettingsResolver(CATALOG);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model':'smal'}|t.model: model \"smal\" is not in the catalogue; did you mean small?",
                "{'model':'small','cutoff_layers':[2,6]}|t.cutoff_layers 2: this BERT model has heads at layers 3-6",
                "{'model':'small','compress_ratio':2}|t.compress_ratio 2: BERT models do not compress tokens",
                "{'model':'small','compress_layers':[1]}|t.compress_layers [1]: BERT models do not compress tokens",
                "{'model':'small','attention_softcap':true}|t.attention_softcap: BERT models have none",
                "{'model':'small','max_length':513}|t.max_length 513: the model has positions for 512 tokens",
                "{'model':'small','prompt':'Yes?'}|t.prompt: this model takes none",
                "{'model':'none','routes':[{'name':'r','when':{'field':'l','equals':1},'settings':{'model':'small','cutoff_layers':[7]}}]}|t.routes[0].settings.cutoff_layers 7: this BERT model",
            })
    void whatTheModelCannotDoIsRefusedByThePath(String config, String message) {
        assertThatThrownBy(() -> reader.read(tree(config), null, "t"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void whatARouteOnlyInheritsIsReportedOnce() {
        InvalidConfigException refusal =
                catchThrowableOfType(
                        InvalidConfigException.class,
                        () ->
                                reader.read(
                                        tree(
                                                "{'model':'small','max_length':600,'routes':[{'name':'r',"
                                                        + "'when':{'field':'l','equals':1},"
                                                        + "'settings':{'cutoff_layers':[7]}}]}"),
                                        null,
                                        "t"));

        assertThat(refusal.violations())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("t.max_length 600");
        assertThat(refusal.violations().get(1)).startsWith("t.routes[0].settings.cutoff_layers 7");
    }

    @Test
    void whatCannotBeReadHereIsNotCheckedHere() {
        assertThatCode(
                        () ->
                                reader.read(
                                        tree("{'model':'elsewhere','cutoff_layers':[99]}"),
                                        null,
                                        "t"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'cutoff_layers':[2]}|INVALID_FIELD|cutoff_layers 2: this BERT model has heads at layers 3-6",
                "{'cutoff_layers':[3,6]}|OVERRIDE_NOT_ALLOWED|cutoff_layers must not be deeper than the tenant's (5), but is [3, 6]",
                "{'cutoff_layers':[]}|OVERRIDE_NOT_ALLOWED|cutoff_layers must not be deeper than the tenant's (5), but is [], the whole model",
                "{'cutoff_layers':[4,3]}|INVALID_FIELD|cutoff_layers must be ascending without repetition",
                "{'prompt':'Yes?'}|INVALID_FIELD|prompt: this model takes none",
                "{'max_length':513}|OVERRIDE_NOT_ALLOWED|max_length must not exceed the tenant's (512), but is 513",
                "{'query_max_length':65}|OVERRIDE_NOT_ALLOWED|query_max_length must not exceed the tenant's (64), but is 65",
                "{'max_candidates':3}|OVERRIDE_NOT_ALLOWED|max_candidates must not exceed the tenant's (2), but is 3",
                "{'deadline_ms':1001}|OVERRIDE_NOT_ALLOWED|deadline_ms must not exceed the tenant's (1000), but is 1001",
                "{'compress_ratio':2}|INVALID_FIELD|compress_ratio 2: BERT models do not compress tokens",
                "{'top_n':0}|INVALID_FIELD|top_n must be at least 1, but is 0",
                "{'min_score':'x'}|INVALID_FIELD|min_score must be a number",
                "{'normalize':1}|INVALID_FIELD|normalize must be true or false",
                "{'return_documents':'no'}|INVALID_FIELD|return_documents must be true or false",
                "{'query_instruction':7}|INVALID_FIELD|query_instruction must be a string",
                "{'fusion':'sum'}|INVALID_FIELD|fusion must be one of none, z_sum, reciprocal_rank, but is \"sum\"",
                "{'fusion_weight':1}|INVALID_FIELD|fusion_weight must be above 0 and below 1, but is 1.0",
                "{'fusion_k':0}|INVALID_FIELD|fusion_k must be between 1 and 1000000, but is 0",
                "{'fusion':'z_sum'}|MISSING_FIELD|documents[1].score is missing: fusion z_sum needs the first stage's score of every document that is scored",
                "{'model':'smal'}|UNKNOWN_MODEL|model \"smal\" is not in the catalogue; did you mean small?",
                "{'model':5}|INVALID_FIELD|model must be a string",
            })
    void aRequestThatItsModelOrItsTenantDoesNotAllowIsRejected(
            String override, ReasonCode reason, String message) {
        RejectedEventException rejection =
                catchThrowableOfType(RejectedEventException.class, () -> resolve(override));

        assertThat(rejection).as(override).isNotNull();
        assertThat(rejection.reason()).as(rejection.getMessage()).isEqualTo(reason);
        assertThat(rejection).hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'cutoff_layers':[3,5]}",
                "{'max_length':512}",
                "{'max_length':64,'query_max_length':32}",
                "{'max_candidates':1,'fusion':'z_sum','fusion_weight':0.2}",
                "{'fusion':'reciprocal_rank','fusion_k':10}",
                "{'model':'elsewhere','cutoff_layers':[40]}",
                "{'model':'none'}",
                "{'deadline_ms':1}",
                "{'query_instruction':'q: ','passage_instruction':'p: '}",
                "{'normalize':true,'min_score':0.5,'top_n':1,'return_documents':true}",
            })
    void otherOverridesAreTaken(String override) {
        assertThatCode(() -> resolve(override)).doesNotThrowAnyException();
    }

    @Test
    void aRequestCannotCompressLessThanItsTenant() {
        RerankSettings limit =
                TenantConfig.read(
                                tree(
                                        "{'model':'m','compress_ratio':4,'compress_layers':[8,16],"
                                                + "'cutoff_layers':[28]}"),
                                null,
                                "t")
                        .settings();

        assertThat(excess(limit, "{'compress_ratio':2}"))
                .contains("compress_ratio must be at least the tenant's (4), but is 2");
        assertThat(excess(limit, "{'compress_layers':[16]}"))
                .contains("compress_layers must hold the tenant's ([8, 16]), but is [16]");
        assertThat(excess(limit, "{'compress_ratio':8,'compress_layers':[4,8,16]}")).isEmpty();
        // Layers and ratios of another model are not comparable.
        assertThat(excess(limit, "{'model':'n','compress_ratio':1,'cutoff_layers':[40]}"))
                .isEmpty();
    }

    private static Optional<String> excess(RerankSettings limit, String overrides) {
        return OverrideLimits.excess(
                limit,
                TenantConfig.settings(
                        StrictReader.merge(StrictReader.tree(limit), tree(overrides)), ""));
    }

    private ResolvedSettings resolve(String fields) throws Exception {
        TenantConfig config =
                reader.read(
                        tree(
                                "{'model':'small','cutoff_layers':[3,5],'query_max_length':64,"
                                        + "'max_candidates':2,'deadline_ms':1000,'overrides':"
                                        + new JsonMapper().valueToTree(Overrides.POSSIBLE)
                                        + "}"),
                        null,
                        "t");
        String request =
                "{'request_id':'r','query':'q','documents':[{'text':'a','score':1},'b','c'],"
                        + fields.substring(1);
        return resolver.resolve(
                new RequestParser(RequestLimits.defaults(), Overrides.POSSIBLE)
                        .parse(json(request).getBytes(UTF_8)),
                config);
    }

    private static ModelReference model(String directory) {
        return new ModelReference(directory, ComputeType.AUTO, "cpu");
    }
}
