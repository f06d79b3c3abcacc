package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.result.ProcessMemory;
import dev.flinkreranker.workbench.bench.subject.StreamRig;
import dev.flinkreranker.workbench.bench.texts.TextRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a second slot with the same model costs: resident memory of this process while the job runs
 * in one slot, then in two. One job after the other, so that what the first leaves behind counts
 * against the second.
 */
final class SlotsBenchmark {

    private final ModelReference model;
    private final int maxLength;
    private final List<TextRequest> requests;

    SlotsBenchmark(ModelReference model, int maxLength, List<TextRequest> requests) {
        this.model = model;
        this.maxLength = maxLength;
        this.requests = List.copyOf(requests);
    }

    BenchmarkResult run() throws IOException, InterruptedException {
        List<Map<String, Object>> rows = new ArrayList<>();
        row(rows, "no job", ProcessMemory.now());
        long one = measure(rows, 1);
        long two = measure(rows, 2);
        return new BenchmarkResult(
                "slots",
                rows,
                two / (double) one,
                "times one slot's resident memory in two slots",
                "about 1: one model, not two");
    }

    private long measure(List<Map<String, Object>> rows, int slots)
            throws IOException, InterruptedException {
        ProcessMemory memory;
        try (StreamRig rig =
                new StreamRig(model, maxLength, StreamRig.Guarantee.AT_LEAST_ONCE, slots)) {
            // Requests go to the slots in turn.
            rig.seconds(requests);
            memory = ProcessMemory.now();
        }
        row(rows, slots == 1 ? "one slot" : slots + " slots", memory);
        return memory.resident();
    }

    private static void row(List<Map<String, Object>> rows, String state, ProcessMemory memory) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("state", state);
        row.put("resident_mib", ProcessMemory.mebibytes(memory.resident()));
        row.put("anonymous_mib", ProcessMemory.mebibytes(memory.anonymous()));
        row.put("files_mib", ProcessMemory.mebibytes(memory.files()));
        row.put("java_heap_mib", ProcessMemory.mebibytes(ProcessMemory.heap()));
        rows.add(row);
    }
}
