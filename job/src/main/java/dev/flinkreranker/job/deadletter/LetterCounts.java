package dev.flinkreranker.job.deadletter;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flinkreranker.job.terminal.SafeText;
import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.operators.deadletter.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts letters by reason and tenant. */
final class LetterCounts {

    private final Map<Group, Count> counts = new TreeMap<>(Group.ORDER);
    private final Map<LetterId, Count> byLetter = new HashMap<>();

    private record Group(String reason, String tenant, boolean repeatable) {
        static final Comparator<Group> ORDER =
                Comparator.comparing(Group::reason).thenComparing(Group::tenant);
    }

    private static final class Count {
        long letters;
        long sentAgain;
        @Nullable Instant first;
        @Nullable Instant last;

        void add(@Nullable Instant time) {
            letters++;
            if (time != null) {
                first = first == null || time.isBefore(first) ? time : first;
                last = last == null || time.isAfter(last) ? time : last;
            }
        }
    }

    /**
     * The letters of a reason and a tenant.
     *
     * @param reason their reason code
     * @param repeatable whether they may fare better without a change
     * @param tenant their tenant; empty where it is not known
     * @param letters how many there are
     * @param sentAgain how many of them were sent again
     * @param first time of the oldest; null when none has one
     * @param last time of the newest; null when none has one
     */
    record Row(
            String reason,
            @JsonProperty("transient") boolean repeatable,
            String tenant,
            long letters,
            long sentAgain,
            @Nullable Instant first,
            @Nullable Instant last) {}

    void letter(StoredLetter letter) {
        Failure failure = letter.failure();
        String tenant = failure.tenant() == null ? "" : failure.tenant();
        Count count =
                counts.computeIfAbsent(
                        new Group(failure.code(), tenant, failure.isTransient()),
                        group -> new Count());
        count.add(letter.time());
        byLetter.put(letter.id(), count);
    }

    void sentAgain(LetterId letter) {
        Count count = byLetter.remove(letter);
        if (count != null) {
            count.sentAgain++;
        }
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        counts.forEach(
                (group, count) ->
                        rows.add(
                                new Row(
                                        group.reason(),
                                        group.repeatable(),
                                        group.tenant(),
                                        count.letters,
                                        count.sentAgain,
                                        count.first,
                                        count.last)));
        return rows;
    }

    /** The rows for a person. */
    static TextTable table(List<Row> rows) {
        TextTable table =
                new TextTable(
                        "reason", "tenant", "letters", "sent again", "transient", "first", "last");
        for (Row row : rows) {
            table.row(
                    SafeText.of(row.reason()),
                    SafeText.of(row.tenant()),
                    Long.toString(row.letters()),
                    Long.toString(row.sentAgain()),
                    row.repeatable() ? "yes" : "no",
                    row.first() == null ? "" : row.first().toString(),
                    row.last() == null ? "" : row.last().toString());
        }
        return table;
    }
}
