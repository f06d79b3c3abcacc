package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.job.config.DeliveryConfig.Guarantee;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.result.ProcessMemory;
import dev.flinkreranker.workbench.bench.subject.StreamRig;
import dev.flinkreranker.workbench.bench.texts.TextRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What a second slot with the same model costs: resident memory of this process while the job runs
 * in one slot, then in two. One job after the other, so that what the first leaves behind counts
 * against the second.
 */
@Command(
        name = "slots",
        mixinStandardHelpOptions = true,
        description = {
            "Resident memory of the job in two slots with one model, against one slot.",
            "Give Java a heap of fixed size, as Flink does, or its growth counts too."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  RERANK_JAVA_OPTS='-Xms1g -Xmx1g -XX:+AlwaysPreTouch' ./rerank bench slots --model /models/v2-m3"
        })
final class SlotsBenchmark extends Benchmark {

    @Mixin private BenchmarkInput input;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many requests (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "20",
            description = "Passages of a request (default: ${DEFAULT-VALUE}).")
    private int candidates;

    @Override
    BenchmarkResult measure() throws IOException, InterruptedException {
        List<TextRequest> texts = TextRequest.of(input.data(), requests, candidates);
        List<Map<String, Object>> rows = new ArrayList<>();
        row(rows, "no job", ProcessMemory.now());
        long one = measure(rows, texts, 1);
        long two = measure(rows, texts, 2);
        return new BenchmarkResult(
                "slots",
                rows,
                two / (double) one,
                "times one slot's resident memory in two slots",
                "about 1: one model, not two");
    }

    private long measure(List<Map<String, Object>> rows, List<TextRequest> texts, int slots)
            throws IOException, InterruptedException {
        ProcessMemory memory;
        try (StreamRig rig =
                new StreamRig(
                        input.model(),
                        StreamRig.defaults(input.maxLength()),
                        Guarantee.AT_LEAST_ONCE,
                        slots)) {
            // Requests go to the slots in turn.
            rig.seconds(texts);
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
