package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.MicroBatcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The batchers of an engine, one for each device that a request has needed. */
final class Devices {

    private final Function<String, MicroBatcher<PairInput, PairOutput>> start;
    private final Map<String, MicroBatcher<PairInput, PairOutput>> batchers = new HashMap<>();
    private boolean closed;

    /**
     * @param start makes the batcher of a device
     */
    Devices(Function<String, MicroBatcher<PairInput, PairOutput>> start) {
        this.start = start;
    }

    /**
     * The batcher of a device, which is started for the first request.
     *
     * @throws IllegalStateException when no more are started
     */
    synchronized MicroBatcher<PairInput, PairOutput> get(String device) {
        if (closed) {
            throw new IllegalStateException("the engine was closed");
        }
        return batchers.computeIfAbsent(device, start);
    }

    /** The batcher of a device; null while it has none. */
    synchronized @Nullable MicroBatcher<PairInput, PairOutput> find(String device) {
        return batchers.get(device);
    }

    /** Those there are. */
    synchronized List<MicroBatcher<PairInput, PairOutput>> all() {
        return List.copyOf(batchers.values());
    }

    /** The names of their devices. */
    synchronized Set<String> names() {
        return Set.copyOf(batchers.keySet());
    }

    /** Starts no more. */
    synchronized void close() {
        closed = true;
    }
}
