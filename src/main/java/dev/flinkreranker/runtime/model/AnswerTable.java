package dev.flinkreranker.runtime.model;

import java.util.List;

/**
 * The table whose rows, multiplied with the state of a pair's last position, make a decoder's
 * score.
 *
 * @param tensor its name
 * @param rows how many rows it has
 * @param answers the rows that make the score: one (its logit) or two (the first logit minus the
 *     second); none of a language model before {@link DecoderDescriptor#answering}
 */
record AnswerTable(String tensor, int rows, List<Integer> answers) {

    private static final String LABELS = "score.weight";

    /** Copies the list. */
    AnswerTable {
        answers = List.copyOf(answers);
    }

    /** The rows of a classifier, one for each label. */
    static AnswerTable ofLabels(int labels) {
        return new AnswerTable(LABELS, labels, labels == 1 ? List.of(0) : List.of(1, 0));
    }

    /** The weight that a classifier has for its labels. */
    static String labels() {
        return LABELS;
    }

    /** Whether its rows stand for labels, not for tokens. */
    boolean isOfLabels() {
        return tensor.equals(LABELS);
    }
}
