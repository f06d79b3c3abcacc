package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import dev.flinkreranker.runtime.checkpoint.StoredTensor;
import java.util.List;

/** The labels of a classifier. With two, a score is the logit of label 1 less that of label 0. */
final class Labels {

    /** How the score of one label comes about, and that of two. */
    private static final String ONE = "the logit of the label";

    private static final String TWO = "the logit of label 1 less that of label 0";

    private Labels() {}

    /**
     * How many there are: as config.json counts them, or else the rows of their weight.
     *
     * @param weight name of the weight that makes the logits
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if there are more
     *     than two
     */
    static int count(Checkpoint checkpoint, String weight) {
        CheckpointConfig config = checkpoint.config();
        long rows =
                checkpoint.find(weight).map(StoredTensor::shape).stream()
                        .flatMap(List::stream)
                        .findFirst()
                        .orElse(1L);
        int labels =
                config.integer(
                        "num_labels",
                        1,
                        config.members("id2label", (int) Math.min(rows, Integer.MAX_VALUE)));
        if (labels < 1 || labels > 2) {
            throw config.invalid(
                    "id2label",
                    "has " + labels + " labels; a reranker has one, or two of which 1 is relevant");
        }
        return labels;
    }

    /** In words, how so many labels make a score. */
    static String formula(long labels) {
        return labels == 1 ? ONE : TWO;
    }
}
