package dev.flinkreranker.runtime.tokenization;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.djl.util.Utils;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The Rust tokenizer behind DJL, by its lowest calls: text to ids, and back for people. Against
 * {@code HuggingFaceTokenizer} this saves six of nine native calls a text, and its defaults that
 * truncate and pad.
 *
 * <p>Safe for use by many threads, closing included: a use after {@link #close} is an exception,
 * never a read of freed memory.
 */
final class NativeTokenizer implements AutoCloseable {

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private long handle;

    /**
     * Builds a tokenizer.
     *
     * @param json the text of a {@code tokenizer.json}
     * @throws RuntimeException if the text does not describe a tokenizer
     */
    NativeTokenizer(String json) {
        loadLibrary();
        handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
    }

    private static void loadLibrary() {
        // On a Linux machine with CUDA the library's loader would fetch another build from the
        // network. Tokenizing runs on the CPU.
        if (Utils.getEnvOrSystemProperty("RUST_FLAVOR") == null) {
            System.setProperty("RUST_FLAVOR", "cpu");
        }
        LibUtils.checkStatus();
    }

    /**
     * The ids of a text, without special tokens.
     *
     * @param text well-formed UTF-16, not null (the native code aborts the process otherwise)
     */
    long[] ids(String text) {
        lock.readLock().lock();
        try {
            if (handle == 0) {
                throw new IllegalStateException("the tokenizer is closed");
            }
            long encoding = TokenizersLibrary.LIB.encode(handle, text, false);
            try {
                return TokenizersLibrary.LIB.getTokenIds(encoding);
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /** What ids spell, special tokens by their names. */
    String text(long[] ids) {
        lock.readLock().lock();
        try {
            if (handle == 0) {
                throw new IllegalStateException("the tokenizer is closed");
            }
            return TokenizersLibrary.LIB.decode(handle, ids, false);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (handle != 0) {
                TokenizersLibrary.LIB.deleteTokenizer(handle);
                handle = 0;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
