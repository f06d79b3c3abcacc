package dev.flinkreranker.workbench.replay.input;

import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import java.io.IOException;

/** Reads a result, as the stream writes it, from a line or a record. */
public final class ResultLine {

    private ResultLine() {}

    /**
     * @throws BadLineException if it is none; the reason is one line
     */
    public static RankedResult decode(byte[] line) throws BadLineException {
        try {
            return ResultCodec.decode(line);
        } catch (IOException | RuntimeException e) {
            throw new BadLineException(
                    "not a result: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }
}
