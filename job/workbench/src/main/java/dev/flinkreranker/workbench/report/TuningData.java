package dev.flinkreranker.workbench.report;

import dev.flinkreranker.workbench.calibration.NothingRelevant;
import dev.flinkreranker.workbench.calibration.Reliability;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the report of a tuning shows. Shares are of the operations of all candidates through
 * the whole model.
 *
 * @param title for the heading
 * @param description one line on the input and the run
 * @param measure name of the measure tuned for
 * @param queries judged queries
 * @param tried how many cascades were tried
 * @param decision what to take and what to expect of it, for a person
 * @param full all candidates through the whole model
 * @param firstStage the measure of the input's order, which costs nothing
 * @param chosen what was found on all queries
 * @param heldOut what was found on some queries, measured on the others; the last is over both
 *     halves together
 * @param depths all candidates through each depth, the model's score alone
 * @param frontier cascades that no cheaper one is better than, on all queries; the cheapest first
 * @param heldOutFrontier for the same costs, what was found on a half and measured on the other
 * @param calibrated how reliable probabilities are; null where there are none
 * @param config the tenant's config, as YAML
 */
public record TuningData(
        String title,
        String description,
        String measure,
        int queries,
        int tried,
        String decision,
        Point full,
        double firstStage,
        Point chosen,
        List<HeldOut> heldOut,
        List<Point> depths,
        List<Point> frontier,
        List<Point> heldOutFrontier,
        @Nullable Calibrated calibrated,
        String config) {

    /** Copies the lists. */
    public TuningData {
        heldOut = List.copyOf(heldOut);
        depths = List.copyOf(depths);
        frontier = List.copyOf(frontier);
        heldOutFrontier = List.copyOf(heldOutFrontier);
    }

    /**
     * Quality and cost.
     *
     * @param stages what it is of, for a person
     * @param share of the full operations, 0 to above 1
     * @param flops operations of a query
     * @param mean of the measure
     */
    public record Point(String stages, double share, double flops, double mean) {}

    /**
     * What was found on some queries, measured on others.
     *
     * @param tunedOn which queries, for a person
     * @param measuredOn which queries, for a person
     * @param stages what was found
     * @param queries how many it was measured on
     * @param share of the full operations there
     * @param mean of the measure there
     * @param full the mean of the full model there
     * @param delta mean difference
     * @param low lower end of its 95 % bootstrap interval
     * @param high upper end of it
     * @param pValue two-sided paired t-test; null when undefined
     */
    public record HeldOut(
            String tunedOn,
            String measuredOn,
            String stages,
            int queries,
            double share,
            double mean,
            double full,
            double delta,
            double low,
            double high,
            @Nullable Double pValue) {}

    /**
     * Probabilities that were fitted on one half of the queries and measured on the other, both
     * halves together.
     *
     * @param documents documents of the last stage
     * @param relevant how many of them are
     * @param before the sigmoids of their scores
     * @param after the probabilities
     * @param nothingRelevant of how many queries it was said that nothing is relevant, how often
     *     rightly
     * @param low lower end of the 95 % interval of how often it is right; 0 where it was never said
     * @param high upper end of it; 1 where it was never said
     */
    public record Calibrated(
            int documents,
            int relevant,
            Reliability before,
            Reliability after,
            NothingRelevant nothingRelevant,
            double low,
            double high) {}
}
