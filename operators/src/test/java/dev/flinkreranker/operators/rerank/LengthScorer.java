package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.ScoringException;
import dev.flinkreranker.runtime.fault.UnusableDeviceException;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizedQuery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A model whose tokens are characters and whose score is the number of a passage's tokens; that of
 * the directory "shortness" is the same, below zero. A test can hold it, break its device, and name
 * a passage that it cannot score.
 */
public final class LengthScorer implements PairScorer {

    public static final String POISON = "\u2620";

    private static final AtomicInteger OPENED = new AtomicInteger();
    private static volatile CountDownLatch gate = new CountDownLatch(0);
    private static volatile CountDownLatch gateOfShortness = new CountDownLatch(0);
    private static volatile CountDownLatch atShortness = new CountDownLatch(0);
    private static volatile boolean broken;
    private static volatile long nanosPerToken;

    private final int sign;

    private LengthScorer(int sign) {
        this.sign = sign;
    }

    public static LengthScorer open(ModelReference model) {
        if (model.directory().equals("missing")) {
            throw new IllegalArgumentException("no such model: " + model.directory());
        }
        if (!model.device().equals("cpu")) {
            throw new UnusableDeviceException("device " + model.device() + " is not there");
        }
        OPENED.incrementAndGet();
        return new LengthScorer(model.directory().equals("shortness") ? -1 : 1);
    }

    /** How often the model was loaded in this process. */
    static int opened() {
        return OPENED.get();
    }

    public static void reset() {
        gate = new CountDownLatch(0);
        gateOfShortness = new CountDownLatch(0);
        broken = false;
        nanosPerToken = 0;
    }

    /** From now on every token takes that long. */
    static void pace(Duration token) {
        nanosPerToken = token.toNanos();
    }

    /** From now on scoring waits for {@link #release}. */
    public static void hold() {
        gate = new CountDownLatch(1);
    }

    /** Likewise, that of the directory "shortness" alone. */
    static void holdShortness() {
        gateOfShortness = new CountDownLatch(1);
        atShortness = new CountDownLatch(1);
    }

    /** Waits until that has come to its gate. */
    static void awaitShortness() throws InterruptedException {
        atShortness.await();
    }

    public static void release() {
        gate.countDown();
        gateOfShortness.countDown();
    }

    static void breakDevice() {
        broken = true;
    }

    @Override
    public PairTokenizer tokenizer(TokenizationSettings settings) {
        return new PairTokenizer() {
            @Override
            public TokenizedQuery query(String query) {
                return new TokenizedQuery(query.chars().asLongStream().toArray(), false);
            }

            @Override
            public TokenizedPair pair(TokenizedQuery query, String passage) {
                long[] ids =
                        LongStream.concat(
                                        LongStream.of(query.ids()), passage.chars().asLongStream())
                                .toArray();
                return new TokenizedPair(ids, query.ids().length, 0, false);
            }
        };
    }

    @Override
    public String format() {
        return "int8";
    }

    @Override
    public List<String> check(ScoringSettings settings) {
        return settings.cutoffLayers().stream()
                .map(layer -> "the model has no head at layer " + layer)
                .toList();
    }

    @Override
    public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
        try {
            gate.await();
            if (sign < 0) {
                atShortness.countDown();
                gateOfShortness.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ScoringException("interrupted", e);
        }
        if (broken) {
            throw new BrokenDeviceException("the device broke, as the test wants", null);
        }
        long end = System.nanoTime() + nanosPerToken * tokens(pairs);
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        float[][] scores = new float[pairs.size()][];
        for (int i = 0; i < scores.length; i++) {
            if (LongStream.of(pairs.get(i).ids()).anyMatch(id -> id == POISON.charAt(0))) {
                throw new ScoringException("a pair is poisoned");
            }
            scores[i] = new float[] {sign * pairs.get(i).passageLength()};
        }
        return scores;
    }

    private static long tokens(List<TokenizedPair> pairs) {
        return pairs.stream().mapToLong(TokenizedPair::length).sum();
    }

    @Override
    public int rows(int tokens) {
        return (tokens + 15) / 16 * 16;
    }

    @Override
    public long weightBytes(int layers) {
        return 1_000;
    }

    @Override
    public long batchBytes(long tokens) {
        return 10 * tokens;
    }

    @Override
    public long flops(TokenizedPair pair, ScoringSettings settings) {
        return pair.length();
    }

    @Override
    public void close() {}

    /** Opens the gate before each test, and lets go what still waits after it. */
    public static final class Gate implements BeforeEachCallback, AfterEachCallback {

        @Override
        public void beforeEach(ExtensionContext context) {
            reset();
        }

        @Override
        public void afterEach(ExtensionContext context) {
            release();
        }
    }
}
