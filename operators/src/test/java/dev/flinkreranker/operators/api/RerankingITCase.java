package dev.flinkreranker.operators.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.rerank.LengthScorer;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.tenant.Fallback;
import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import dev.flinkreranker.operators.usage.UsageEntry;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The library in a cluster, by a model whose score is a passage's length. */
class RerankingITCase {

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    private static RerankEngine engine;

    private StreamExecutionEnvironment env;

    /** Whoever comes later shares it, and with it the models of its opener. */
    @BeforeAll
    static void start() {
        LengthScorer.reset();
        engine = RerankEngine.acquire(EngineSettings.defaults(), LengthScorer::open);
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    /** Without Kryo, and without a second try. */
    @BeforeEach
    void environment() {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, true);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(2);
    }

    private static Reranking<Question> reranking() {
        return Reranking.of("length")
                .query(Question::text)
                .passages(Question::answers, Question.Answer::body);
    }

    @SuppressWarnings("try") // its close may be interrupted
    private static <T> List<T> collected(DataStream<T> stream) throws Exception {
        List<T> elements = new ArrayList<>();
        try (CloseableIterator<T> all = stream.executeAndCollect()) {
            all.forEachRemaining(elements::add);
        }
        return elements;
    }

    private static Map<String, Reranked<Question>> byId(List<Reranked<Question>> ranked) {
        return ranked.stream().collect(Collectors.toMap(r -> r.value().id(), Function.identity()));
    }

    @Test
    void elementsComeBackWithTheirRankings() throws Exception {
        DataStream<Question> questions =
                env.fromData(
                        Question.of("1", "q", "aa", "a", "aaa"), Question.of("2", "q", "b", "bb"));

        Map<String, Reranked<Question>> ranked =
                byId(collected(reranking().topN(2).apply(questions)));

        assertThat(ranked).containsOnlyKeys("1", "2");
        Reranked<Question> first = ranked.get("1");
        assertThat(first.status()).isEqualTo(ResultStatus.RANKED);
        assertThat(first.value()).isEqualTo(Question.of("1", "q", "aa", "a", "aaa"));
        assertThat(first.passages()).extracting(RankedPassage::index).containsExactly(2, 0);
        assertThat(first.passages()).extracting(RankedPassage::score).containsExactly(3f, 2f);
        assertThat(first.order(first.value().answers()))
                .extracting(Question.Answer::body)
                .containsExactly("aaa", "aa");
        assertThat(first.ranking().usage().pairs()).isEqualTo(3);
    }

    @Test
    void whatCannotBeRankedIsRejectedInOneLineAndNothingIsLost() throws Exception {
        List<Question> bad =
                List.of(
                        Question.of("1", null, "a"),
                        new Question("2", null, null, "q", null, 1),
                        new Question("3", null, null, "q", List.of(), 1),
                        new Question(
                                "4",
                                null,
                                null,
                                "q",
                                Arrays.asList(new Question.Answer("a", null), null),
                                1),
                        Question.of("5", "q", "a", null),
                        Question.of("6", "q", "x".repeat(10_000_000)),
                        Question.of("7", "x".repeat(10_000_000), "a"),
                        Question.of("8", "q", "\ud83d"),
                        Question.ofTenant("no tenant!", "9", "en", "q", "a"),
                        Question.of("10", "throw", "a"),
                        Question.of("11", "q", LengthScorer.POISON));
        List<Question> all = new ArrayList<>(bad);
        all.add(Question.of("good", "q", "a"));
        DataStream<Reranked<Question>> ranked =
                Reranking.of("length")
                        .query(RerankingITCase::queryOrThrow)
                        .passages(Question::answers, Question.Answer::body)
                        .tenant(Question::tenant)
                        .apply(env.fromData(all));

        DataStream<String> told =
                Reranking.failures(ranked)
                        .map(r -> r.value().id() + " " + r.reason() + " " + r.message());
        List<String> lines = collected(told.union(ranked.map(r -> r.value().id() + " ranked")));

        assertThat(lines)
                .containsExactlyInAnyOrder(
                        "1 MISSING_FIELD query is null",
                        "2 MISSING_FIELD passages is null",
                        "3 NO_DOCUMENTS passages must hold at least one passage",
                        "4 MISSING_FIELD passages[1] is null",
                        "5 MISSING_FIELD passages[1] is null",
                        "6 TEXT_TOO_LONG passages[0] has 10000000 characters; the limit is 100000"
                                + " (maxTextChars)",
                        "7 TEXT_TOO_LONG query has 10000000 characters; the limit is 100000"
                                + " (maxTextChars)",
                        "8 INVALID_TEXT passages[0] holds half a surrogate pair (\\ud83d) at"
                                + " character 0",
                        "9 INVALID_FIELD tenant must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}",
                        "10 INVALID_FIELD query: its function threw"
                                + " java.lang.IllegalStateException: no query",
                        "11 SCORING_FAILED no document could be scored: " + POISONED,
                        "good ranked");
    }

    private static final String POISONED = "a pair is poisoned";

    private static String queryOrThrow(Question question) {
        if ("throw".equals(question.text())) {
            throw new IllegalStateException("no query");
        }
        return question.text();
    }

    @Test
    void aModelThatIsNotThereRejectsElementsAndEndsNoJob() throws Exception {
        DataStream<Reranked<Question>> ranked =
                Reranking.of("missing")
                        .query(Question::text)
                        .passages(Question::answers, Question.Answer::body)
                        .apply(env.fromData(Question.of("1", "q", "a")));

        List<Rejected<Question>> failed = collected(Reranking.failures(ranked));

        assertThat(failed).extracting(Rejected::reason).containsExactly(ReasonCode.SCORING_FAILED);
        assertThat(failed.get(0).message()).contains("missing");
    }

    @Test
    void twoOfOneJobShareTheEngine() throws Exception {
        DataStream<Question> questions = env.fromData(Question.of("1", "q", "a", "aa"));
        DataStream<String> first =
                reranking().topN(1).uid("one").apply(questions).map(r -> "one " + indexes(r));
        DataStream<String> second =
                reranking().uid("two").apply(questions).map(r -> "two " + indexes(r));

        assertThat(collected(first.union(second)))
                .containsExactlyInAnyOrder("one [1]", "two [1, 0]");
    }

    private static List<Integer> indexes(Reranked<?> ranked) {
        return ranked.passages().stream().map(RankedPassage::index).toList();
    }

    @Test
    void tenantsRoutesDeadlinesAndUsage() throws Exception {
        DataStream<Question> questions =
                env.fromData(
                        Question.ofTenant("acme", "1", "en", "q", "a", "aa"),
                        Question.ofTenant("acme", "2", "zh", "q", "a", "aa"),
                        Question.ofTenant("plain", "3", "en", "q", "a", "aa"),
                        Question.ofTenant("unknown", "4", "en", "q", "a", "aa"));
        DataStream<Reranked<Question>> ranked =
                reranking()
                        .tenant(Question::tenant)
                        .deadline(q -> Duration.ofMillis(q.patienceMs()))
                        .attribute("language", Question::language)
                        .tenant(
                                "acme",
                                acme ->
                                        acme.topN(1)
                                                .version(3)
                                                .weight(2)
                                                .route(
                                                        "chinese",
                                                        "language",
                                                        List.of("zh", "ja"),
                                                        zh -> zh.model(Reranking.NO_MODEL)))
                        .tenant("plain", plain -> plain.minScore(1.5))
                        .unknownTenants(UnknownTenant.REJECT)
                        .apply(questions);

        DataStream<String> told =
                ranked.map(
                                r ->
                                        r.value().id()
                                                + " "
                                                + r.status()
                                                + " "
                                                + r.ranking().route()
                                                + " "
                                                + r.ranking().configVersion()
                                                + " "
                                                + indexes(r))
                        .union(
                                Reranking.failures(ranked)
                                        .map(r -> r.value().id() + " " + r.message()),
                                Reranking.usage(ranked).map(u -> u.tenant() + " " + u.pairs()));

        assertThat(collected(told))
                .containsExactlyInAnyOrder(
                        "1 RANKED null 3 [1]",
                        "2 PASSTHROUGH chinese 3 [0]",
                        "3 RANKED null 0 [1]",
                        "4 tenant \"unknown\" is not configured",
                        "acme 2",
                        "acme 0",
                        "plain 2");
    }

    @Test
    void aDeadlineBeyondTheTenantsIsRejected() throws Exception {
        DataStream<Reranked<Question>> ranked =
                reranking()
                        .deadline(Duration.ofSeconds(5))
                        .deadline(q -> Duration.ofMillis(q.patienceMs()))
                        .apply(env.fromData(Question.of("1", "q", "a")));

        assertThat(collected(Reranking.failures(ranked)))
                .extracting(Rejected::message)
                .containsExactly("deadline_ms must not exceed the tenant's (5000), but is 60000");
    }

    @Test
    void aDeadlineThatPassesEndsAsTheTenantWants() throws Exception {
        DataStream<Question> questions = env.fromData(Question.of("1", "q", "a", "aa"));
        Duration soon = Duration.ofMillis(20);
        DataStream<Reranked<Question>> passing =
                reranking().deadline(soon).uid("passing").apply(questions);
        DataStream<Reranked<Question>> refusing =
                reranking()
                        .deadline(soon)
                        .onTimeout(Fallback.DEAD_LETTER)
                        .uid("refusing")
                        .apply(questions);

        LengthScorer.hold();
        try {
            assertThat(
                            collected(
                                    passing.map(r -> r.status() + " " + indexes(r))
                                            .union(
                                                    Reranking.failures(refusing)
                                                            .map(r -> r.reason().name()))))
                    .containsExactlyInAnyOrder("TIMED_OUT [0, 1]", "TIMED_OUT");
        } finally {
            LengthScorer.release();
        }
    }

    @Test
    void theFirstStageTakesPart() throws Exception {
        Question question =
                new Question(
                        "1",
                        null,
                        null,
                        "q",
                        List.of(new Question.Answer("a", 9.0), new Question.Answer("aa", 1.0)),
                        1);
        List<Reranked<Question>> ranked =
                collected(
                        Reranking.of("length")
                                .query(Question::text)
                                .passages(
                                        Question::answers,
                                        Question.Answer::body,
                                        Question.Answer::bm25)
                                .fusion(Fusion.Z_SUM)
                                .fusionWeight(0.9)
                                .apply(env.fromData(question)));

        assertThat(indexes(ranked.get(0))).containsExactly(0, 1);
        assertThat(ranked.get(0).passages().get(0).modelScore()).isEqualTo(1f);
    }

    @Test
    void twoConfigurationsAreInterleaved() throws Exception {
        Reranked<Question> ranked =
                collected(
                                reranking()
                                        .id(Question::id)
                                        .interleave("order", o -> o.model(Reranking.NO_MODEL))
                                        .apply(env.fromData(Question.of("1", "q", "a", "aa"))))
                        .get(0);

        assertThat(ranked.ranking().interleaved()).isEqualTo("order");
        assertThat(ranked.passages())
                .extracting(RankedPassage::team)
                .containsExactlyInAnyOrder("A", "B");
    }

    @Test
    void inOrderResultsKeepTheOrderOfTheInput() throws Exception {
        List<Question> questions =
                IntStream.range(0, 200)
                        .mapToObj(i -> Question.of("" + i, "q", "a".repeat(1 + i * 37 % 100)))
                        .toList();
        env.setParallelism(1);

        List<Reranked<Question>> ranked =
                collected(
                        reranking()
                                .execution(Execution.defaults().withOrder(true).withCapacity(16))
                                .apply(env.fromData(questions)));

        assertThat(ranked).extracting(Reranked::value).containsExactlyElementsOf(questions);
    }

    @Test
    void batchJobsRankTheSame() throws Exception {
        env.setRuntimeMode(RuntimeExecutionMode.BATCH);

        List<Reranked<Question>> ranked =
                collected(reranking().apply(env.fromData(Question.of("1", "q", "a", "aa"))));

        assertThat(ranked).extracting(RerankingITCase::indexes).containsExactly(List.of(1, 0));
    }

    @Test
    void resultsKeepTheOrderOfTheInputWhereThatIsAsked() throws Exception {
        List<Question> questions =
                IntStream.range(0, 200)
                        .mapToObj(i -> Question.of("" + i, "q", "a", "a".repeat(1 + i % 7)))
                        .toList();
        DataStream<Reranked<Question>> ranked =
                reranking()
                        .execution(Execution.defaults().withOrder(true))
                        .apply(env.fromData(questions));

        assertThat(collected(ranked))
                .extracting(Reranked::value)
                .containsExactlyElementsOf(questions);
    }

    /** Configs that were refused leave by the side; the last good one holds. */
    @Test
    void configsComeWhileTheJobRuns() throws Exception {
        DataStream<TenantChange> changes =
                env.fromData(
                        new TenantChange("acme", "{\"version\": 2, \"top_n\": 1}"),
                        new TenantChange("acme", "{\"version\": 1}"),
                        new TenantChange("acme", "{\"version\": 3, \"topn\": 1}"));
        DataStream<Reranked<Question>> ranked =
                reranking()
                        .tenant(Question::tenant)
                        .unknownTenants(UnknownTenant.REJECT)
                        .tenant("other", other -> other.onFailure(Fallback.PASSTHROUGH))
                        .configs(changes)
                        .apply(env.fromData(Question.ofTenant("other", "1", "en", "q", "a", "aa")));

        DataStream<String> told =
                ranked.map(r -> r.value().id() + " " + indexes(r))
                        .union(
                                Reranking.refusedConfigs(ranked)
                                        .map(r -> r.reason() + " " + r.value().config()));

        assertThat(collected(told))
                .containsExactlyInAnyOrder(
                        "1 [1, 0]",
                        "STALE_CONFIG {\"version\": 1}",
                        "INVALID_CONFIG {\"version\": 3, \"topn\": 1}");
    }

    @Test
    void pairsAreScored() throws Exception {
        DataStream<Question> pairs =
                env.fromData(
                        Question.ofTenant("t", "1", "abc", "q"),
                        Question.ofTenant("t", "2", null, "q"),
                        Question.ofTenant("t", "3", LengthScorer.POISON, "q"));
        DataStream<Scored<Question>> scored =
                Scoring.of("length")
                        .pair(Question::text, Question::language)
                        .tenant(Question::tenant)
                        .apply(pairs);

        DataStream<String> told =
                scored.map(s -> s.value().id() + " " + s.score())
                        .union(
                                Scoring.failures(scored)
                                        .map(r -> r.value().id() + " " + r.message()),
                                Scoring.usage(scored).map(UsageEntry::status));

        List<String> lines = collected(told);
        lines.sort(Comparator.naturalOrder());
        assertThat(lines)
                .containsExactly(
                        "1 3.0",
                        "2 passage is null",
                        "3 no document could be scored: " + POISONED,
                        "DEAD_LETTER",
                        "RANKED");
    }
}
