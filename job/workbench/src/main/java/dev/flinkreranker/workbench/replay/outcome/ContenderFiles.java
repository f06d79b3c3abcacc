package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.evaluation.trec.RunWriter;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.scoring.ReplayRow;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The run file of a contender and, where the replay scored for it, its results. */
final class ContenderFiles implements Closeable {
    private final BufferedWriter runText;
    private final RunWriter run;
    private final @Nullable BufferedWriter results;

    ContenderFiles(ReplayDirectory directory, Contender contender) throws IOException {
        this.runText = open(directory.run(contender.name()));
        this.run = new RunWriter(runText, contender.name());
        this.results = contender.isScored() ? open(directory.result(contender.name())) : null;
    }

    /** Appends one request; {@code outcome} is null where nothing was scored. */
    void write(String request, CandidateOrder order, ReplayRow.@Nullable Outcome outcome)
            throws IOException {
        run.write(request, order.passages());
        if (outcome != null && outcome.result() != null) {
            results.write(outcome.result());
            results.write('\n');
        }
    }

    @Override
    public void close() throws IOException {
        runText.close();
        if (results != null) {
            results.close();
        }
    }

    private static BufferedWriter open(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.newBufferedWriter(file);
    }
}
