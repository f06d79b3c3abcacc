package dev.flinkreranker.workbench.clicks;

import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.workbench.clicks.ClickEvent.Action;
import dev.flinkreranker.workbench.replay.input.BadLineException;
import dev.flinkreranker.workbench.replay.input.InputProblem;
import dev.flinkreranker.workbench.replay.input.LineReader;
import dev.flinkreranker.workbench.replay.input.ResultLine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Joins events to the results that people saw, by the request's id. What counts is decided by the
 * events' own times, so the order in which they came does not matter:
 *
 * <ul>
 *   <li>A document was shown where a view says so; a view without document stands for the first
 *       {@code shown} of the result. Of several views the earliest counts.
 *   <li>A click counts once for a request and document that was viewed, if it came no later than
 *       {@code window} after the view.
 *   <li>A view that is younger than {@code window} at the last event is left out, with its clicks:
 *       some may not have come yet.
 *   <li>Events without a time are neither late nor young.
 * </ul>
 *
 * <p>The events are kept in memory, the results are not.
 */
final class ClickJoin {
    private final Duration window;
    private final int shown;
    private final Problems problems;
    private final JoinTally tally = new JoinTally();
    private final Map<String, List<ClickEvent>> events = new HashMap<>();
    private Instant last = Instant.MIN;

    /**
     * A result and what its reader was shown of it.
     *
     * @param result as the stream wrote it
     * @param viewed at least one document, in the order of the result
     */
    record ViewedResult(RankedResult result, List<ViewedDocument> viewed) {}

    /** Takes the lines that cannot be read. */
    @FunctionalInterface
    interface Problems {
        void add(InputProblem problem) throws IOException;
    }

    /**
     * @param window how long after its view a click counts
     * @param shown documents that a view of the whole page stands for
     * @param problems is told every line that cannot be read
     */
    ClickJoin(Duration window, int shown, Problems problems) {
        this.window = window;
        this.shown = shown;
        this.problems = problems;
    }

    /**
     * Joins files.
     *
     * @param joined takes the results of which something was viewed, in their order
     */
    JoinTally join(List<Path> eventFiles, List<Path> resultFiles, Consumer<ViewedResult> joined)
            throws IOException {
        ClickEventReader reader = new ClickEventReader();
        read(
                eventFiles,
                line -> {
                    tally.event();
                    reader.read(line).forEach(this::add);
                });
        ClickRules rules = new ClickRules(window, shown, last);
        read(
                resultFiles,
                line -> {
                    RankedResult result = result(line);
                    tally.result();
                    List<ClickEvent> own = events.remove(result.requestId());
                    List<ViewedDocument> viewed =
                            own == null
                                    ? List.of()
                                    : new ViewedPage(result, own, rules).viewed(tally);
                    if (!viewed.isEmpty()) {
                        tally.viewed();
                        joined.accept(new ViewedResult(result, viewed));
                    }
                });
        events.values()
                .forEach(
                        orphans ->
                                orphans.stream()
                                        .filter(event -> event.action() == Action.CLICK)
                                        .forEach(event -> tally.click(ClickFate.UNKNOWN_REQUEST)));
        return tally;
    }

    private void add(ClickEvent event) {
        events.computeIfAbsent(event.request(), request -> new ArrayList<>(2)).add(event);
        if (event.time() != null && event.time().isAfter(last)) {
            last = event.time();
        }
    }

    private static RankedResult result(byte[] line) throws BadLineException {
        RankedResult result = ResultLine.decode(line);
        if (result == null || result.requestId() == null) {
            throw new BadLineException("not a result: request_id or results is missing");
        }
        if (result.results().stream().anyMatch(document -> document.id() == null)) {
            throw new BadLineException(
                    "a document of the result has no id, by which its clicks are known");
        }
        return result;
    }

    @FunctionalInterface
    private interface LineTaker {
        void take(byte[] line) throws BadLineException;
    }

    private void read(List<Path> files, LineTaker taker) throws IOException {
        for (Path file : files) {
            try (LineReader lines = LineReader.open(file)) {
                while (lines.next()) {
                    try {
                        if (lines.fault() != null) {
                            throw new BadLineException(lines.fault());
                        }
                        if (!lines.isBlank()) {
                            taker.take(lines.bytes());
                        }
                    } catch (BadLineException e) {
                        tally.problem();
                        problems.add(
                                new InputProblem(file.toString(), lines.number(), e.getMessage()));
                    }
                }
            }
        }
    }
}
