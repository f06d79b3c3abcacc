package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which letters are meant. */
final class FilterOptions {

    @Option(
            names = "--reason",
            split = ",",
            paramLabel = "CODE",
            description = "Only these reason codes: ${COMPLETION-CANDIDATES}.")
    private Set<ReasonCode> reasons = new LinkedHashSet<>();

    @Option(names = "--tenant", split = ",", paramLabel = "ID", description = "Only these tenants.")
    private Set<String> tenants = new LinkedHashSet<>();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only requests of this time or later, such as 2026-01-31T12:00:00Z.")
    private @Nullable Instant since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only requests before this time.")
    private @Nullable Instant until;

    LetterFilter filter() {
        return new LetterFilter(reasons, tenants, since, until);
    }

    boolean isSet() {
        return !reasons.isEmpty() || !tenants.isEmpty() || since != null || until != null;
    }
}
