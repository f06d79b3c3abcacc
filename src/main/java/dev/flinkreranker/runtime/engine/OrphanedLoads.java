package dev.flinkreranker.runtime.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Models whose engine was closed while they were being loaded. A job that is restarted takes them
 * over here, instead of loading the same model beside the load that goes on.
 */
final class OrphanedLoads {

    private final Map<ModelReference, CompletableFuture<LoadedModel>> loads = new HashMap<>();

    synchronized void leave(ModelReference model, CompletableFuture<LoadedModel> load) {
        loads.put(model, load);
    }

    /** The load of that model, which is the caller's from now on; null if there is none. */
    synchronized @Nullable CompletableFuture<LoadedModel> take(ModelReference model) {
        return loads.remove(model);
    }

    /** Whether a load of that model waits to be taken over. */
    synchronized boolean has(ModelReference model) {
        return loads.containsKey(model);
    }

    /** Takes a load back that nobody has taken over. Returns whether it could. */
    synchronized boolean withdraw(ModelReference model, CompletableFuture<LoadedModel> load) {
        return loads.remove(model, load);
    }
}
