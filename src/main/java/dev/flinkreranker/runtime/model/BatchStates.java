package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.KeptTensor;
import dev.flinkreranker.runtime.program.ProgramCall;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The states of a batch as they came to the deepest layer of a call: one tensor, freed when the
 * last of its pairs lets go.
 */
final class BatchStates {

    private final KeptTensor tensor;
    private final StatesBudget budget;
    private final long bytes;
    private final AtomicInteger holders;

    private BatchStates(KeptTensor tensor, StatesBudget budget, long bytes, int pairs) {
        this.tensor = tensor;
        this.budget = budget;
        this.bytes = bytes;
        this.holders = new AtomicInteger(pairs);
    }

    /**
     * Those that a call returned beside its scores, where they are wanted and there is room.
     *
     * @param budget none where they are not wanted
     * @param bytes how much they take
     * @param pairs how many hold them from now on
     */
    static @Nullable BatchStates keep(
            ProgramCall call, @Nullable StatesBudget budget, long bytes, int pairs) {
        if (budget == null || !budget.take(bytes)) {
            return null;
        }
        return new BatchStates(call.keep(1), budget, bytes, pairs);
    }

    KeptTensor tensor() {
        return tensor;
    }

    /** One of its pairs lets go. */
    void release() {
        if (holders.decrementAndGet() == 0) {
            tensor.close();
            budget.give(bytes);
        }
    }
}
