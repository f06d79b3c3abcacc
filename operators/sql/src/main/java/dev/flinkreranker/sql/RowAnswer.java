package dev.flinkreranker.sql;

import dev.flinkreranker.operators.result.RankedDocument;
import java.util.List;

/** What became of a row. */
sealed interface RowAnswer {

    /** How it fared. */
    RowStatus status();

    /**
     * It was scored.
     *
     * @param documents best first; those without a score last
     * @param texts what it asked for
     */
    record Ranked(List<RankedDocument> documents, RowTexts texts) implements RowAnswer {
        /** Copies the documents. */
        public Ranked {
            documents = List.copyOf(documents);
        }

        @Override
        public RowStatus status() {
            return RowStatus.OK;
        }
    }

    /**
     * It was not scored.
     *
     * @param error one line for a person
     */
    record Unscored(RowStatus status, String error) implements RowAnswer {}
}
