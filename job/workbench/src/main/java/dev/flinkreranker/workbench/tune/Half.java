package dev.flinkreranker.workbench.tune;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A part of the judged requests: what is tuned on one is measured on the other. */
enum Half {
    A,
    B;

    /** The half of a request: a function of its id alone, so that more judgments move none. */
    static Half of(String id) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(id.getBytes(StandardCharsets.UTF_8));
            return (digest[0] & 1) == 0 ? A : B;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    Half other() {
        return this == A ? B : A;
    }
}
