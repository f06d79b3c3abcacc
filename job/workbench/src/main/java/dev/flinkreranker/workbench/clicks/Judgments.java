package dev.flinkreranker.workbench.clicks;

import dev.flinkreranker.workbench.clicks.ClickCounts.Seeing;
import java.util.ArrayList;
import java.util.List;

/**
 * Judgments of the documents that were viewed often enough. A document that nobody was shown is not
 * among them: it is not judged, which is other than not relevant.
 *
 * @param ranks at which something was seen, ascending
 * @param judged in the order of the queries, documents by id
 * @param tooFewViews documents viewed less often than asked for
 * @param unlinked documents viewed at ranks alone whose examination cannot be told
 */
record Judgments(List<ExaminedRank> ranks, List<Judgment> judged, long tooFewViews, long unlinked) {

    /**
     * Fits the click model and judges by it.
     *
     * @param thresholds relevance from which a grade is 1, 2 and so on; ascending
     * @param minViews views without which a document is not judged, at least 1
     */
    static Judgments of(List<Seeing> seen, List<Double> thresholds, long minViews) {
        PositionBasedModel model =
                PositionBasedModel.fit(seen.stream().map(Seeing::ranks).toList());
        List<Judgment> judged = new ArrayList<>();
        long tooFewViews = 0;
        long unlinked = 0;
        for (int i = 0; i < seen.size(); i++) {
            Relevance relevance = model.relevance().get(i);
            if (relevance == null) {
                unlinked++;
            } else if (relevance.views() < minViews) {
                tooFewViews++;
            } else {
                int grade =
                        (int)
                                thresholds.stream()
                                        .filter(least -> relevance.estimate() >= least)
                                        .count();
                Seeing of = seen.get(i);
                judged.add(new Judgment(of.query(), of.text(), of.document(), grade, relevance));
            }
        }
        return new Judgments(
                ExaminedRank.of(model, seen), List.copyOf(judged), tooFewViews, unlinked);
    }
}
