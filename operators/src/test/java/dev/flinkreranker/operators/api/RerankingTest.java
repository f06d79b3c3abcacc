package dev.flinkreranker.operators.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.tenant.CandidatesBy;
import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the steps refuse, in one line, before anything runs. */
class RerankingTest {

    private static final String SMALL = "../tests/models/scifact-minilm-layerwise";

    private final StreamExecutionEnvironment env =
            StreamExecutionEnvironment.getExecutionEnvironment();
    private final DataStream<Question> questions =
            env.fromData(Question.of("1", "query", "passage"));

    private static Reranking<Question> reranking() {
        return Reranking.of(SMALL)
                .query(Question::text)
                .passages(Question::answers, Question.Answer::body);
    }

    private static Arguments refused(UnaryOperator<Reranking<Question>> steps, String message) {
        return Arguments.of(steps, message);
    }

    static Stream<Arguments> contradictions() {
        return Stream.of(
                refused(r -> r.topN(0), "reranking.top_n must be at least 1, but is 0"),
                refused(
                        r -> r.cutoffLayers(9),
                        "reranking.cutoff_layers 9: this BERT model has heads at layers 3-6"),
                refused(r -> r.maxPassages(0), "maxPassages must be at least 1, but is 0"),
                refused(
                        r -> r.passages(Question::answers, null),
                        "passages' text has no function: it is null"),
                refused(r -> r.uid(" "), "uid must not be blank"),
                refused(
                        r -> r.fusion(Fusion.Z_SUM),
                        "fusion Z_SUM needs the first stage's scores: add them to passages,"
                                + " passages(Query::documents, Document::body, Document::score)"),
                refused(
                        r -> r.stages(s -> s.candidates(9, CandidatesBy.FIRST_STAGE), s -> {}),
                        "candidates by FIRST_STAGE needs the first stage's scores: add them to"
                                + " passages, passages(Query::documents, Document::body,"
                                + " Document::score)"),
                refused(
                        r -> r.stages(s -> s.keep(0).margin(0.5).model("m"), s -> s.topN(1)),
                        "reranking.stages[1].top_n is not known; known are attention_softcap, by,"
                                + " candidates, compress_layers, compress_ratio, cutoff_layers, fusion,"
                                + " fusion_k, fusion_weight, head_selection, keep, margin, max_length,"
                                + " min_score, model, passage_instruction, prompt, query_instruction,"
                                + " query_max_length, truncation, truncation_side"),
                refused(
                        r -> r.id(Question::id).interleave("new", s -> s.fusion(Fusion.Z_SUM)),
                        "fusion Z_SUM needs the first stage's scores: add them to passages,"
                                + " passages(Query::documents, Document::body, Document::score)"),
                refused(
                        r -> r.tenant("acme", t -> t.topN(3)),
                        "tenants [acme] have settings, but no element is theirs: add"
                                + " tenant(Query::tenant)"),
                refused(
                        r -> r.tenant(Question::tenant).tenant("acme", t -> t.topN(-1)),
                        "reranking.tenants.acme.top_n must be at least 1, but is -1"),
                refused(
                        r -> r.tenant(Question::tenant).tenant("acme", t -> t.model("large")),
                        "reranking.tenants.acme.model: model \"large\" is not in the catalogue;"
                                + " known are [scifact-minilm-layerwise]"),
                refused(
                        r -> r.unknownTenants(UnknownTenant.REJECT),
                        "unknownTenants REJECT rejects every element: add tenant(Query::tenant)"),
                refused(
                        r -> r.unknownTenants(UnknownTenant.HOLD),
                        "unknownTenants must be DEFAULTS or REJECT: elements are not held back"
                                + " here"),
                refused(
                        r ->
                                r.attribute("language", Question::language)
                                        .route("zh", "langauge", List.of("zh"), s -> s.topN(1)),
                        "route zh looks at langauge, which no attribute(…) gives; did you mean"
                                + " language?"),
                refused(
                        r -> r.interleave("new", s -> s.cutoffLayers(3)),
                        "interleave needs ids, which toss the coins: add id(Query::id)"));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void whatContradictsIsRefusedInOneLine(
            UnaryOperator<Reranking<Question>> steps, String message) {
        Reranking<Question> reranking = steps.apply(reranking());

        assertThatThrownBy(() -> reranking.apply(questions))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage(message);
    }

    /** What a result gives back of the request is left out: the element has it all. */
    @Test
    void everySettingOfATenantHasAStep() {
        Set<String> steps =
                Arrays.stream(Reranking.class.getMethods())
                        .map(Method::getName)
                        .collect(Collectors.toSet());

        assertThat(RerankSettings.class.getRecordComponents())
                .extracting(RecordComponent::getName)
                .filteredOn(name -> !Set.of("returnDocuments", "returnQuery").contains(name))
                .extracting(name -> name.equals("deadlineMs") ? "deadline" : name)
                .isSubsetOf(steps);
    }

    @Test
    void passagesAreNeeded() {
        Reranking<Question> reranking = Reranking.of(SMALL).query(Question::text);

        assertThatThrownBy(() -> reranking.apply(questions))
                .hasMessage(
                        "passages is missing: say where an element has the texts to rank,"
                                + " passages(Query::documents, Document::body)");
    }

    @Test
    void everyMistakeIsTold() {
        Reranking<Question> reranking = reranking().uid("").maxPassages(0).maxTextChars(0);

        assertThatThrownBy(() -> reranking.apply(questions))
                .hasMessage(
                        "uid must not be blank; maxPassages must be at least 1, but is 0;"
                                + " maxTextChars must be at least 1, but is 0");
    }

    @Test
    void aFunctionThatCannotTravelIsRefused() {
        Object lock = new Object();
        Reranking<Question> reranking =
                Reranking.of(SMALL)
                        .query((Question q) -> q.text() + lock)
                        .passages(Question::answers, Question.Answer::body);

        assertThatThrownBy(() -> reranking.apply(questions))
                .hasMessage(
                        "query: the function cannot be sent to the cluster, since it holds what is"
                                + " not Serializable: java.lang.Object");
    }

    @Test
    void twoOfOneUidAreToldApart() {
        reranking().apply(questions);

        assertThatThrownBy(() -> reranking().apply(questions))
                .hasMessage(
                        "the job has another operator with the uid reranking-route: give each"
                                + " reranking and scoring a uid(…) of its own, by which its state"
                                + " is found");
        reranking().uid("second").apply(questions);
    }

    @Test
    void everyOperatorHasAUidOfItsOwn() {
        reranking().uid("a").apply(questions);
        Scoring.of(SMALL)
                .pair(Question::text, Question::language)
                .uid("b")
                .apply(questions)
                .print()
                .uid("print");

        assertThat(env.getTransformations())
                .filteredOn(t -> t.getName().startsWith("a ") || t.getName().startsWith("b "))
                .extracting(Transformation::getUid)
                .containsExactlyInAnyOrder(
                        "a-resolve",
                        "a-model-wait",
                        "a-rerank",
                        "a-route",
                        "b-resolve",
                        "b-model-wait",
                        "b-rerank",
                        "b-route",
                        "b-score");
    }

    @Test
    void aFolderThatIsNoModelIsRefused(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("config.json"), "{}");

        assertThatThrownBy(
                        () ->
                                Reranking.of(folder.toString())
                                        .query(Question::text)
                                        .passages(Question::answers, Question.Answer::body)
                                        .apply(questions))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith("model " + folder.getFileName() + ": ")
                .hasMessageContaining("model.safetensors");
    }

    @Test
    void anAliasIsOfOneModel() {
        ModelReference other = new ModelReference("other", ComputeType.AUTO, "cpu");

        assertThatThrownBy(() -> reranking().model("scifact-minilm-layerwise", other))
                .hasMessage(
                        "model: the alias scifact-minilm-layerwise is taken; known are"
                                + " [scifact-minilm-layerwise]");
    }

    @Test
    void failuresAreThoseOfTheStreamItself() {
        DataStream<Reranked<Question>> filtered =
                reranking().apply(questions).filter(ranked -> true).name("best");

        assertThatThrownBy(() -> Reranking.failures(filtered))
                .hasMessage(
                        "this takes the stream that apply(…) returned, as it is, not \"best\": ask"
                                + " before you filter, map or join it");
    }

    @Test
    void aRouteTakesScalars() {
        assertThatThrownBy(() -> reranking().route("r", "a", List.of(List.of()), s -> s.topN(1)))
                .hasMessage("route r: [] is no string, number or boolean");
    }
}
