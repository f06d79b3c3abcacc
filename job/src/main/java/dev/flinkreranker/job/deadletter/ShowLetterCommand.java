package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.job.kafka.OffsetRange;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows dead letters wholly. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = {
            "Show a dead letter: why it is one, what to do about it, and the event itself.",
            "Control characters are escaped, and bytes that are not UTF-8 appear as \\xff."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:bad input or usage, or there is no such letter"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank dead-letters show --config stream.yaml 0:12",
            "  ./rerank dead-letters show --config stream.yaml request-7 --json"
        })
public final class ShowLetterCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private LetterOptions options;

    @Parameters(
            paramLabel = "LETTER",
            description = "PARTITION:OFFSET among the dead letters, or a request's id.")
    private String letter;

    @Override
    public Integer call() throws IOException {
        List<LetterView> views;
        try (LetterTopic topic = LetterTopic.open(options.config())) {
            views = find(topic);
        }
        if (views.isEmpty()) {
            throw new IllegalArgumentException(
                    LetterId.isOne(letter)
                            ? "there is no dead letter at " + letter
                            : "there is no dead letter of a request \"" + letter + "\"");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                options.isJson()
                        ? views.stream()
                                .map(view -> LetterJson.of(view) + "\n")
                                .collect(Collectors.joining())
                        : views.stream().map(LetterView::text).collect(Collectors.joining("\n")));
        out.flush();
        return 0;
    }

    private List<LetterView> find(LetterTopic topic) throws IOException {
        SortedMap<Integer, OffsetRange> ranges = topic.committed();
        Predicate<StoredLetter> wanted = stored -> letter.equals(stored.failure().requestId());
        if (LetterId.isOne(letter)) {
            LetterId id = LetterId.parse(letter);
            wanted = stored -> stored.id().equals(id);
            // Marks lie behind their letters.
            OffsetRange all = ranges.get(id.partition());
            ranges = new TreeMap<>();
            if (all != null && id.offset() >= all.from()) {
                ranges.put(id.partition(), new OffsetRange(id.offset(), all.to()));
            }
        }
        Predicate<StoredLetter> chosen = wanted;
        Map<LetterId, Instant> sent = new HashMap<>();
        Map<LetterId, StoredLetter> found = new TreeMap<>();
        topic.read(
                ranges,
                new LetterTopic.Reader() {
                    @Override
                    public void letter(StoredLetter stored) {
                        if (chosen.test(stored)) {
                            found.put(stored.id(), stored);
                        }
                    }

                    @Override
                    public void sentAgain(LetterId id, Instant time) {
                        sent.put(id, time);
                    }
                });
        return found.values().stream()
                .map(stored -> LetterView.of(stored, sent.get(stored.id())))
                .toList();
    }
}
