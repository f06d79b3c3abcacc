package dev.flinkreranker.workbench.demo;

import dev.flinkreranker.workbench.evaluation.FourDigits;
import java.util.Locale;

/**
 * The demo in figures.
 *
 * @param requests well-formed requests sent
 * @param results results read
 * @param unranked results without a score for any passage
 * @param lost events sent that have neither a result nor a dead letter
 * @param duplicates results for a request that had one already
 * @param deadLetters dead letters read
 * @param badEvents events sent that had to become dead letters
 * @param ndcgFirstStage nDCG@10 of the first stage
 * @param ndcgReranked nDCG@10 of the results; of the deepest cutoff when there are several
 * @param pairsPerSecond pairs scored, over the time from the job's start to its last result
 */
record DemoOutcome(
        int requests,
        int results,
        int unranked,
        int lost,
        int duplicates,
        int deadLetters,
        int badEvents,
        double ndcgFirstStage,
        double ndcgReranked,
        double pairsPerSecond) {

    /** Whether every request got exactly one ranking and every bad event one dead letter. */
    boolean complete() {
        return lost == 0 && duplicates == 0 && results == requests && deadLetters == badEvents;
    }

    /** The last line of the demo. */
    String line() {
        return String.format(
                Locale.ROOT,
                "requests=%d results=%d lost=%d dead_letters=%d ndcg@10_first_stage=%s"
                        + " ndcg@10_reranked=%s pairs_per_second=%.1f",
                requests,
                results,
                lost,
                deadLetters,
                FourDigits.format(ndcgFirstStage),
                FourDigits.format(ndcgReranked),
                pairsPerSecond);
    }
}
