package dev.flinkreranker.workbench.replay.input;

/**
 * A line that cannot be replayed.
 *
 * @param source the file
 * @param line its number from 1
 * @param reason one line for a person
 */
public record InputProblem(String source, long line, String reason) {
    /** As compilers print it. */
    @Override
    public String toString() {
        return source + ":" + line + ": " + reason;
    }
}
