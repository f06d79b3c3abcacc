package dev.flinkreranker.workbench.evaluation.trec;

import java.nio.charset.StandardCharsets;

/**
 * An id as a run file carries it, where blanks end a field: what holds blanks or control characters
 * is percent-encoded, every other id stays as it is.
 */
public final class RunFileId {

    private RunFileId() {}

    /** For example {@code session%207} for {@code session 7}; an empty id stays empty. */
    public static String of(String id) {
        if (id.isEmpty() || RunWriter.carries(id)) {
            return id;
        }
        StringBuilder encoded = new StringBuilder();
        id.codePoints().forEach(codePoint -> append(encoded, codePoint));
        return encoded.toString();
    }

    private static void append(StringBuilder encoded, int codePoint) {
        String character = Character.toString(codePoint);
        if (codePoint != '%' && RunWriter.carries(character)) {
            encoded.append(character);
            return;
        }
        for (byte b : character.getBytes(StandardCharsets.UTF_8)) {
            encoded.append('%').append(String.format("%02X", b));
        }
    }
}
