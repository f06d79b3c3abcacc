package dev.flinkreranker.workbench.replay.plan;

import dev.flinkreranker.runtime.checkpoint.Sha256;
import java.util.HexFormat;

/** A short name for something that is told by a long text. */
final class Fingerprint {
    private Fingerprint() {}

    /** The first 32 bits of the text's SHA-256, in hexadecimal digits. */
    static String of(String text) {
        return HexFormat.of().formatHex(Sha256.of(text), 0, 4);
    }
}
