package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.job.terminal.SafeText;
import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.operators.deadletter.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Counts the dead letters and lists the newest. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "Count dead letters by reason and tenant, and list the newest.",
            "The topic is read to its present end; no consumer group is joined."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:bad input or usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank dead-letters list --config stream.yaml",
            "  ./rerank dead-letters list --config stream.yaml --reason TIMED_OUT,THROTTLED \\",
            "      --tenant acme --since 2026-01-31T12:00:00Z --limit 100"
        })
public final class ListLettersCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private LetterOptions options;

    @Mixin private FilterOptions filters;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "List the newest N one by one. Default: ${DEFAULT-VALUE}.")
    private int limit;

    private record Listing(List<LetterCounts.Row> counts, List<LetterView> letters, long others) {}

    @Override
    public Integer call() throws IOException {
        if (limit < 0) {
            throw new IllegalArgumentException("--limit must be 0 or more, but is " + limit);
        }
        Listing listing = list(filters.filter());
        PrintWriter out = spec.commandLine().getOut();
        out.print(options.isJson() ? LetterJson.of(listing) + "\n" : text(listing));
        out.flush();
        return 0;
    }

    private Listing list(LetterFilter filter) throws IOException {
        LetterCounts counts = new LetterCounts();
        NewestLetters newest = new NewestLetters(limit);
        Map<LetterId, Instant> sent = new HashMap<>();
        long[] others = {0};
        try (LetterTopic topic = LetterTopic.open(options.config())) {
            topic.read(
                    topic.committed(),
                    new LetterTopic.Reader() {
                        @Override
                        public void letter(StoredLetter letter) {
                            if (filter.takes(letter)) {
                                counts.letter(letter);
                                newest.letter(letter);
                            }
                        }

                        @Override
                        public void sentAgain(LetterId letter, Instant time) {
                            counts.sentAgain(letter);
                            sent.put(letter, time);
                        }

                        @Override
                        public void other() {
                            others[0]++;
                        }
                    });
        }
        List<LetterView> letters =
                newest.letters().stream()
                        .map(letter -> LetterView.of(letter, sent.get(letter.id())))
                        .toList();
        return new Listing(counts.rows(), letters, others[0]);
    }

    private static String text(Listing listing) {
        StringBuilder text = new StringBuilder();
        if (listing.counts().isEmpty()) {
            text.append("no dead letters\n");
        } else {
            text.append(LetterCounts.table(listing.counts()));
        }
        if (!listing.letters().isEmpty()) {
            text.append('\n').append(table(listing.letters()));
        }
        if (listing.others() > 0) {
            text.append(
                    "\nrecords of the topic that are no dead letters: %d%n"
                            .formatted(listing.others()));
        }
        return text.toString();
    }

    private static TextTable table(List<LetterView> letters) {
        TextTable table =
                new TextTable(
                        "letter", "time", "reason", "tenant", "request", "sent again", "message");
        for (LetterView letter : letters) {
            Failure failure = letter.failure();
            table.row(
                    letter.letter(),
                    letter.time() == null ? "" : letter.time().toString(),
                    cell(failure.code()),
                    cell(failure.tenant()),
                    cell(failure.requestId()),
                    letter.sentAgain() == null ? "no" : "yes",
                    cell(failure.message()));
        }
        return table;
    }

    private static String cell(@Nullable String text) {
        return text == null ? "" : SafeText.of(text);
    }
}
