package dev.flinkreranker.tests.clients;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.flinkreranker.client.DeadLetter;
import dev.flinkreranker.client.Document;
import dev.flinkreranker.client.Interleaving;
import dev.flinkreranker.client.Meta;
import dev.flinkreranker.client.RankedDocument;
import dev.flinkreranker.client.RerankRequest;
import dev.flinkreranker.client.RerankResult;
import dev.flinkreranker.client.StageUsage;
import dev.flinkreranker.client.Usage;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.result.InterleavedTeams;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultMeta;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.result.ResultUsage;
import dev.flinkreranker.operators.tenant.Overrides;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The client's records are what goes over the wire, whichever JSON library maps them. */
class ClientRecordsTest {

    private static final JsonMapper JACKSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();
    private static final Gson GSON =
            new GsonBuilder()
                    .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                    .create();

    /** A JSON library, set up as the package's javadoc says. */
    private interface Library {
        String write(Object value) throws Exception;

        <T> T read(String json, Class<T> type) throws Exception;
    }

    static Stream<Library> libraries() {
        return Stream.of(
                new Library() {
                    @Override
                    public String write(Object value) throws Exception {
                        return JACKSON.writeValueAsString(value);
                    }

                    @Override
                    public <T> T read(String json, Class<T> type) throws Exception {
                        return JACKSON.readValue(json, type);
                    }
                },
                new Library() {
                    @Override
                    public String write(Object value) {
                        return GSON.toJson(value);
                    }

                    @Override
                    public <T> T read(String json, Class<T> type) {
                        return GSON.fromJson(json, type);
                    }
                });
    }

    static Stream<Arguments> counterparts() {
        return Stream.of(
                Arguments.of(RankedResult.class, RerankResult.class),
                Arguments.of(
                        dev.flinkreranker.operators.result.RankedDocument.class,
                        RankedDocument.class),
                Arguments.of(ResultUsage.class, Usage.class),
                Arguments.of(dev.flinkreranker.operators.result.StageUsage.class, StageUsage.class),
                Arguments.of(InterleavedTeams.class, Interleaving.class),
                Arguments.of(ResultMeta.class, Meta.class));
    }

    @ParameterizedTest
    @MethodSource("counterparts")
    void theyHaveTheFieldsOfAResult(Class<?> written, Class<?> read) {
        assertThat(components(read)).isEqualTo(components(written));
    }

    private static List<String> components(Class<?> type) {
        return Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void aRequestIsParsedAsItWasMeant(Library library) throws Exception {
        RerankRequest request =
                new RerankRequest(
                        "r-1",
                        "acme",
                        "q",
                        List.of(new Document("a", "text a", 1.5), Document.of("text b")),
                        "small",
                        List.of(3, 4),
                        5,
                        0.25,
                        true,
                        false,
                        1_000L);

        dev.flinkreranker.operators.request.RerankRequest parsed =
                parser().parse(library.write(request).getBytes(UTF_8));

        assertThat(parsed.requestId()).isEqualTo("r-1");
        assertThat(parsed.tenant()).isEqualTo("acme");
        assertThat(parsed.query()).isEqualTo("q");
        assertThat(parsed.candidates().get(0).id().asText()).isEqualTo("a");
        assertThat(parsed.candidates().get(0).text()).isEqualTo("text a");
        assertThat(parsed.candidates().get(1).id()).isNull();
        assertThat(parsed.overrides())
                .hasToString(
                        json(
                                "{'model':'small','cutoff_layers':[3,4],'top_n':5,"
                                        + "'min_score':0.25,'return_documents':true,'return_query':false,"
                                        + "'deadline_ms':1000}"));
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void aRequestOfTheTenantsSettingsOverridesNone(Library library) throws Exception {
        RerankRequest request = RerankRequest.of("r-1", null, "q", List.of(Document.of("text")));

        dev.flinkreranker.operators.request.RerankRequest parsed =
                parser().parse(library.write(request).getBytes(UTF_8));

        assertThat(parsed.tenant()).isEqualTo(RequestParser.DEFAULT_TENANT);
        assertThat(parsed.overrides()).isEmpty();
    }

    private static RequestParser parser() {
        return new RequestParser(RequestLimits.defaults(), Overrides.POSSIBLE);
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void aResultIsReadAsItWasWritten(Library library) throws Exception {
        RerankResult result =
                library.read(
                        """
                        {"request_id": "r-1", "tenant": "acme", "status": "RANKED", "model": "m",
                         "nothing_relevant": false, "results": [
                           {"index": 1, "id": 7, "relevance_score": 0.5, "probability": 0.875,
                            "model_score": 0.75, "first_stage_score": 12.25,
                            "scores": {"3": 0.25, "4": 0.5}, "document": {"text": "t"}, "stage": 2},
                           {"index": 0, "relevance_score": null, "error": "e"}],
                         "usage": {"pairs": 2, "tokens": 20, "truncated": 1, "flops": 99, "stages": [
                           {"team": "A", "model": "m", "cutoff_layers": [3], "pairs": 2, "tokens": 20,
                            "truncated": 1, "flops": 99}]},
                         "meta": {"config_version": 3, "route": "french", "model_revision": "r1", "dtype": "bfloat16",
                                  "fusion": "z_sum", "fusion_weight": 0.5, "cutoff_layers": [3, 4],
                                  "calibration": "ba9876543210",
                                  "interleaving": {"name": "new", "model": "n", "dtype": "int8",
                                                   "calibration": "0123456789ab", "teams": ["A", "B"]},
                                  "compress_ratio": 1, "compress_layers": [], "normalized": true,
                                  "documents": 2, "unscored": 1, "a_later_field": 1}}
                        """,
                        RerankResult.class);

        assertThat(result.status()).isEqualTo(RerankResult.RANKED);
        assertThat(result.status()).isEqualTo(ResultStatus.RANKED.name());
        RankedDocument first = result.results().get(0);
        assertThat(first.index()).isEqualTo(1);
        assertThat(first.id()).isEqualTo("7");
        assertThat(first.relevanceScore()).isEqualTo(0.5f);
        assertThat(first.probability()).isEqualTo(0.875f);
        assertThat(result.nothingRelevant()).isFalse();
        assertThat(result.meta().calibration()).isEqualTo("ba9876543210");
        assertThat(first.modelScore()).isEqualTo(0.75f);
        assertThat(first.firstStageScore()).isEqualTo(12.25);
        assertThat(first.scores()).isEqualTo(Map.of(3, 0.25f, 4, 0.5f));
        assertThat(first.document()).isEqualTo(Map.of("text", "t"));
        assertThat(result.results().get(1).relevanceScore()).isNull();
        assertThat(result.results().get(1).error()).isEqualTo("e");
        assertThat(result.usage())
                .isEqualTo(
                        new Usage(
                                2,
                                20,
                                1,
                                99,
                                List.of(new StageUsage("A", "m", List.of(3), 2, 20, 1, 99))));
        assertThat(first.stage()).isEqualTo(2);
        assertThat(RerankResult.PARTIAL).isEqualTo(ResultStatus.PARTIAL.name());
        assertThat(result.meta().configVersion()).isEqualTo(3);
        assertThat(result.meta().route()).isEqualTo("french");
        assertThat(result.meta().modelRevision()).isEqualTo("r1");
        assertThat(result.meta().dtype()).isEqualTo("bfloat16");
        assertThat(result.meta().fusion()).isEqualTo("z_sum");
        assertThat(result.meta().fusionWeight()).isEqualTo(0.5);
        assertThat(result.meta().fusionK()).isNull();
        assertThat(result.meta().interleaving())
                .isEqualTo(new Interleaving("new", "n", "int8", "0123456789ab", List.of("A", "B")));
        assertThat(result.meta().unscored()).isEqualTo(1);
    }

    @Test
    void aDeadLetterIsReadFromItsHeaders() {
        RawEvent event = new RawEvent(null, new byte[] {1}, List.of(), "in", 3, 42, 0);
        OutgoingRecord letter =
                new dev.flinkreranker.operators.deadletter.DeadLetter(
                                event, ReasonCode.INVALID_JSON, "why", "acme", null)
                        .toRecord(1_000_000);

        assertThat(
                        DeadLetter.of(
                                name ->
                                        letter.headers().stream()
                                                .filter(header -> header.key().equals(name))
                                                .map(header -> header.value())
                                                .findFirst()
                                                .orElse(null)))
                .contains(new DeadLetter("INVALID_JSON", "why", "in", 3, 42, "acme", null, null));
        assertThat(DeadLetter.of(name -> null)).isEmpty();
    }
}
