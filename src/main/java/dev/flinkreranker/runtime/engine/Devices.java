package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.MicroBatcher;
import dev.flinkreranker.runtime.program.DeviceList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The batchers of an engine, one for each list of devices that a request has needed. */
final class Devices {

    private final Function<String, MicroBatcher<PairInput, PairOutput>> start;
    private final Map<String, MicroBatcher<PairInput, PairOutput>> batchers = new HashMap<>();
    private boolean closed;

    /**
     * @param start makes the batcher of a list of devices, by its text
     */
    Devices(Function<String, MicroBatcher<PairInput, PairOutput>> start) {
        this.start = start;
    }

    /**
     * The batcher of a list of devices, which is started for the first request.
     *
     * @throws IllegalStateException when no more are started, or if another one has a device of
     *     these; one line
     */
    synchronized MicroBatcher<PairInput, PairOutput> get(String device) {
        if (closed) {
            throw new IllegalStateException("the engine was closed");
        }
        if (!batchers.containsKey(device)) {
            DeviceList devices = DeviceList.of(device);
            for (String other : batchers.keySet()) {
                if (devices.overlaps(DeviceList.of(other))) {
                    throw new IllegalStateException(
                            "device \"%s\" has a device of \"%s\", where other models run; give models the same list, or lists without a common device"
                                    .formatted(device, other));
                }
            }
        }
        return batchers.computeIfAbsent(device, start);
    }

    /** The batcher of a list of devices; null while it has none. */
    synchronized @Nullable MicroBatcher<PairInput, PairOutput> find(String device) {
        return batchers.get(device);
    }

    /** Those there are. */
    synchronized List<MicroBatcher<PairInput, PairOutput>> all() {
        return List.copyOf(batchers.values());
    }

    /** Their lists of devices. */
    synchronized Set<String> names() {
        return Set.copyOf(batchers.keySet());
    }

    /** Starts no more. */
    synchronized void close() {
        closed = true;
    }
}
