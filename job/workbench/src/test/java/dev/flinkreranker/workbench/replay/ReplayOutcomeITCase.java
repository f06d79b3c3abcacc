package dev.flinkreranker.workbench.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.RunReader;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import dev.flinkreranker.workbench.replay.input.InputProblem;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.input.ProblemLog;
import dev.flinkreranker.workbench.replay.outcome.ReplayEvaluation;
import dev.flinkreranker.workbench.replay.outcome.ReplayEvaluation.Question;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.WordOverlapModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replay writes, and that it follows from the input alone. */
class ReplayOutcomeITCase {

    @TempDir Path directory;

    private ReplayRun run;

    @BeforeEach
    void log() throws IOException {
        run = ReplayRun.in(directory);
    }

    @Test
    void theSameInputGivesTheSameBytesAtAnyParallelism() throws Exception {
        run.replay("one", run.files(), 1, OnProblem.SKIP);
        run.replay("three", run.files(), 3, OnProblem.SKIP);

        Map<String, String> one = run.outputs("one");
        assertThat(one.keySet())
                .containsExactlyInAnyOrder(
                        "runs/first-stage.trec",
                        "runs/layer-4.trec",
                        "runs/layer-8.trec",
                        "runs/layer-12.trec",
                        "runs/first-5.trec",
                        "results/layer-4.jsonl",
                        "results/layer-8.jsonl",
                        "results/layer-12.jsonl",
                        "results/first-5.jsonl",
                        "problems.jsonl",
                        "summary.json");
        assertThat(run.outputs("three")).isEqualTo(one);
        Run ranked = RunReader.read(run.directory().resolve("one/runs/layer-8.trec"));
        assertThat(ranked.queries()).hasSize(300).startsWith("q0", "q1").endsWith("q299");
        assertThat(ranked.ranking("q7")).hasSize(12);
    }

    @Test
    void aFusedConfigurationIsRankedAsItsResultsAreAndNeedsTheScoresOfTheFirstStage()
            throws Exception {
        String unscored =
                "{\"request_id\":\"u\",\"query\":\"q\",\"documents\":[{\"id\":\"a\",\"text\":\"b\"}]}";
        Path log =
                SampleLog.write(
                        run.directory().resolve("scored.jsonl"),
                        List.of(SampleLog.line(1, 12), unscored, SampleLog.line(2, 12)));
        ReplayPlan plan =
                SampleLog.plan(
                        List.of(log),
                        1,
                        OnProblem.SKIP,
                        List.of(
                                SampleLog.configuration("alone", "{\"cutoff_layers\":[12]}"),
                                SampleLog.configuration(
                                        "fused", "{\"cutoff_layers\":[12],\"fusion\":\"z_sum\"}")));
        ReplayDirectory target = new ReplayDirectory(run.directory().resolve("fused"));
        target.adopt(plan);
        new Replay(plan, target, new WordOverlapModels(), ReplayRun.OFTEN)
                .run(ReplayRun.question(null), List.of());

        assertThat(ProblemLog.read(target.file("problems.jsonl")))
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.line()).isEqualTo(2);
                            assertThat(problem.reason())
                                    .startsWith(
                                            "refused under fused: documents[0].score is missing:"
                                                    + " fusion z_sum");
                        });
        List<List<String>> orders = new ArrayList<>();
        for (String name : List.of("alone", "fused")) {
            Run ranked = RunReader.read(target.run(name));
            for (String line : Files.readAllLines(target.result(name))) {
                RankedResult result = ResultCodec.decode(line.getBytes(StandardCharsets.UTF_8));
                List<String> ids = result.results().stream().map(d -> d.id().asText()).toList();
                assertThat(ranked.ranking(result.requestId()))
                        .extracting(ScoredPassage::id)
                        .isEqualTo(ids);
                orders.add(ids);
            }
        }
        assertThat(orders).hasSize(4);
        assertThat(orders.get(2)).isNotEqualTo(orders.get(0));
    }

    @Test
    void judgmentsGiveMeasuresAndUnknownQueriesAreListed() throws Exception {
        Path qrels = run.directory().resolve("qrels.tsv");
        List<String> lines = new ArrayList<>(List.of("query-id\tcorpus-id\tscore"));
        for (int i = 0; i < 300; i += 2) {
            lines.add("q" + i + "\td" + (i * 100 + 3) + "\t1");
        }
        lines.add("nobody\td1\t1");
        Files.write(qrels, lines);
        ReplayPlan plan = SampleLog.plan(run.files(), 2, OnProblem.SKIP);
        ReplayDirectory target = new ReplayDirectory(run.directory().resolve("judged"));
        target.adopt(plan);

        ReplayEvaluation.Answer outcome =
                new Replay(plan, target, new WordOverlapModels(), ReplayRun.OFTEN)
                        .run(ReplayRun.question(qrels), List.of());

        assertThat(outcome.data().judgedCount()).isEqualTo(150);
        assertThat(outcome.figures().get("layer-8")).containsKeys("ndcg@10", "rbo", "ndcg@10.low");
        assertThat(ProblemLog.read(target.file("problems.jsonl")))
                .singleElement()
                .extracting(InputProblem::toString)
                .isEqualTo(qrels + ":152: query nobody was judged but not replayed");
        assertThat(outcome.data().queries()).hasSize(150);
        assertThat(outcome.data().passages()).isNotEmpty();
    }

    @Test
    void theCheapestWithinTheToleratedLossIsTaken() throws Exception {
        Path qrels = run.directory().resolve("qrels.tsv");
        List<String> lines = new ArrayList<>(List.of("query-id\tcorpus-id\tscore"));
        for (int i = 0; i < 300; i++) {
            lines.add("q" + i + "\td" + (i * 100 + 3) + "\t1");
        }
        Files.write(qrels, lines);

        Map<Double, JsonNode> decisions = new TreeMap<>();
        JsonNode summary = null;
        for (double tolerated : new double[] {0, 0.02, 1}) {
            ReplayPlan plan = SampleLog.plan(run.files(), 2, OnProblem.SKIP);
            ReplayDirectory target = new ReplayDirectory(run.directory().resolve("decided"));
            target.adopt(plan);
            new Replay(plan, target, new WordOverlapModels(), ReplayRun.OFTEN)
                    .run(
                            new Question(
                                    qrels,
                                    List.of(),
                                    Measure.DEFAULTS,
                                    "first-stage",
                                    42,
                                    "Decided",
                                    tolerated,
                                    null),
                            List.of());
            summary = new JsonMapper().readTree(target.file("summary.json").toFile());
            decisions.put(tolerated, summary.get("decision"));
        }

        // Against the figures of the same file: the best, and the cheapest that is near enough.
        for (Map.Entry<Double, JsonNode> entry : decisions.entrySet()) {
            JsonNode decision = entry.getValue();
            JsonNode best = null;
            for (JsonNode contender : summary.get("contenders")) {
                best = best == null || mean(contender) > mean(best) ? contender : best;
            }
            JsonNode cheapest = null;
            for (JsonNode contender : summary.get("contenders")) {
                if (mean(best) - mean(contender) <= entry.getKey()
                        && (cheapest == null || flops(contender) < flops(cheapest))) {
                    cheapest = contender;
                }
            }
            assertThat(decision.get("best")).isEqualTo(best.get("name"));
            assertThat(decision.get("take")).isEqualTo(cheapest.get("name"));
            assertThat(decision.get("loss").doubleValue())
                    .isCloseTo(mean(best) - mean(cheapest), within(1e-12))
                    .isBetween(
                            decision.get("low").doubleValue(), decision.get("high").doubleValue());
        }
        assertThat(decisions.get(1.0).get("take").textValue())
                .as("anything is tolerated, and the first stage costs nothing")
                .isEqualTo("first-stage");
        assertThat(decisions.values().stream().map(d -> d.get("take")).distinct())
                .hasSizeGreaterThan(1);
    }

    private static double mean(JsonNode contender) {
        return contender.get("measures").get("ndcg@10").doubleValue();
    }

    private static double flops(JsonNode contender) {
        return contender.path("flops").asDouble(0);
    }

    @Test
    void whatProductionAnsweredIsABaseline() throws Exception {
        run.replay("production", run.files(), 2, OnProblem.SKIP);
        Path answers = run.directory().resolve("production/results/layer-8.jsonl");
        List<String> kept = new ArrayList<>(Files.readAllLines(answers));
        kept.set(3, "{\"cut");
        Path live = SampleLog.write(run.directory().resolve("live.jsonl.gz"), kept);
        ReplayPlan plan = SampleLog.plan(run.files(), 2, OnProblem.SKIP);
        ReplayDirectory target = new ReplayDirectory(run.directory().resolve("production"));

        ReplayEvaluation.Answer outcome =
                new Replay(plan, target, new WordOverlapModels(), ReplayRun.OFTEN)
                        .run(
                                new Question(
                                        null,
                                        List.of(live),
                                        Measure.DEFAULTS,
                                        "live",
                                        42,
                                        "Shadow",
                                        0.01,
                                        null),
                                List.of());

        assertThat(outcome.data().configurations().get(0).name()).isEqualTo("live");
        assertThat(outcome.figures().get("layer-8").get("changed_top1")).isLessThan(1 / 299.0);
        assertThat(outcome.figures().get("layer-4").get("changed_top1")).isGreaterThan(0.1);
        assertThat(ProblemLog.read(target.file("problems.jsonl")))
                .extracting(problem -> problem.line() + " " + problem.reason().split(":")[0])
                .containsExactly("4 not a result", "4 request q3 has no live result");
    }
}
