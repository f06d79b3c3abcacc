package dev.flinkreranker.workbench.replay;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.TeamDraft;
import dev.flinkreranker.operators.result.TeamDraft.Pick;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.WordOverlapModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay of a configuration that interleaves two. */
class InterleavedReplayITCase {

    @TempDir Path directory;

    @Test
    void resultsAreInterleavedByTheTeamsOfTheStream() throws Exception {
        ReplayRun run = ReplayRun.in(directory);
        ReplayPlan plan =
                SampleLog.plan(
                        List.of(run.files().get(0)),
                        2,
                        OnProblem.SKIP,
                        List.of(
                                SampleLog.configuration(
                                        "today",
                                        json(
                                                "{'cutoff_layers':[4],'top_n':5,"
                                                        + "'interleave':{'name':'new','settings':"
                                                        + "{'cutoff_layers':[12]}}}")),
                                SampleLog.configuration("alone", json("{'cutoff_layers':[4]}")),
                                SampleLog.configuration(
                                        "today-new", json("{'cutoff_layers':[12]}"))));
        ReplayDirectory target = new ReplayDirectory(directory.resolve("interleaved"));
        target.adopt(plan);
        new Replay(plan, target, new WordOverlapModels(), ReplayRun.OFTEN)
                .run(ReplayRun.question(null), List.of());

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
}
