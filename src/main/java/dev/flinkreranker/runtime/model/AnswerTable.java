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
 * @param names what people call them
 */
record AnswerTable(String tensor, int rows, List<Integer> answers, List<String> names) {

    private static final String LABELS = "score.weight";

    /** Copies the lists. */
    AnswerTable {
        answers = List.copyOf(answers);
        names = List.copyOf(names);
    }

    /** The rows of a classifier, one for each label. */
    static AnswerTable ofLabels(int labels) {
        return labels == 1
                ? new AnswerTable(LABELS, 1, List.of(0), List.of("the label"))
                : new AnswerTable(LABELS, 2, List.of(1, 0), List.of("label 1", "label 0"));
    }

    /** The weight that a classifier has for its labels. */
    static String labels() {
        return LABELS;
    }
}
