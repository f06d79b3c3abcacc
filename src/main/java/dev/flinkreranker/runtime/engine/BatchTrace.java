package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.BatchReport;
import dev.flinkreranker.runtime.batching.QueuedPair;
import dev.flinkreranker.runtime.trace.EngineTrace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From a batch to the traces of its requests. */
final class BatchTrace {

    private BatchTrace() {}

    static void ran(BatchReport report, List<? extends QueuedPair<?, ?>> pairs) {
        Map<EngineTrace, Integer> traced = new LinkedHashMap<>();
        for (QueuedPair<?, ?> pair : pairs) {
            if (pair.group().listener() instanceof RunningRequest request
                    && request.trace().isRecording()) {
                traced.merge(request.trace(), 1, Integer::sum);
            }
        }
        if (!traced.isEmpty()) {
            EngineTrace.ran(
                    traced,
                    report.pairs(),
                    report.tokens(),
                    report.start(),
                    report.start() + report.deviceNanos());
        }
    }
}
