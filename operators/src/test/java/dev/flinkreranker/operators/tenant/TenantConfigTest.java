package dev.flinkreranker.operators.tenant;

import static dev.flinkreranker.tests.support.Json.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.runtime.engine.Admission;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.tokenization.Truncation;
import dev.flinkreranker.runtime.tokenization.TruncationSide;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TenantConfigTest {

    private final SettingsResolver resolver =
            new SettingsResolver(
                    new ModelCatalog(
                            Map.of("small", new ModelReference("/m", ComputeType.AUTO, "cpu"))));

    @Test
    void tenantFieldsReplaceDefaultsAndNullsTakeTheBuiltInValue() {
        TenantConfig config =
                TenantConfig.read(
                        tree(
                                "{'version':3,'top_n':5,'max_length':null,'truncation':'model_card','truncation_side':'left'}"),
                        tree("{'version':9,'model':'small','top_n':10,'max_length':256}"),
                        "tenants.acme");

        assertThat(config.version()).isEqualTo(3);
        assertThat(config.settings().model()).isEqualTo("small");
        assertThat(config.settings().topN()).isEqualTo(5);
        assertThat(config.settings().maxLength()).isNull();
        assertThat(config.settings().truncation()).isEqualTo(Truncation.MODEL_CARD);
        assertThat(config.settings().tokenization().truncationSide())
                .isEqualTo(TruncationSide.LEFT);
        assertThat(config.settings().admission()).isEqualTo(Admission.defaults());
        assertThat(config.overrides())
                .containsExactly("top_n", "return_documents", "return_query", "deadline_ms");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model':'small','topn':1}|tenants.acme.topn is not known; did you mean top_n?",
                "{'model':'small','zzzzzzzzzz':1}|tenants.acme.zzzzzzzzzz is not known; known are attention_softcap,",
                "{}|tenants.acme.model is missing",
                "{'model':5}|tenants.acme.model must be a string",
                "{'model':'m','top_n':0}|tenants.acme.top_n must be at least 1, but is 0",
                "{'model':'m','top_n':1.5}|tenants.acme.top_n must be an integer",
                "{'model':'m','top_n':'1'}|tenants.acme.top_n must be an integer",
                "{'model':'m','top_n':99999999999}|tenants.acme.top_n",
                "{'model':'m','normalize':true,'normalize_as_declared':true}|tenants.acme.normalize_as_declared leaves to the model's folder what normalize decides",
                "{'model':'m','normalize':'yes'}|tenants.acme.normalize must be true or false",
                "{'model':'m','truncation':'left'}|tenants.acme.truncation must be one of library, model_card, but is \"left\"",
                "{'model':'m','truncation_side':'top'}|tenants.acme.truncation_side must be one of right, left, but is \"top\"",
                "{'model':'m','truncation':1}|tenants.acme.truncation must be one of library, model_card",
                "{'model':'m','cutoff_layers':8}|tenants.acme.cutoff_layers must be a list",
                "{'model':'m','cutoff_layers':[8,'x']}|tenants.acme.cutoff_layers[1] must be an integer",
                "{'model':'m','cutoff_layers':[null]}|tenants.acme.cutoff_layers must hold integers",
                "{'model':'m','cutoff_layers':[16,8]}|tenants.acme.cutoff_layers must be ascending without repetition, but is [16, 8]",
                "{'model':'m','compress_layers':[8,8]}|tenants.acme.compress_layers must be ascending",
                "{'model':'m','compress_ratio':0}|tenants.acme.compress_ratio must be between 1 and 1024, but is 0",
                "{'model':'m','max_length':7}|tenants.acme.max_length must be between 8 and 1048576, but is 7",
                "{'model':'m','max_length':64,'query_max_length':65}|tenants.acme.query_max_length must not exceed max_length (64), but is 65",
                "{'model':'m','weight':0}|tenants.acme.weight must be between 1e-6 and 1e6, but is 0.0",
                "{'model':'m','min_score':2,'normalize':true}|tenants.acme.min_score must be at most 1 when normalize is on",
                "{'model':'m','deadline_ms':0}|tenants.acme.deadline_ms must be at least 1",
                "{'model':'m','version':-1}|tenants.acme.version must be an integer of 0 and up, but is -1",
                "{'model':'m','overrides':['topn']}|tenants.acme.overrides has \"topn\", which a request cannot bring; did you mean top_n?",
                "{'model':'m','overrides':['weight']}|tenants.acme.overrides has \"weight\"",
                "[1]|tenants.acme must be a map of fields",
            })
    void aBadConfigIsRefusedWithAnExactMessage(String config, String message) {
        assertThatThrownBy(() -> TenantConfig.read(tree(config), null, "tenants.acme"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void everyViolationIsReported() {
        InvalidConfigException refusal =
                catchThrowableOfType(
                        InvalidConfigException.class,
                        () ->
                                TenantConfig.read(
                                        tree("{'model':'m','top_n':0,'max_in_flight':0}"),
                                        null,
                                        "t"));

        assertThat(refusal.violations())
                .containsExactly(
                        "t.top_n must be at least 1, but is 0",
                        "t.max_in_flight must be at least 1, but is 0");
    }

    @Test
    void aRequestMayOverrideWhatItsTenantAllows() throws Exception {
        TenantConfig config =
                config("{'model':'small','max_length':256,'overrides':['max_length','model']}");

        RerankSettings settings = resolve("{'max_length':128,'model':'none'}", config);

        assertThat(settings.maxLength()).isEqualTo(128);
        assertThat(settings.passesThrough()).isTrue();
        assertThat(resolve("{}", config)).isSameAs(config.settings());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'top_n':3}|OVERRIDE_NOT_ALLOWED|top_n may not be set by a request of this tenant; its overrides are [max_length, model]",
                "{'max_length':512}|OVERRIDE_NOT_ALLOWED|max_length must not exceed the tenant's (256), but is 512",
                "{'max_length':3}|INVALID_FIELD|max_length must be between 8 and 1048576, but is 3",
                "{'max_length':true}|INVALID_FIELD|max_length must be an integer",
                "{'max_length':{}}|INVALID_FIELD|max_length must be an integer",
                "{'model':'smal'}|UNKNOWN_MODEL|model \"smal\" is not in the catalogue; did you mean small?",
            })
    void otherOverridesAreRejected(String overrides, ReasonCode reason, String message) {
        TenantConfig config =
                config("{'model':'small','max_length':256,'overrides':['max_length','model']}");

        RejectedEventException rejection =
                catchThrowableOfType(
                        RejectedEventException.class, () -> resolve(overrides, config));

        assertThat(rejection.reason()).as(rejection.getMessage()).isEqualTo(reason);
        assertThat(rejection).hasMessageStartingWith(message);
    }

    @Test
    void unknownTenantsGetTheDefaultsOrAreRejected() throws Exception {
        TenantConfig defaults = config("{'model':'small'}");
        TenantConfig acme = config("{'model':'small','top_n':1}");
        Map<String, TenantConfig> tenants = Map.of("acme", acme);

        TenantDirectory open = new TenantDirectory(defaults, tenants, UnknownTenant.DEFAULTS);
        TenantDirectory closed = new TenantDirectory(defaults, tenants, UnknownTenant.REJECT);

        assertThat(open.find("acme")).contains(acme);
        assertThat(open.find("other")).contains(defaults);
        assertThat(closed.find("acme")).contains(acme);
        assertThat(closed.find("other")).isEmpty();
    }

    private RerankSettings resolve(String overrides, TenantConfig config)
            throws RejectedEventException {
        return resolver.resolve(request(overrides), config).settings();
    }

    private static TenantConfig config(String config) {
        return TenantConfig.read(tree(config), null, "t");
    }

    private static RerankRequest request(String overrides) {
        return new RerankRequest("r", "t", "q", List.of(), (ObjectNode) tree(overrides), Map.of());
    }
}
