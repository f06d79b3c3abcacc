package dev.flinkreranker.workbench.replay.input;

/** What happens at a line that cannot be replayed. */
public enum OnProblem {
    /** It is counted and listed, and the replay goes on. */
    SKIP,
    /** The replay ends with an error that names the line. */
    STOP
}
