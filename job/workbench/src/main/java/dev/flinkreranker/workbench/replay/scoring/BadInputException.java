package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.workbench.replay.input.InputProblem;
import java.io.Serial;

/** A line cannot be replayed and the replay was asked to stop there. */
public final class BadInputException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    /** With the line that stopped it. */
    public BadInputException(InputProblem problem) {
        super(problem.toString());
    }
}
