package dev.flinkreranker.runtime.program;

import java.io.IOException;

/** Lets another number of threads share an operation. */
public final class Threads {

    private Threads() {}

    /** What a test does with them. */
    public interface Body {

        void run() throws IOException;
    }

    /** Runs the body with so many, for this thread and for the models that it opens. */
    public static void use(int number, Body body) throws IOException {
        int before = LibTorch.threads();
        LibTorch.useThreads(number);
        try {
            body.run();
        } finally {
            LibTorch.useThreads(before);
        }
    }
}
