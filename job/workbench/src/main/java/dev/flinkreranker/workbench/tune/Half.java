package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.runtime.checkpoint.Sha256;

/** A part of the judged requests: what is tuned on one is measured on the other. */
enum Half {
    A,
    B;

    /** The half of a request: a function of its id alone, so that more judgments move none. */
    static Half of(String id) {
        return (Sha256.of(id)[0] & 1) == 0 ? A : B;
    }

    Half other() {
        return this == A ? B : A;
    }
}
