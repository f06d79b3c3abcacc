package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.Coming;
import dev.flinkreranker.runtime.batching.Demand;
import dev.flinkreranker.runtime.batching.MicroBatcher;
import org.jspecify.annotations.Nullable;

/**
 * A request's work as its device hears of it before the request is tokenized.
 *
 * @param device null while it has no batcher
 * @param demand null for a request that cannot be scored, which tokenization will find
 * @param coming what counts with the device meanwhile; null without one of both
 */
record Announcement(
        @Nullable MicroBatcher<PairInput, PairOutput> device,
        @Nullable Demand<PairInput, PairOutput> demand,
        @Nullable Coming coming) {

    static Announcement of(RerankTask task, LoadedModel model, Devices devices) {
        @Nullable MicroBatcher<PairInput, PairOutput> device = devices.find(task.model().device());
        @Nullable Demand<PairInput, PairOutput> demand = model.demand(task);
        return new Announcement(
                device,
                demand,
                device == null || demand == null
                        ? null
                        : device.expect(task.tenant(), task.admission().weight(), demand));
    }

    /** What a token costs, in tokens of the device's usual work; 1 while that is not known. */
    double tokenCost() {
        if (coming == null) {
            return 1;
        }
        int length = (int) Math.max(1, demand.tokens() / demand.pairs());
        return device.work(demand.profile(), length) / length;
    }

    /**
     * The device has the work. A second call does nothing.
     *
     * @param tokens of all pairs; 0 for work that does not all come
     */
    void came(long tokens) {
        if (coming != null) {
            device.came(coming, tokens);
        }
    }
}
