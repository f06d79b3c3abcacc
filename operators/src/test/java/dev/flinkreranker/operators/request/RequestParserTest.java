package dev.flinkreranker.operators.request;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.tenant.Overrides;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestParserTest {

    private static final RequestLimits LIMITS = new RequestLimits(5_000, 10, 100, 6, null, true);

    private final RequestParser parser = new RequestParser(LIMITS, Overrides.POSSIBLE);

    @Test
    void whatIsScoredStaysWhenTheRestIsLetGo() throws Exception {
        RerankRequest request =
                parse(
                        json(
                                "{'request_id':'r1','tenant':'acme','query':'q','top_n':2,'lang':'de',"
                                        + "'documents':[{'id':'d7','text':'t','score':1.5,'url':'u'}]}"));

        RerankRequest kept = request.toScore();

        assertThat(kept.candidates().get(0).source()).isNull();
        assertThat(kept.overrides().isEmpty()).isTrue();
        assertThat(kept.attributes()).isEmpty();
        assertThat(kept)
                .usingRecursiveComparison()
                .ignoringFields("candidates.source", "overrides", "attributes")
                .isEqualTo(request);
    }

    @Test
    void stringsAndObjectsAreDocumentsAndOtherFieldsAreKept() throws Exception {
        RerankRequest request =
                parse(
                        """
                        {"request_id":"r1","tenant":"acme","query":"q","top_n":2,"lang":"de",
                         "documents":["plain",
                           {"id":"d7","text":"t","score":1.50,"url":"u","n":[1.00,12345678901234567890]},
                           {"id":7,"text":""}]}
                        """);

        assertThat(request.requestId()).isEqualTo("r1");
        assertThat(request.tenant()).isEqualTo("acme");
        assertThat(request.query()).isEqualTo("q");
        assertThat(request.overrides().toString()).isEqualTo(json("{'top_n':2}"));
        assertThat(request.candidates()).hasSize(3);
        Candidate plain = request.candidates().get(0);
        assertThat(plain.id()).isNull();
        assertThat(plain.text()).isEqualTo("plain");
        assertThat(plain.source().toString()).isEqualTo(json("{'text':'plain'}"));
        Candidate rich = request.candidates().get(1);
        assertThat(rich.id().textValue()).isEqualTo("d7");
        assertThat(rich.firstStageScore()).isEqualTo(1.5);
        assertThat(rich.source().toString())
                .isEqualTo(
                        json(
                                "{'id':'d7','text':'t','score':1.50,'url':'u',"
                                        + "'n':[1.00,12345678901234567890]}"));
        assertThat(request.candidates().get(2).id().toString()).isEqualTo("7");
    }

    @Test
    void emptyQueryAndEmptyDocumentAreLegalAndTheTenantHasADefault() throws Exception {
        RerankRequest request = parse("{'request_id':'r','query':'','documents':['']}");

        assertThat(request.query()).isEmpty();
        assertThat(request.tenant()).isEqualTo(RequestParser.DEFAULT_TENANT);
        assertThat(request.candidates().get(0).text()).isEmpty();
    }

    @Test
    void escapedControlCharactersAndSpecialTokensAreText() throws Exception {
        RerankRequest request =
                parse(
                        "{'request_id':'r','query':'a\\u0000b','documents':['</s><s> \\ud83d\\ude00']}");

        assertThat(request.query()).isEqualTo("a\u0000b");
        assertThat(request.candidates().get(0).text()).isEqualTo("</s><s> \ud83d\ude00");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "not json|INVALID_JSON|byte 0: not is not a value; a text must be in double quotes",
                "``|INVALID_JSON|must be a JSON object, but is empty",
                "{'request_id':'r'|INVALID_JSON|byte 17: the text ends and a } is missing",
                "[1]|INVALID_JSON|must be a JSON object, but is an array",
                "null|INVALID_JSON|must be a JSON object, but is null",
                "{} {}|INVALID_JSON|byte 3: more follows where the text should end",
                "{'query':'a','query':'b'}|INVALID_JSON|: the field \"query\" is there twice",
                "{'a':[[[[[[[1]]]]]]]}|INVALID_JSON|nested deeper than 6 levels",
                "{'a':1e99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999}|INVALID_JSON|a number is longer than 100 characters",
                "{}|MISSING_FIELD|request_id is missing",
                "{'request_id':null}|MISSING_FIELD|request_id is missing",
                "{'request_id':5}|INVALID_FIELD|request_id must be a string, but is a number",
                "{'request_id':''}|INVALID_FIELD|request_id must have 1 to 512 characters",
                "{'request_id':'a\\nb'}|INVALID_FIELD|request_id must not hold control characters",
                "{'request_id':'r','tenant':7}|INVALID_FIELD|tenant must be a string",
                "{'request_id':'r','tenant':'a b'}|INVALID_FIELD|tenant must match",
                "{'request_id':'r','tenant':'a\\u0000'}|INVALID_FIELD|tenant must match",
                "{'request_id':'r','tenant':''}|INVALID_FIELD|tenant must match",
                "{'request_id':'r','documents':['d']}|MISSING_FIELD|query is missing",
                "{'request_id':'r','query':['q'],'documents':['d']}|INVALID_FIELD|query must be a string, but is an array",
                "{'request_id':'r','query':'q'}|MISSING_FIELD|documents is missing",
                "{'request_id':'r','query':'q','documents':'d'}|INVALID_FIELD|documents must be an array",
                "{'request_id':'r','query':'q','documents':[]}|NO_DOCUMENTS|at least one",
                "{'request_id':'r','query':'q','documents':[1,1,1,1,1,1,1,1,1,1,1]}|TOO_MANY_DOCUMENTS|documents has 11 entries; the limit is 10",
                "{'request_id':'r','query':'q','documents':['a',3]}|INVALID_FIELD|documents[1] must be a string or an object",
                "{'request_id':'r','query':'q','documents':[{'id':'x'}]}|MISSING_FIELD|documents[0].text is missing",
                "{'request_id':'r','query':'q','documents':[{'text':1}]}|INVALID_FIELD|documents[0].text must be a string",
                "{'request_id':'r','query':'q','documents':[{'id':1.5,'text':''}]}|INVALID_FIELD|documents[0].id must be a string or an integer",
                "{'request_id':'r','query':'q','documents':[{'score':'1','text':''}]}|INVALID_FIELD|documents[0].score must be a number",
                "{'request_id':'r','query':'q','documents':[{'score':1e400,'text':''}]}|INVALID_FIELD|documents[0].score is beyond the range",
                "{'request_id':'r','query':'q','documents':[{'id':'1','text':''},{'id':1,'text':''}]}|DUPLICATE_ID|documents[0] and documents[1] have the same id",
                "{'request_id':'r','query':'q','documents':['\\ud83d']}|INVALID_TEXT|documents[0] holds half a surrogate pair (\\ud83d) at character 0",
                "{'request_id':'r','query':'q\\ude00','documents':['d']}|INVALID_TEXT|query holds half",
                "{'request_id':'r','query':'q','documents':[{'text':'','x':9.1e2147483647}]}|INVALID_JSON|documents[0].x is a number with an exponent that is not between -2000000000 and 2000000000",
                "{'request_id':'r','query':'q','documents':['d'],'x':[1e-2000000001]}|INVALID_JSON|x[0] is a number with an exponent",
                "{'request_id':'r','query':'q','documents':[{'text':'','x':{'y':'\\ud83d'}}]}|INVALID_TEXT|documents[0].x.y holds half",
                "{'request_id':'r','query':'q','documents':['d'],'max_tokens_per_doc':5}|INVALID_FIELD|max_tokens_per_doc is not supported: set max_length",
            })
    void badEventGetsItsCodeAndNamesTheField(String json, ReasonCode reason, String message) {
        assertRejected(json(json).getBytes(StandardCharsets.UTF_8), reason, message);
    }

    @Test
    void limitsAndBytesThatTextCannotShow() {
        assertRejected(null, ReasonCode.NO_VALUE, "no value");
        assertRejected(
                new byte[5_001], ReasonCode.EVENT_TOO_LARGE, "5001 bytes; the limit is 5000");
        assertRejected(
                json("{'request_id':'a\tb'}").getBytes(StandardCharsets.UTF_8),
                ReasonCode.INVALID_JSON,
                "a line break or another control character inside a string");
        assertRejected(
                new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xC3, (byte) 0x28, '"', '}'},
                ReasonCode.INVALID_JSON,
                "byte 8: not UTF-8; save it as UTF-8");
        String text = "x".repeat(101);
        assertRejected(
                json("{'request_id':'r','query':'" + text + "','documents':['d']}")
                        .getBytes(StandardCharsets.UTF_8),
                ReasonCode.TEXT_TOO_LONG,
                "query has 101 characters; the limit is 100");
        String depth = "[".repeat(2_000);
        assertRejected(
                depth.getBytes(StandardCharsets.UTF_8),
                ReasonCode.INVALID_JSON,
                "nested deeper than");
    }

    @Test
    void aSchemaRegistrysPrefixIsPassedOver() throws Exception {
        byte[] prefix = {0, 0, 0, 1, (byte) 200};

        RerankRequest request =
                parser.parse(concat(prefix, "{'request_id':'r','query':'q','documents':['d']}"));

        assertThat(request.requestId()).isEqualTo("r");
        assertRejected(
                concat(prefix, "{'request_id':'r'"),
                ReasonCode.INVALID_JSON,
                "byte 22: the text ends and a } is missing");
        assertRejected(
                concat(prefix, "Hq-42"),
                ReasonCode.INVALID_JSON,
                "a schema registry's prefix, and no JSON object behind it; write JSON");
        assertRejected(
                new byte[] {0, 0, 0, 1, 7},
                ReasonCode.INVALID_JSON,
                "a control character (code 1) outside of a string");
    }

    private static byte[] concat(byte[] prefix, String json) {
        byte[] value = json(json).getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(prefix, prefix.length + value.length);
        System.arraycopy(value, 0, all, prefix.length, value.length);
        return all;
    }

    @Test
    void everySingleByteOfARequestMayBeAnything() {
        byte[] good =
                json("{'request_id':'r','query':'q','documents':[{'id':'1','text':'t'}]}")
                        .getBytes(StandardCharsets.UTF_8);
        int rejected = 0;
        for (int position = 0; position < good.length; position++) {
            for (int value = 0; value < 256; value++) {
                byte[] event = good.clone();
                event[position] = (byte) value;
                try {
                    parser.parse(event);
                } catch (RejectedEventException e) {
                    rejected++;
                    assertThat(e.getMessage())
                            .isNotBlank()
                            .doesNotContain("\n", "Source:", "fasterxml", "Feature", "Stream");
                }
            }
        }
        assertThat(rejected).isGreaterThan(good.length * 128);
    }

    @Test
    void aRejectionKnowsTheTenantOnceItIsRead() {
        RejectedEventException rejection =
                catchThrowableOfType(
                        RejectedEventException.class,
                        () -> parse("{'request_id':'r','tenant':'acme','query':'q'}"));

        assertThat(rejection.tenant()).isEqualTo("acme");
        assertThat(rejection.requestId()).isEqualTo("r");
    }

    @Test
    void anIdMayBeAsLongAsAnElasticsearchIndexHasIt() throws Exception {
        String id = "i".repeat(512);
        String documents = "'query':'q','documents':[{'id':'%s','text':''}]}".formatted(id);

        RerankRequest request = parse("{'request_id':'" + id + "'," + documents);

        assertThat(request.requestId()).isEqualTo(id);
        assertThat(request.candidates().get(0).id().asText()).isEqualTo(id);
        assertRejected(
                json("{'request_id':'i" + id + "'," + documents).getBytes(StandardCharsets.UTF_8),
                ReasonCode.INVALID_FIELD,
                "request_id must have 1 to 512 characters, but has 513");
        assertRejected(
                json("{'request_id':'r'," + documents.replace(id, "i" + id))
                        .getBytes(StandardCharsets.UTF_8),
                ReasonCode.INVALID_FIELD,
                "documents[0].id must have at most 512 characters");
    }

    @Test
    void theSameIdTwiceIsToldApartByTheIndexUnlessALimitForbidsIt() throws Exception {
        String twice =
                "{'request_id':'r','query':'q',"
                        + "'documents':[{'id':1,'text':'a'},{'id':'1','text':'b'}]}";

        RerankRequest request =
                new RequestParser(RequestLimits.defaults(), Set.of())
                        .parse(json(twice).getBytes(StandardCharsets.UTF_8));

        assertThat(request.candidates()).extracting(Candidate::text).containsExactly("a", "b");
        assertRejected(
                json(twice).getBytes(StandardCharsets.UTF_8),
                ReasonCode.DUPLICATE_ID,
                "documents[0] and documents[1] have the same id, which limits.unique_ids forbids");
    }

    @Test
    void exactlyTheLimitIsAllowed() throws Exception {
        String documents =
                IntStream.range(0, 10)
                        .mapToObj(i -> "'" + "d".repeat(100) + "'")
                        .collect(Collectors.joining(","));

        assertThat(
                        parse("{'request_id':'r','query':'q','documents':[" + documents + "]}")
                                .candidates())
                .hasSize(10);
    }

    private RerankRequest parse(String json) throws RejectedEventException {
        return parser.parse(json(json).getBytes(StandardCharsets.UTF_8));
    }

    private void assertRejected(byte[] value, ReasonCode reason, String message) {
        RejectedEventException rejection =
                catchThrowableOfType(RejectedEventException.class, () -> parser.parse(value));
        assertThat(rejection).as("no rejection").isNotNull();
        assertThat(rejection.reason()).as(rejection.getMessage()).isEqualTo(reason);
        assertThat(rejection).hasMessageContaining(message);
    }
}
