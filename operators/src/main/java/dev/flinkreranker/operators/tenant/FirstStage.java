package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.request.RerankRequest;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/** What settings need of a request's first stage. */
@Internal
public final class FirstStage {

    private FirstStage() {}

    /**
     * Candidates by the first stage's score, as places from 0: the highest first, those without a
     * score last, equal ones in their order.
     */
    public static List<Integer> bestFirst(List<Candidate> candidates) {
        return IntStream.range(0, candidates.size())
                .boxed()
                .sorted(
                        Comparator.comparing(
                                i -> score(candidates.get(i)),
                                Comparator.nullsLast(Comparator.reverseOrder()))) // stable
                .toList();
    }

    /** Zero has no sign. */
    private static @Nullable Double score(Candidate candidate) {
        Double score = candidate.firstStageScore();
        return score == null ? null : score + 0.0;
    }

    /** Whether a request has all that settings need. */
    static boolean suffices(RerankRequest request, RerankSettings settings) {
        return firstWithout(request, settings).isEmpty();
    }

    /**
     * Checks that every document has the first stage's score that needs one: those that will be
     * scored where a fusion adds scores, all where they are chosen by it.
     *
     * @throws RejectedEventException if one has none; the message names the first such document
     */
    static void check(RerankRequest request, RerankSettings settings)
            throws RejectedEventException {
        OptionalInt missing = firstWithout(request, settings);
        if (missing.isPresent()) {
            throw new RejectedEventException(
                    ReasonCode.MISSING_FIELD,
                    "documents[%d].score is missing: %s"
                            .formatted(
                                    missing.getAsInt(),
                                    settings.choosesByFirstStage()
                                            ? "stages choose candidates by the first stage's score,"
                                                    + " which every document needs"
                                            : "fusion z_sum needs the first stage's score of every"
                                                    + " document that is scored"));
        }
    }

    /** The first document that lacks a score which settings need; from 0. */
    public static OptionalInt firstWithout(RerankRequest request, RerankSettings settings) {
        if (settings.passesThrough()) {
            return OptionalInt.empty();
        }
        int documents = request.candidates().size();
        int needed = 0;
        if (settings.choosesByFirstStage()) {
            needed = settings.eligibleOf(documents);
        } else if (settings.cascade().stream()
                .anyMatch(s -> s.settings().fusion() == Fusion.Z_SUM)) {
            needed = settings.scoredOf(documents);
        }
        return IntStream.range(0, needed)
                .filter(i -> request.candidates().get(i).firstStageScore() == null)
                .findFirst();
    }
}
