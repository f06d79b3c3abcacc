package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.job.config.JobConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends dead letters again. */
@Command(
        name = "redrive",
        mixinStandardHelpOptions = true,
        description = {
            "Send dead letters back to the topics that they came from, each exactly once: a letter that was sent is"
                    + " not sent again, whether the command is repeated, killed or run twice at once.",
            "Without --reason, only letters are taken whose failure may pass by itself."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all that was chosen is sent",
            "1:some letters cannot be sent; standard error says which and why",
            "2:bad input or usage, or it could not be finished"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank dead-letters redrive --config stream.yaml --dry-run",
            "  ./rerank dead-letters redrive --config stream.yaml --reason UNKNOWN_TENANT \\",
            "      --tenant acme",
            "  ./rerank dead-letters redrive --config stream.yaml --max-attempts 5",
            "  ./rerank dead-letters redrive --config stream.yaml 0:12 2:7",
            "  ./rerank dead-letters redrive --config stream.yaml --with corrected.jsonl"
        })
public final class RedriveCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private LetterOptions options;

    @Mixin private FilterOptions filters;

    @Parameters(
            arity = "0..*",
            paramLabel = "LETTER",
            description = "Letters to send, as PARTITION:OFFSET, instead of a filter.")
    private List<String> letters = new ArrayList<>();

    @Option(
            names = "--with",
            paramLabel = "FILE",
            description =
                    "Send the letters of this file with its values: JSON lines of"
                            + " {\"letter\": \"PARTITION:OFFSET\", \"value\": {the request}}.")
    private @Nullable Path with;

    @Option(names = "--dry-run", description = "Send nothing, say what would be sent.")
    private boolean dryRun;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            description =
                    "Send no event again that was sent again N times before; it is told as one that"
                            + " cannot be sent. Default: no limit.")
    private @Nullable Integer maxAttempts;

    private record Summary(
            boolean dryRun, List<String> letters, int alreadySent, List<String> refused) {}

    @Override
    public Integer call() throws IOException {
        int ways = (with == null ? 0 : 1) + (letters.isEmpty() ? 0 : 1) + (filters.isSet() ? 1 : 0);
        if (ways > 1) {
            throw new IllegalArgumentException(
                    "choose letters in one way: by place, by a filter, or by --with");
        }
        if (maxAttempts != null && maxAttempts < 1) {
            throw new IllegalArgumentException(
                    "--max-attempts must be at least 1, but is " + maxAttempts);
        }
        JobConfig config = options.config();
        Corrections corrections =
                with == null ? Corrections.NONE : Corrections.read(with, config.limits());
        LetterSelection selection =
                new LetterSelection(named(corrections), filters.filter(), maxAttempts);
        PrintWriter err = spec.commandLine().getErr();
        RedrivePlan plan =
                dryRun
                        ? Redrive.plan(config, selection, corrections)
                        : Redrive.run(config, selection, corrections, progress(err));
        plan.refusals().forEach(refusal -> err.println("not sent: " + refusal));
        PrintWriter out = spec.commandLine().getOut();
        out.print(options.isJson() ? LetterJson.of(summary(plan)) + "\n" : text(plan));
        out.flush();
        return plan.refusals().isEmpty() ? 0 : 1;
    }

    private Set<LetterId> named(Corrections corrections) {
        return with != null
                ? corrections.values().keySet()
                : letters.stream()
                        .map(LetterId::parse)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static RedriveListener progress(PrintWriter err) {
        return new RedriveListener() {
            @Override
            public void committed(int letters) {
                err.printf("%d letters sent%n", letters);
            }
        };
    }

    private Summary summary(RedrivePlan plan) {
        return new Summary(
                dryRun,
                plan.letters().stream().map(LetterId::toString).toList(),
                plan.alreadySent(),
                plan.refusals());
    }

    private String text(RedrivePlan plan) {
        StringBuilder text = new StringBuilder();
        if (dryRun) {
            plan.letters().forEach(letter -> text.append(letter).append('\n'));
        }
        return text.append(
                        "%s=%d already_sent=%d refused=%d%n"
                                .formatted(
                                        dryRun ? "would_send" : "sent",
                                        plan.letters().size(),
                                        plan.alreadySent(),
                                        plan.refusals().size()))
                .toString();
    }
}
