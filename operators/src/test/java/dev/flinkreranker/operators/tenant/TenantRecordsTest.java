package dev.flinkreranker.operators.tenant;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a record of the tenants' topic changes, and with which words it is refused. */
class TenantRecordsTest {

    private static final byte[] ACME = "acme".getBytes(UTF_8);
    private static final ModelCatalog CATALOG =
            new ModelCatalog(Map.of("small", new ModelReference("/m", ComputeType.AUTO, "cpu")));

    private static final ObjectNode DEFAULTS =
            JsonNodeFactory.instance.objectNode().put("model", "small").put("top_n", 9);

    private final TenantRecords records = new TenantRecords(CATALOG, DEFAULTS);

    @Test
    void aConfigIsKeptAsItWasSentAndReadOverTheDefaults() throws Exception {
        TenantUpdate update =
                decide("{ 'version' : 3,\n 'weight':2.50, 'query_instruction':'naïve ☃' }", null)
                        .orElseThrow();

        assertThat(update.tenant()).isEqualTo("acme");
        assertThat(update.config())
                .isEqualTo(json("{'version':3,'weight':2.50,'query_instruction':'naïve ☃'}"));
        TenantConfig config = records.present("acme", update.config());
        assertThat(config.version()).isEqualTo(3);
        assertThat(config.settings().topN()).isEqualTo(9);
        assertThat(config.settings().queryInstruction()).isEqualTo("naïve ☃");
    }

    @Test
    void theSameConfigOnceMoreChangesNothing() throws Exception {
        assertThat(
                        decide(
                                "{'top_n': 5, 'weight':1.5, 'version':3}",
                                "{'version':3,'weight':1.50,'top_n':5}"))
                .isEmpty();
    }

    /** A number at the end of what decimals hold comes back as it was accepted. */
    @Test
    void aConfigWithTheSmallestOfNumbersIsReadAgain() throws Exception {
        String smallest = "{'version':3,'min_score':100e-1999999999}";
        String stored = decide(smallest, null).orElseThrow().config();

        assertThat(records.present("acme", stored).settings().minScore()).isZero();
        assertThat(records.decide(ACME, json(smallest).getBytes(UTF_8), stored)).isEmpty();
    }

    @Test
    void noValueDeletesWhatIsThere() throws Exception {
        assertThat(records.decide(ACME, null, json("{'version':3}")))
                .contains(new TenantUpdate("acme", null));
        assertThat(records.decide(ACME, null, null)).isEmpty();
    }

    @Test
    void aDeletionForgetsTheVersion() throws Exception {
        assertThat(decide("{'version':1}", null)).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'top_n':1}|INVALID_CONFIG|acme.version is missing: it orders the changes of a tenant's config",
                "{'version':null}|INVALID_CONFIG|acme.version is missing",
                "{'version':0}|INVALID_CONFIG|acme.version must be an integer of 1 and up, but is 0",
                "{'version':-1}|INVALID_CONFIG|acme.version must be an integer of 0 and up, but is -1",
                "{'version':'9'}|INVALID_CONFIG|acme.version must be an integer",
                "{'version':9.0}|INVALID_CONFIG|acme.version must be an integer",
                "{'version':1e999999999}|INVALID_CONFIG|acme.version must be an integer",
                "{'version':99999999999999999999}|INVALID_CONFIG|acme.version must be an integer",
                "{'version':9,'top_m':1}|INVALID_CONFIG|acme.top_m is not known; did you mean top_n?",
                "{'version':9,'top_n':0}|INVALID_CONFIG|acme.top_n must be at least 1, but is 0",
                "{'version':9,'top_n':[1]}|INVALID_CONFIG|acme.top_n must be an integer",
                "{'version':9,'top_n':1e999999999}|INVALID_CONFIG|acme.top_n must be an integer",
                "{'version':9,'weight':1e999999999}|INVALID_CONFIG|acme.weight must be between",
                "{'version':9,'weight':100e2147483647}|INVALID_JSON|weight is a number with an exponent",
                "{'version':9,'routes':[{'name':'a','when':{'field':'l','equals':100e2147483647},'settings':{}}]}|INVALID_JSON|routes[0].when.equals is a number with an exponent",
                "{'version':9,'model':'smal'}|INVALID_CONFIG|acme.model: model \"smal\" is not in the catalogue; did you mean small?",
                "{'version':9,'overrides':['weight']}|INVALID_CONFIG|acme.overrides has \"weight\", which a request cannot bring",
                "{'version':7}|STALE_CONFIG|version 7 is taken by another config; the next is 8",
                "{'version':6,'top_n':3}|STALE_CONFIG|version 6 is not above the present one, 7",
                "{'version':9|INVALID_JSON|byte 12: the text ends and a } is missing",
                "{'version':9} {}|INVALID_JSON|byte 14: more follows where the text should end",
                "{'version':9,'version':8}|INVALID_JSON|byte 22: the field \"version\" is there twice",
                "[]|INVALID_JSON|the value must be a JSON object, but is an array",
                "``|INVALID_JSON|the value must be a JSON object",
                "{'version':9,'prompt':'\\ud83d'}|INVALID_TEXT|prompt holds half a surrogate pair",
            })
    void whatIsWrongIsRefused(String config, String reason, String message) {
        RejectedEventException refusal = refusal(() -> decide(config, "{'version':7,'top_n':3}"));

        assertThat(refusal.reason()).hasToString(reason);
        assertThat(refusal.getMessage()).startsWith(message);
        assertThat(refusal.tenant()).isEqualTo("acme");
    }

    @Test
    void hostileValuesAreRefusedBeforeTheyCost() {
        String deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
        String wide = json("{'version':1,'prompt':'" + "x".repeat(10_000_000) + "'}");

        assertThat(refusal(() -> records.decide(ACME, wide.getBytes(UTF_8), null)).getMessage())
                .isEqualTo(
                        "the value has 10000025 bytes; the limit is 131072 (of a tenant's config)");
        assertThat(
                        refusal(
                                        () ->
                                                records.decide(
                                                        ACME,
                                                        deep.substring(0, 100_000).getBytes(UTF_8),
                                                        null))
                                .getMessage())
                .contains("nested deeper than 16 levels");
        assertThat(refusal(() -> records.decide(ACME, new byte[] {'{', '"', -1, '"'}, null)))
                .hasMessageContaining("UTF-8");
    }

    @Test
    void aKeyIsATenantsId() {
        assertThat(TenantRecords.tenant("a.b-C_9".getBytes(UTF_8))).contains("a.b-C_9");
        for (byte[] key :
                new byte[][] {
                    null,
                    {},
                    {'a', 0},
                    {'a', '\n'},
                    {(byte) 0xff, (byte) 0xfe},
                    "é".getBytes(UTF_8),
                    "a b".getBytes(UTF_8),
                    "x".repeat(65).getBytes(UTF_8),
                    new byte[10_000_000]
                }) {
            assertThat(TenantRecords.tenant(key)).isEmpty();
            RejectedEventException refusal = refusal(() -> records.decide(key, ACME, null));
            assertThat(refusal.reason()).hasToString("INVALID_KEY");
            assertThat(refusal).hasMessageStartingWith("the key must be a tenant's id and match");
        }
    }

    @Test
    void aConfigThatTheFileOvertookSaysSo() {
        RejectedEventException refusal =
                refusal(() -> records.present("acme", json("{'version':1,'model':'gone'}")));

        assertThat(refusal.reason()).hasToString("INVALID_CONFIG");
        assertThat(refusal)
                .hasMessageStartingWith("the tenant's config was good once, but is not with")
                .hasMessageContaining("acme.model: model \"gone\" is not in the catalogue");
    }

    private Optional<TenantUpdate> decide(String config, String present)
            throws RejectedEventException {
        return records.decide(
                ACME, json(config).getBytes(UTF_8), present == null ? null : json(present));
    }

    private static RejectedEventException refusal(ThrowingCallable call) {
        RejectedEventException refusal = catchThrowableOfType(RejectedEventException.class, call);
        assertThat(refusal).as("a refusal").isNotNull();
        return refusal;
    }
}
