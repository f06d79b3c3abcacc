package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.plan.ReplayRound;
import dev.flinkreranker.workbench.replay.scoring.ReplayRow;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a replay in the order of the input, with an outcome for each of a plan's
 * configurations, whichever round has scored it.
 */
public final class ReplayRows implements Closeable {
    private final List<RowMerge> rounds = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();

    /** Where a configuration's outcomes stand. */
    private record Column(int round, int index) {}

    private ReplayRows() {}

    /** Opens the rows of all rounds that the plan needs; they must have ended. */
    public static ReplayRows open(ReplayPlan plan, ReplayDirectory directory) throws IOException {
        ReplayRows rows = new ReplayRows();
        try {
            List<ReplayRound> rounds = directory.rounds(plan);
            for (ReplayRound round : rounds) {
                rows.rounds.add(new RowMerge(round.rowFiles()));
            }
            for (ReplayConfiguration configuration : plan.configurations()) {
                rows.columns.add(column(configuration, rounds));
            }
            return rows;
        } catch (IOException e) {
            rows.close();
            throw e;
        }
    }

    private static Column column(ReplayConfiguration configuration, List<ReplayRound> rounds) {
        for (int i = 0; i < rounds.size(); i++) {
            int index = rounds.get(i).indexOf(configuration);
            if (index >= 0) {
                return new Column(i, index);
            }
        }
        throw new IllegalStateException(configuration.name() + " was never scored");
    }

    /** The next row; null at the end. What one round could not replay is a problem. */
    public @Nullable ReplayRow next() throws IOException {
        List<ReplayRow> parts = new ArrayList<>(rounds.size());
        for (RowMerge round : rounds) {
            ReplayRow part = round.next();
            if (!parts.isEmpty() && !isSameLine(part, parts.get(0))) {
                throw new IllegalStateException("two rounds of a replay differ in their lines");
            }
            parts.add(part);
        }
        ReplayRow first = parts.get(0);
        if (first == null) {
            return null;
        }
        for (ReplayRow part : parts) {
            if (part.problem() != null) {
                return part;
            }
        }
        return first.with(
                columns.stream()
                        .map(column -> parts.get(column.round()).outcomes().get(column.index()))
                        .toList());
    }

    /** How large the rows are. */
    long bytes() {
        return rounds.stream().mapToLong(RowMerge::bytes).sum();
    }

    /** About how much of that has been read. */
    long bytesRead() {
        return rounds.stream().mapToLong(RowMerge::bytesRead).sum();
    }

    private static boolean isSameLine(@Nullable ReplayRow a, @Nullable ReplayRow b) {
        return a == null || b == null
                ? a == b
                : a.file() == b.file()
                        && a.line() == b.line()
                        && (a.problem() != null
                                || b.problem() != null
                                || Objects.equals(a.request(), b.request()));
    }

    @Override
    public void close() throws IOException {
        for (RowMerge round : rounds) {
            round.close();
        }
    }
}
