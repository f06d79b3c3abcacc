package dev.flinkreranker.workbench.replay.input;

import dev.flinkreranker.workbench.evaluation.trec.RunFileId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text as it must be to be replayed. */
final class InputText {
    private InputText() {}

    /** Decodes strictly: a byte that is not UTF-8 is refused, not replaced. */
    static String utf8(byte[] bytes) throws BadLineException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        } catch (CharacterCodingException e) {
            throw new BadLineException("not UTF-8 at byte " + in.position());
        }
    }

    /** Refuses what {@link #utf8} would. */
    static void checkUtf8(byte[] bytes) throws BadLineException {
        for (byte b : bytes) {
            if (b < 0) {
                utf8(bytes);
                return;
            }
        }
    }

    /** An id as a run file carries it. */
    static String id(String what, String id) throws BadLineException {
        if (id.isEmpty()) {
            throw new BadLineException(what + " is empty");
        }
        return RunFileId.of(id);
    }
}
