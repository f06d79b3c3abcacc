package dev.flinkreranker.job.schema;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.Overrides;
import dev.flinkreranker.operators.tenant.SettingsResolver;
import dev.flinkreranker.operators.tenant.TenantConfig;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a schema takes the reader takes, and what a schema refuses the reader refuses. */
class SchemaAgreementTest {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "'tenant':'a'",
                "'tenant':null,'top_n':null,'max_length':null",
                "'top_n':1,'min_score':-1.5,'normalize':true,'cutoff_layers':[0,3]",
                "'deadline_ms':1,'compress_ratio':1024,'max_length':8,'prompt':''",
                "'max_length':1048576,'query_max_length':1",
                "'anything':{'else':[1]}",
                "'documents':['']",
                "'documents':['a',{'text':'b','id':7,'score':1e3,'url':{}},{'id':null,'text':''}]",
                "'fusion':'none','fusion_weight':0.5,'fusion_k':1000000",
                "'stages':null",
                "'stages':[{'cutoff_layers':[3],'model':null}]",
                "'max_tokens_per_doc':null"
            })
    void requestsThatBothTake(String fields) throws IOException {
        String request = request(fields);
        assertThat(schema(WireSchema.REQUEST).validate(MAPPER.readTree(request))).isEmpty();
        assertThat(takesRequest(request)).as(request).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'request_id':''",
                "'request_id':7",
                "'request_id':null",
                "'request_id':'a\\u0007'",
                "'request_id':'a\\u009f'",
                "'request_id':'LONG'",
                "'tenant':'-a'",
                "'tenant':'a b'",
                "'tenant':''",
                "'tenant':5",
                "'query':5",
                "'query':null",
                "'documents':null",
                "'documents':'a'",
                "'documents':[]",
                "'documents':[5]",
                "'documents':[null]",
                "'documents':[{}]",
                "'documents':[{'text':null}]",
                "'documents':[{'text':'a','id':1.5}]",
                "'documents':[{'text':'a','id':true}]",
                "'documents':[{'text':'a','id':'LONG'}]",
                "'documents':[{'text':'a','score':'1'}]",
                "'max_tokens_per_doc':5",
                "'top_n':0",
                "'top_n':'1'",
                "'fusion':'sum'",
                "'fusion_weight':0",
                "'fusion_weight':1",
                "'fusion_k':0",
                "'fusion_k':1000001",
                "'top_n':1.5",
                "'top_n':2147483648",
                "'max_candidates':0",
                "'deadline_ms':0",
                "'deadline_ms':9223372036854775808",
                "'compress_ratio':0",
                "'compress_ratio':1025",
                "'max_length':7",
                "'max_length':1048577",
                "'query_max_length':0",
                "'query_max_length':1048577",
                "'cutoff_layers':5",
                "'stages':[]",
                "'stages':[{'layers':[3]}]",
                "'cutoff_layers':[-1]",
                "'cutoff_layers':[1,1]",
                "'compress_layers':['1']",
                "'normalize':1",
                "'return_documents':'yes'",
                "'min_score':'high'",
                "'model':5",
                "'prompt':['p']"
            })
    void requestsThatBothRefuse(String fields) throws IOException {
        String request = request(fields);
        assertThat(schema(WireSchema.REQUEST).validate(MAPPER.readTree(request))).isNotEmpty();
        assertThat(takesRequest(request)).as(request).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'model':'m'}",
                "{'model':'m','version':0,'overrides':[]}",
                "{'model':'m','version':null,'overrides':null,'weight':null}",
                "{'model':'m','on_timeout':'dead_letter','on_overload':'wait','truncation':null}",
                "{'model':'m','routes':[]}",
                "{'model':'m','stages':[{'candidates':30,'by':'first_stage'},{'cutoff_layers':[4],"
                        + "'fusion':'z_sum','keep':5,'margin':0},{'max_length':9}]}",
                "{'model':'m','on_timeout':'partial','stages':[{'min_score':-1},{}]}",
                "{'model':'m','calibration':null}",
                "{'model':'m','calibration':{'slope':1e-3,'intercept':-2,'fitted_for':[{'model':'0a',"
                        + "'settings':''}]}}",
                "{'model':'m','cutoff_layers':[3],'calibration':{'slope':2,'intercept':0,"
                        + "'nothing_relevant_below':0.1,'nothing_relevant_precision':1,"
                        + "'fitted_for':[{'model':'0a','settings':'cutoff_layers [3]'}]}}",
                "{'model':'m','when_late':null}",
                "{'model':'m','when_late':{'max_candidates':9}}",
                "{'model':'m','cutoff_layers':[3],'when_late':{'stages':[{'candidates':9},"
                        + "{'cutoff_layers':[2]}]}}",
                "{'model':'m','routes':[{'name':'r','when':{'field':'f','equals':3},'settings':"
                        + "{'when_late':{'max_length':9}}}]}",
                "{'model':'m','interleave':null}",
                "{'model':'m','interleave':{'name':'b','settings':{'max_length':9}}}",
                "{'model':'m','routes':[{'name':'r','when':{'field':'f','equals':3},'settings':{}}]}",
                "{'model':'m','routes':[{'name':'r','when':{'field':'f','in':['a',true]},'settings':"
                        + "{'top_n':2,'prompt':null}}]}",
                "{'model':'m','weight':1e-6,'max_in_flight':1,'overrides':['top_n','model']}",
                "{'model':'m','weight':1e6,'cutoff_layers':[],'special_tokens':'reference'}"
            })
    void tenantsThatBothTake(String config) throws IOException {
        JsonNode tree = tree(config);
        assertThat(schema(WireSchema.TENANT).validate(tree)).isEmpty();
        assertThat(takesTenant(tree)).as(config).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{'model':'m','modell':'n'}",
                "{'model':'m','version':-1}",
                "{'model':'m','version':'1'}",
                "{'model':'m','overrides':['weight']}",
                "{'model':'m','overrides':'top_n'}",
                "{'model':'m','on_timeout':'wait'}",
                "{'model':'m','on_overload':0}",
                "{'model':'m','weight':0}",
                "{'model':'m','weight':1e7}",
                "{'model':'m','max_in_flight':0}",
                "{'model':'m','max_in_flight':[1]}",
                "{'model':'m','cache':'no'}",
                "{'model':'m','routes':{}}",
                "{'model':'m','stages':{}}",
                "{'model':'m','stages':[{'candidates':0},{}]}",
                "{'model':'m','stages':[{'candidates':9,'by':'best'},{}]}",
                "{'model':'m','stages':[{'keep':0},{}]}",
                "{'model':'m','stages':[{'keep':2,'margin':-1},{}]}",
                "{'model':'m','stages':[{'keep':2,'fusion_k':0},{}]}",
                "{'model':'m','stages':[{'keep':2,'top_n':1},{}]}",
                "{'model':'m','calibration':[]}",
                "{'model':'m','calibration':{'slope':1,'intercept':0}}",
                "{'model':'m','calibration':{'slope':1,'intercept':0,'fitted_for':[]}}",
                "{'model':'m','calibration':{'slope':1,'intercept':0,'fitted_for':[{'model':'0a'}]}}",
                "{'model':'m','calibration':{'slope':0,'intercept':0,'fitted_for':[{'model':'0a',"
                        + "'settings':''}]}}",
                "{'model':'m','calibration':{'slope':1,'intercept':'0','fitted_for':[{'model':'0a',"
                        + "'settings':''}]}}",
                "{'model':'m','calibration':{'slope':1,'intercept':0,'nothing_relevant_below':1,"
                        + "'fitted_for':[{'model':'0a','settings':''}]}}",
                "{'model':'m','calibration':{'slope':1,'intercept':0,'nothing_relevant_precision':-1,"
                        + "'fitted_for':[{'model':'0a','settings':''}]}}",
                "{'model':'m','calibration':{'slope':1,'intercept':0,'fited_for':[{'model':'0a',"
                        + "'settings':''}]}}",
                "{'model':'m','when_late':[]}",
                "{'model':'m','when_late':{'top_n':1}}",
                "{'model':'m','when_late':{'max_candidates':0}}",
                "{'model':'m','when_late':{'when_late':null}}",
                "{'model':'m','interleave':[]}",
                "{'model':'m','interleave':{'name':'b'}}",
                "{'model':'m','interleave':{'name':'-','settings':{}}}",
                "{'model':'m','interleave':{'name':'b','settings':{'top_n':1}}}",
                "{'model':'m','interleave':{'name':'b','settings':{'max_length':1}}}",
                "{'model':'m','routes':[{'when':{'field':'f','equals':3},'settings':{}}]}",
                "{'model':'m','routes':[{'name':'r','settings':{}}]}",
                "{'model':'m','routes':[{'name':'r','when':{'equals':3},'settings':{}}]}",
                "{'model':'m','routes':[{'name':'r','when':{'field':'f','equals':[3]},'settings':{}}]}",
                "{'model':'m','routes':[{'name':'r','when':{'field':'f','equals':3}}]}",
                "{'model':'m','routes':[{'name':'-','when':{'field':'f','equals':3},'settings':{}}]}",
                "{'model':'m','routes':[{'name':'r','when':{'field':'f','equals':3},'settings':"
                        + "{'topn':2}}]}",
                "{'model':'m','head_selection':'last'}"
            })
    void tenantsThatBothRefuse(String config) throws IOException {
        JsonNode tree = tree(config);
        assertThat(schema(WireSchema.TENANT).validate(tree)).isNotEmpty();
        assertThat(takesTenant(tree)).as(config).isFalse();
    }

    private static JsonSchema schema(WireSchema schema) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(schema.text());
    }

    /** A good request, with these fields over its own. */
    private static String request(String fields) throws IOException {
        JsonNode over = tree(("{" + fields + "}").replace("LONG", "x".repeat(513)));
        ObjectNode request = (ObjectNode) tree("{'request_id':'r','query':'q','documents':['d']}");
        request.setAll((ObjectNode) over);
        return request.toString();
    }

    private static boolean takesRequest(String json) throws IOException {
        TenantConfig tenant =
                TenantConfig.read(
                        MAPPER.createObjectNode()
                                .put("model", "none")
                                .put("max_length", 1 << 20)
                                .set("overrides", MAPPER.valueToTree(Overrides.POSSIBLE)),
                        null,
                        "tenant");
        try {
            RerankRequest request =
                    new RequestParser(RequestLimits.defaults(), Overrides.POSSIBLE)
                            .parse(json.getBytes(UTF_8));
            new SettingsResolver(new ModelCatalog(Map.of())).resolve(request, tenant);
            return true;
        } catch (RejectedEventException e) {
            return false;
        }
    }

    private static boolean takesTenant(JsonNode config) {
        try {
            TenantConfig.read(config, null, "tenant");
            return true;
        } catch (InvalidConfigException e) {
            return false;
        }
    }
}
