package dev.flinkreranker.workbench.clicks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.workbench.clicks.ClickJoin.ViewedResult;
import dev.flinkreranker.workbench.replay.input.InputProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts of the events, by their own times and whatever their order. */
class ClickJoinTest {

    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    /** Long after, so that no window of the others is open. */
    private static final String LAST = event("view", "other", "x", 600, 1);

    @TempDir Path directory;

    private final List<ViewedResult> joined = new ArrayList<>();
    private final List<InputProblem> problems = new ArrayList<>();

    private static String event(String action, String query, String document, int minute, int at) {
        return "{\"action_name\": \"%s\", \"query_id\": \"%s\", \"timestamp\": \"%s\", \"event_attributes\": {\"object\": {\"object_id\": \"%s\"}, \"position\": {\"ordinal\": %d}}}"
                .formatted(action, query, NOON.plusSeconds(60L * minute), document, at);
    }

    private static String result(String request, String... documents) {
        List<String> lines = new ArrayList<>();
        for (String document : documents) {
            lines.add(
                    "{\"index\": %d, \"id\": \"%s\", \"relevance_score\": 1}"
                            .formatted(lines.size(), document));
        }
        return "{\"request_id\": \"%s\", \"tenant\": \"t\", \"status\": \"RANKED\", \"query\": \"q\", \"results\": [%s]}"
                .formatted(request, String.join(",", lines));
    }

    private JoinTally join(List<String> events, String... results) throws IOException {
        Path eventFile = Files.write(directory.resolve("events"), events);
        Path resultFile = Files.write(directory.resolve("results"), List.of(results));
        joined.clear();
        problems.clear();
        return new ClickJoin(Duration.ofMinutes(30), 2, problems::add)
                .join(List.of(eventFile), List.of(resultFile), joined::add);
    }

    @Test
    void everyClickHasItsFateInWhateverOrderTheEventsCome() throws IOException {
        List<String> events =
                new ArrayList<>(
                        List.of(
                                event("view", "r", "a", 0, 1),
                                event("view", "r", "b", 0, 5),
                                event("view", "r", "c", 0, 3),
                                event("click", "r", "a", 30, 1),
                                event("click", "r", "a", 29, 1),
                                event("click", "r", "b", 31, 5),
                                event("click", "r", "d", 1, 4),
                                event("click", "r", "zzz", 1, 9),
                                event("click", "gone", "a", 1, 1),
                                event("view", "young", "a", 580, 1),
                                event("click", "young", "a", 590, 1),
                                LAST));
        for (int seed = 0; seed < 5; seed++) {
            Collections.shuffle(events, new Random(seed));

            JoinTally tally =
                    join(events, result("r", "a", "b", "c", "d"), result("young", "a", "b"));

            assertThat(joined)
                    .singleElement()
                    .satisfies(
                            request ->
                                    assertThat(request.viewed())
                                            .containsExactly(
                                                    new ViewedDocument("a", 0, 1, true),
                                                    new ViewedDocument("b", 1, 5, false),
                                                    new ViewedDocument("c", 2, 3, false)));
            for (ClickFate fate : ClickFate.values()) {
                assertThat(tally.clicks(fate)).as(fate.name()).isEqualTo(1);
            }
            assertThat(tally.events()).isEqualTo(12);
            assertThat(tally.results()).isEqualTo(2);
            assertThat(tally.viewedResults()).isEqualTo(1);
            assertThat(problems).isEmpty();
        }
    }

    @Test
    void aViewOfThePageStandsForTheFirstDocuments() throws IOException {
        join(
                List.of(
                        "{\"action_name\": \"view\", \"query_id\": \"r\"}",
                        "{\"request_id\": \"r\", \"id\": \"b\", \"clicked\": true}"),
                result("r", "a", "b", "c"));

        assertThat(joined.get(0).viewed())
                .containsExactly(
                        new ViewedDocument("a", 0, 1, false), new ViewedDocument("b", 1, 2, true));
    }

    @Test
    void theEarliestViewSaysWhereADocumentStood() throws IOException {
        join(
                List.of(event("view", "r", "a", 5, 7), event("view", "r", "a", 2, 3), LAST),
                result("r", "a"));

        assertThat(joined.get(0).viewed()).containsExactly(new ViewedDocument("a", 0, 3, false));
    }

    @Test
    void aSecondResultOfARequestCountsNothingTwice() throws IOException {
        JoinTally tally =
                join(
                        List.of("{\"request_id\": \"r\", \"id\": \"a\", \"clicked\": true}"),
                        result("r", "a"),
                        result("r", "a"));

        assertThat(joined).hasSize(1);
        assertThat(tally.clicks(ClickFate.COUNTED)).isEqualTo(1);
    }

    @Test
    void badLinesAreListedAndTheRestIsJoined() throws IOException {
        JoinTally tally =
                join(
                        List.of(
                                "{\"action_name\": \"click\", \"query_id\": \"r\"}",
                                " \t",
                                "{\"request_id\": \"r\", \"id\": \"a\", \"clicked\": false}"),
                        "{]",
                        "{\"request_id\": \"s\", \"results\": [{\"index\": 0}]}",
                        "null",
                        "{}",
                        result("r", "a"));

        assertThat(joined).hasSize(1);
        assertThat(tally.problems()).isEqualTo(5);
        assertThat(problems)
                .extracting(problem -> problem.line() + " " + problem.reason())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("1 a click names no"),
                        line -> assertThat(line).startsWith("1 not a result"),
                        line -> assertThat(line).startsWith("2 a document of the result has no id"),
                        line -> assertThat(line).startsWith("3 not a result"),
                        line -> assertThat(line).startsWith("4 not a result"));
    }
}
