package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.workbench.replay.input.InputProblem;
import dev.flinkreranker.workbench.replay.outcome.ReplayEvaluation;
import dev.flinkreranker.workbench.replay.outcome.ReplayRows;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.plan.ReplayRound;
import dev.flinkreranker.workbench.replay.scoring.BadInputException;
import dev.flinkreranker.workbench.replay.scoring.ReplayJob;
import dev.flinkreranker.workbench.replay.scoring.ReplayModels;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A whole replay: scores a plan's input, then writes runs, results, figures and the report. Started
 * again on the same directory it goes on where it was, and after the end it writes the same files
 * again without scoring. Configurations that were added are scored alone.
 *
 * @param plan what is replayed
 * @param directory where to
 * @param models opens models
 * @param checkpointInterval how often progress is secured
 */
public record Replay(
        ReplayPlan plan,
        ReplayDirectory directory,
        ReplayModels models,
        Duration checkpointInterval) {

    /**
     * Runs it.
     *
     * @param question what is asked of the rows
     * @param earlier problems found when the log was made
     */
    ReplayEvaluation.Answer run(ReplayEvaluation.Question question, List<InputProblem> earlier)
            throws IOException, BadInputException, InterruptedException {
        ReplayEvaluation evaluation = new ReplayEvaluation(plan, directory, question, earlier);
        score();
        return evaluation.run();
    }

    /**
     * Scores what is not scored yet; {@link ReplayRows} has the rows then.
     *
     * @throws BadInputException when a bad line was to stop it
     */
    public void score() throws IOException, BadInputException, InterruptedException {
        for (ReplayRound round : directory.rounds(plan)) {
            new ReplayJob(round, models, checkpointInterval).run();
        }
    }
}
