package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.Demand;
import dev.flinkreranker.runtime.batching.MicroBatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** When a request would be scored that came now. */
final class Forecast {

    private Forecast() {}

    /**
     * Seconds until the last of a request's tasks would be scored. Tasks of one device wait there
     * once, and those of several devices wait at one after the other.
     *
     * @param stages what the request asks, at least one task, all of one tenant
     * @return empty while a model is not in memory, or a cost is not known
     */
    static OptionalDouble secondsUntilScored(
            List<RerankTask> stages, ModelRegistry models, Devices devices) {
        Map<String, List<Demand<PairInput, PairOutput>>> demands = new LinkedHashMap<>();
        for (RerankTask stage : stages) {
            @Nullable LoadedModel model = models.ready(stage.model(), stage.scoring());
            @Nullable Demand<PairInput, PairOutput> demand =
                    model == null ? null : model.demand(stage);
            if (demand == null) {
                return OptionalDouble.empty();
            }
            demands.computeIfAbsent(stage.model().device(), device -> new ArrayList<>())
                    .add(demand);
        }
        RerankTask first = stages.get(0);
        double seconds = 0;
        for (Map.Entry<String, List<Demand<PairInput, PairOutput>>> demand : demands.entrySet()) {
            @Nullable MicroBatcher<PairInput, PairOutput> device = devices.find(demand.getKey());
            OptionalDouble until =
                    device == null
                            ? OptionalDouble.empty()
                            : device.secondsUntil(
                                    first.tenant(), first.admission().weight(), demand.getValue());
            if (until.isEmpty()) {
                return until;
            }
            seconds += until.getAsDouble();
        }
        return OptionalDouble.of(seconds);
    }
}
