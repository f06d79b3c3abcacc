package dev.flinkreranker.workbench.replay;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.RunReader;
import dev.flinkreranker.workbench.replay.input.InputProblem;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.input.ProblemLog;
import dev.flinkreranker.workbench.replay.outcome.ReplayEvaluation;
import dev.flinkreranker.workbench.replay.scoring.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines and passages that cannot be replayed. */
class ReplayProblemsITCase {

    @TempDir Path directory;

    private ReplayRun run;

    @BeforeEach
    void log() throws IOException {
        run = ReplayRun.in(directory);
    }

    @Test
    void badLinesAreListedWithTheirNumbersAndTheRestIsReplayed() throws Exception {
        Path log = badLog();
        Path empty = Files.createFile(run.directory().resolve("empty.jsonl"));
        Path cut = run.directory().resolve("cut.jsonl.gz");
        byte[] whole = Files.readAllBytes(run.files().get(0));
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));

        ReplayEvaluation.Answer outcome =
                run.replay("skip", List.of(log, empty, cut), 2, OnProblem.SKIP);

        List<InputProblem> problems =
                ProblemLog.read(run.directory().resolve("skip/problems.jsonl"));
        assertThat(problems).hasSize(9);
        assertThat(problems)
                .extracting(p -> Path.of(p.source()).getFileName() + ":" + p.line())
                .startsWith("bad.jsonl:2", "bad.jsonl:3", "bad.jsonl:4", "bad.jsonl:6")
                .contains("bad.jsonl:7", "bad.jsonl:8", "bad.jsonl:10", "empty.jsonl:1");
        assertThat(problems.get(8).source()).endsWith("cut.jsonl.gz");
        assertThat(problems.get(8).reason()).contains("cannot be read further");
        assertThat(outcome.data().problemCount()).isEqualTo(9);
        Run ranked = RunReader.read(run.directory().resolve("skip/runs/layer-12.trec"));
        assertThat(ranked.queries()).contains("q1000", "q1001", "q1002", "q0");
    }

    @Test
    void stopsAtTheFirstBadLineWhenAskedTo() throws Exception {
        Path log = badLog();

        assertThatThrownBy(() -> run.replay("stop", List.of(log), 1, OnProblem.STOP))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith(log + ":2: ");
    }

    @Test
    void aPassageThatCannotBeScoredStaysLastAndGetsNoScore() throws Exception {
        Path log =
                SampleLog.write(
                        run.directory().resolve("poison.jsonl"),
                        List.of(
                                "{\"request_id\":\"a\",\"query\":\"cell\",\"documents\":[\"poison"
                                        + " cell\",\"gene\",\"cell\"]}"));

        run.replay("poison", List.of(log), 1, OnProblem.SKIP);

        assertThat(Files.readString(run.directory().resolve("poison/results/layer-12.jsonl")))
                .contains("{\"index\":0,\"relevance_score\":null,\"error\":\"poison in pair 0\"}");
        Run ranked = RunReader.read(run.directory().resolve("poison/runs/layer-12.trec"));
        assertThat(ranked.ranking("a")).extracting(p -> p.id()).containsExactly("2", "1", "0");
    }

    private Path badLog() throws IOException {
        Path log = run.directory().resolve("bad.jsonl");
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
                json("{'request_id':'a b','query':'q','documents':"
                                + "[{'id':'c d','text':'a'},{'id':'c%20d','text':'b'}]}")
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
}
