package dev.flinkreranker.workbench.evaluation.trec;

import java.io.IOException;
import java.io.Serial;

/** A run or qrels file that cannot be taken; the message starts with {@code file:line:}. */
public final class TrecFormatException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    TrecFormatException(String file, long line, String problem) {
        super(file + ":" + line + ": " + problem);
    }

    TrecFormatException(String file, String problem) {
        super(file + ": " + problem);
    }
}
