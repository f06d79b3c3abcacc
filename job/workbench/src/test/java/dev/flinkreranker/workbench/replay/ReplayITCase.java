package dev.flinkreranker.workbench.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.TeamDraft;
import dev.flinkreranker.operators.result.TeamDraft.Pick;
import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.workbench.evaluation.Measure;
import dev.flinkreranker.workbench.evaluation.Run;
import dev.flinkreranker.workbench.evaluation.RunReader;
import dev.flinkreranker.workbench.evaluation.ScoredPassage;
import dev.flinkreranker.workbench.replay.input.InputProblem;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.input.ProblemLog;
import dev.flinkreranker.workbench.replay.outcome.ReplayEvaluation;
import dev.flinkreranker.workbench.replay.outcome.ReplayEvaluation.Question;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.BadInputException;
import dev.flinkreranker.workbench.replay.scoring.ReplayFailedException;
import dev.flinkreranker.workbench.replay.scoring.WordOverlapModels;
import java.io.IOException;
import java.io.Serial;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ReplayITCase {
    private static final Duration OFTEN = Duration.ofMillis(100);

    @TempDir Path directory;

    private List<Path> files;

    @BeforeEach
    void log() throws IOException {
        files = SampleLog.twoFiles(Files.createDirectory(directory.resolve("log")));
    }

    @Test
    void theSameInputGivesTheSameBytesAtAnyParallelism() throws Exception {
        replay("one", files, 1, OnProblem.SKIP);
        replay("three", files, 3, OnProblem.SKIP);

        Map<String, String> one = outputs("one");
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
        assertThat(outputs("three")).isEqualTo(one);
        Run run = RunReader.read(directory.resolve("one/runs/layer-8.trec"));
        assertThat(run.queries()).hasSize(300).startsWith("q0", "q1").endsWith("q299");
        assertThat(run.ranking("q7")).hasSize(12);
    }

    @Test
    void aFusedConfigurationIsRankedAsItsResultsAreAndNeedsTheScoresOfTheFirstStage()
            throws Exception {
        String unscored =
                "{\"request_id\":\"u\",\"query\":\"q\",\"documents\":[{\"id\":\"a\",\"text\":\"b\"}]}";
        Path log =
                SampleLog.write(
                        directory.resolve("scored.jsonl"),
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
        ReplayDirectory target = new ReplayDirectory(directory.resolve("fused"));
        target.adopt(plan);
        new Replay(plan, target, new WordOverlapModels(), OFTEN).run(question(null), List.of());

        assertThat(ProblemLog.read(target.file("problems.jsonl")))
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.line()).isEqualTo(2);
                            assertThat(problem.reason())
                                    .startsWith("documents[0].score is missing: fusion z_sum");
                        });
        List<List<String>> orders = new ArrayList<>();
        for (String name : List.of("alone", "fused")) {
            Run run = RunReader.read(target.run(name));
            for (String line : Files.readAllLines(target.result(name))) {
                RankedResult result = ResultCodec.decode(line.getBytes(StandardCharsets.UTF_8));
                List<String> ids = result.results().stream().map(d -> d.id().asText()).toList();
                assertThat(run.ranking(result.requestId()))
                        .extracting(ScoredPassage::id)
                        .isEqualTo(ids);
                orders.add(ids);
            }
        }
        assertThat(orders).hasSize(4);
        assertThat(orders.get(2)).isNotEqualTo(orders.get(0));
    }

    @Test
    void resultsAreInterleavedByTheTeamsOfTheStream() throws Exception {
        ReplayPlan plan =
                SampleLog.plan(
                        List.of(files.get(0)),
                        2,
                        OnProblem.SKIP,
                        List.of(
                                SampleLog.configuration(
                                        "today",
                                        "{'cutoff_layers':[4],'top_n':5,'interleave':{'name':'new',"
                                                + "'settings':{'cutoff_layers':[12]}}}"),
                                SampleLog.configuration("alone", "{'cutoff_layers':[4]}"),
                                SampleLog.configuration("today-new", "{'cutoff_layers':[12]}")));
        ReplayDirectory target = new ReplayDirectory(directory.resolve("interleaved"));
        target.adopt(plan);
        new Replay(plan, target, new WordOverlapModels(), OFTEN).run(question(null), List.of());

        List<RankedResult> interleaved = results(target, "today");
        List<RankedResult> alone = results(target, "alone");
        List<RankedResult> others = results(target, "today-new");
        assertThat(interleaved).hasSize(150);
        for (int i = 0; i < interleaved.size(); i++) {
            RankedResult result = interleaved.get(i);
            // What the stream's function makes of both rankings in full.
            List<Pick> picks =
                    TeamDraft.of(result.requestId(), indexes(alone.get(i)), indexes(others.get(i)))
                            .subList(0, 5);
            assertThat(indexes(result)).isEqualTo(picks.stream().map(Pick::document).toList());
            assertThat(result.meta().interleaving().teams())
                    .isEqualTo(picks.stream().map(Pick::team).toList());
            assertThat(result.usage().pairs()).isEqualTo(24);
            assertThat(result.usage().flops())
                    .isEqualTo(alone.get(i).usage().flops() + others.get(i).usage().flops());
        }
        assertThat(Files.readString(target.run("today")).replace(" today\n", " alone\n"))
                .isEqualTo(Files.readString(target.run("alone")));
    }

    private static List<RankedResult> results(ReplayDirectory target, String name)
            throws IOException {
        List<RankedResult> results = new ArrayList<>();
        for (String line : Files.readAllLines(target.result(name))) {
            results.add(ResultCodec.decode(line.getBytes(StandardCharsets.UTF_8)));
        }
        return results;
    }

    private static List<Integer> indexes(RankedResult result) {
        return result.results().stream().map(RankedDocument::index).toList();
    }

    @Test
    void goesOnWhereAnAccidentLeftIt() throws Exception {
        WordOverlapModels.PAIRS.set(0);
        replay("undisturbed", files, 2, OnProblem.SKIP);
        ReplayPlan plan = SampleLog.plan(files, 2, OnProblem.SKIP);
        ReplayDirectory target = new ReplayDirectory(directory.resolve("disturbed"));
        target.adopt(plan);

        long all = WordOverlapModels.PAIRS.get();
        Replay breaking = new Replay(plan, target, new Breaking(), OFTEN);
        for (int accident = 0; accident < 2; accident++) {
            Breaking.DONE.set(0);
            assertThatThrownBy(() -> breaking.run(question(null), List.of()))
                    .isInstanceOf(ReplayFailedException.class)
                    .hasMessageContaining("the device is gone");
            assertThat(target.latestCheckpoint()).isPresent();
        }

        long before = WordOverlapModels.PAIRS.get();
        target.adopt(plan);
        new Replay(plan, target, new WordOverlapModels(), OFTEN).run(question(null), List.of());
        assertThat(WordOverlapModels.PAIRS.get() - before).isPositive().isLessThan(all);
        assertThat(outputs("disturbed")).isEqualTo(outputs("undisturbed"));

        // A kill after the job's end and before that was noted.
        assertThat(target.latestCheckpoint()).isEmpty();
        Files.delete(target.scored());
        new Replay(plan, target, new WordOverlapModels(), OFTEN).run(question(null), List.of());
        assertThat(outputs("disturbed")).isEqualTo(outputs("undisturbed"));
    }

    @Test
    void aKillLeavesNoTrace() throws Exception {
        Path target = directory.resolve("killed");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(KilledReplay.class.getName(), target.toString()));
        files.forEach(file -> command.add(file.toString()));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("killed.log").toFile())
                        .start();
        ReplayDirectory replay = new ReplayDirectory(target);
        while (replay.rowFiles().size() < 4 && !process.waitFor(50, TimeUnit.MILLISECONDS)) {
            assertThat(replay.scored()).doesNotExist();
        }
        // SIGKILL: nothing is closed, flushed or tidied up.
        process.destroyForcibly().waitFor();
        assertThat(replay.latestCheckpoint())
                .as(Files.readString(directory.resolve("killed.log")))
                .isPresent();
        assertThat(replay.scored()).doesNotExist();

        WordOverlapModels.PAIRS.set(0);
        replay("undisturbed", files, 2, OnProblem.SKIP);
        long all = WordOverlapModels.PAIRS.getAndSet(0);
        ReplayPlan plan = SampleLog.plan(files, 2, OnProblem.SKIP);
        assertThat(replay.adopt(plan)).isTrue();
        new Replay(plan, replay, new WordOverlapModels(), OFTEN).run(question(null), List.of());

        assertThat(outputs("killed")).isEqualTo(outputs("undisturbed"));
        assertThat(WordOverlapModels.PAIRS.get()).isLessThan(all);
    }

    @Test
    void badLinesAreListedWithTheirNumbersAndTheRestIsReplayed() throws Exception {
        Path log = badLog();
        Path empty = Files.createFile(directory.resolve("empty.jsonl"));
        Path cut = directory.resolve("cut.jsonl.gz");
        byte[] whole = Files.readAllBytes(files.get(0));
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));

        ReplayEvaluation.Answer outcome =
                replay("skip", List.of(log, empty, cut), 2, OnProblem.SKIP);

        List<InputProblem> problems = ProblemLog.read(directory.resolve("skip/problems.jsonl"));
        assertThat(problems).hasSize(9);
        assertThat(problems)
                .extracting(p -> Path.of(p.source()).getFileName() + ":" + p.line())
                .startsWith("bad.jsonl:2", "bad.jsonl:3", "bad.jsonl:4", "bad.jsonl:6")
                .contains("bad.jsonl:7", "bad.jsonl:8", "bad.jsonl:10", "empty.jsonl:1");
        assertThat(problems.get(8).source()).endsWith("cut.jsonl.gz");
        assertThat(problems.get(8).reason()).contains("cannot be read further");
        assertThat(outcome.data().problemCount()).isEqualTo(9);
        Run run = RunReader.read(directory.resolve("skip/runs/layer-12.trec"));
        assertThat(run.queries()).contains("q1000", "q1001", "q1002", "q0");
    }

    @Test
    void stopsAtTheFirstBadLineWhenAskedTo() throws Exception {
        Path log = badLog();

        assertThatThrownBy(() -> replay("stop", List.of(log), 1, OnProblem.STOP))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith(log + ":2: ");
    }

    @Test
    void aPassageThatCannotBeScoredStaysLastAndGetsNoScore() throws Exception {
        Path log =
                SampleLog.write(
                        directory.resolve("poison.jsonl"),
                        List.of(
                                "{\"request_id\":\"a\",\"query\":\"cell\",\"documents\":[\"poison"
                                        + " cell\",\"gene\",\"cell\"]}"));

        replay("poison", List.of(log), 1, OnProblem.SKIP);

        assertThat(Files.readString(directory.resolve("poison/results/layer-12.jsonl")))
                .contains("{\"index\":0,\"relevance_score\":null,\"error\":\"poison in pair 0\"}");
        Run run = RunReader.read(directory.resolve("poison/runs/layer-12.trec"));
        assertThat(run.ranking("a")).extracting(p -> p.id()).containsExactly("2", "1", "0");
    }

    @Test
    void anotherReplaysDirectoryIsRefused() throws Exception {
        ReplayDirectory target = new ReplayDirectory(directory.resolve("taken"));
        assertThat(target.adopt(SampleLog.plan(files, 1, OnProblem.SKIP))).isFalse();
        assertThat(target.adopt(SampleLog.plan(files, 1, OnProblem.SKIP))).isTrue();

        ReplayPlan other = SampleLog.plan(files.subList(0, 1), 1, OnProblem.SKIP);
        assertThatThrownBy(() -> target.adopt(other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds a replay of other input or configurations");
    }

    @Test
    void judgmentsGiveMeasuresAndUnknownQueriesAreListed() throws Exception {
        Path qrels = directory.resolve("qrels.tsv");
        List<String> lines = new ArrayList<>(List.of("query-id\tcorpus-id\tscore"));
        for (int i = 0; i < 300; i += 2) {
            lines.add("q" + i + "\td" + (i * 100 + 3) + "\t1");
        }
        lines.add("nobody\td1\t1");
        Files.write(qrels, lines);
        ReplayPlan plan = SampleLog.plan(files, 2, OnProblem.SKIP);
        ReplayDirectory target = new ReplayDirectory(directory.resolve("judged"));
        target.adopt(plan);

        ReplayEvaluation.Answer outcome =
                new Replay(plan, target, new WordOverlapModels(), OFTEN)
                        .run(question(qrels), List.of());

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
    void whatProductionAnsweredIsABaseline() throws Exception {
        replay("production", files, 2, OnProblem.SKIP);
        Path answers = directory.resolve("production/results/layer-8.jsonl");
        List<String> kept = new ArrayList<>(Files.readAllLines(answers));
        kept.set(3, "{\"cut");
        Path live = SampleLog.write(directory.resolve("live.jsonl.gz"), kept);
        ReplayPlan plan = SampleLog.plan(files, 2, OnProblem.SKIP);
        ReplayDirectory target = new ReplayDirectory(directory.resolve("production"));

        ReplayEvaluation.Answer outcome =
                new Replay(plan, target, new WordOverlapModels(), OFTEN)
                        .run(
                                new Question(
                                        null,
                                        List.of(live),
                                        Measure.DEFAULTS,
                                        "live",
                                        42,
                                        "Shadow"),
                                List.of());

        assertThat(outcome.data().configurations().get(0).name()).isEqualTo("live");
        assertThat(outcome.figures().get("layer-8").get("changed_top1")).isLessThan(1 / 299.0);
        assertThat(outcome.figures().get("layer-4").get("changed_top1")).isGreaterThan(0.1);
        assertThat(ProblemLog.read(target.file("problems.jsonl")))
                .extracting(problem -> problem.line() + " " + problem.reason().split(":")[0])
                .containsExactly("4 not a result", "4 request q3 has no live result");
    }

    private Path badLog() throws IOException {
        Path log = directory.resolve("bad.jsonl");
        List<byte[]> lines = new ArrayList<>();
        lines.add(SampleLog.line(1000, 3).getBytes());
        lines.add(SampleLog.line(1001, 3).substring(0, 40).getBytes());
        lines.add("{\"request_id\":\"x\",\"query\":\"\\\"}".getBytes());
        lines.add(new byte[] {'{', (byte) 0xff, '}'});
        lines.add(SampleLog.line(1001, 3).getBytes());
        lines.add("{\"query\":\"no id\",\"documents\":[\"a\"]}".getBytes());
        lines.add("{\"request_id\":\"none\",\"query\":\"q\",\"documents\":[]}".getBytes());
        // Two ids that would be one in a run file.
        lines.add(
                "{\"request_id\":\"a b\",\"query\":\"q\",\"documents\":[{\"id\":\"c d\",\"text\":\"a\"},{\"id\":\"c%20d\",\"text\":\"b\"}]}"
                        .getBytes());
        lines.add(" \t".getBytes());
        lines.add(SampleLog.line(1000, 3).getBytes());
        lines.add(SampleLog.line(1002, 3).getBytes());
        try (var out = Files.newOutputStream(log)) {
            for (byte[] line : lines) {
                out.write(line);
                out.write('\n');
            }
        }
        return log;
    }

    private ReplayEvaluation.Answer replay(
            String name, List<Path> input, int parallelism, OnProblem onProblem) throws Exception {
        ReplayPlan plan = SampleLog.plan(input, parallelism, onProblem);
        ReplayDirectory target = new ReplayDirectory(directory.resolve(name));
        target.adopt(plan);
        return new Replay(plan, target, new WordOverlapModels(), OFTEN)
                .run(question(null), List.of());
    }

    private static Question question(Path qrels) {
        return new Question(qrels, List.of(), Measure.DEFAULTS, "first-stage", 42, "A replay");
    }

    /** What must be equal between equal replays, by path. */
    private Map<String, String> outputs(String name) throws IOException {
        Path root = directory.resolve(name);
        Map<String, String> outputs = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String path = root.relativize(file).toString();
                if (!path.startsWith(".") && !path.matches("timing.json|report.html")) {
                    outputs.put(path, Files.readString(file));
                }
            }
        }
        return outputs;
    }

    /** Loses the device after some batches, when a checkpoint is there to go on from. */
    private static final class Breaking extends WordOverlapModels {
        @Serial private static final long serialVersionUID = 1L;

        private static final int BATCHES = 120;
        private static final AtomicInteger DONE = new AtomicInteger();

        @Override
        protected void beforeBatch() {
            LockSupport.parkNanos(4_000_000);
            if (DONE.incrementAndGet() > BATCHES) {
                throw new BrokenDeviceException("the device is gone", null);
            }
        }
    }
}
