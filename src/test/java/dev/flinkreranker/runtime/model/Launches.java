package dev.flinkreranker.runtime.model;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * Counts the kernels that a call would launch on a GPU, by the profiler's record of the operators
 * that the program itself calls on a CPU. What an operator calls inside belongs to it.
 */
final class Launches {

    /** Operators that only say how numbers lie, or make what the host alone reads. */
    private static final Set<String> NONE =
            Set.of(
                    "alias",
                    "chunk",
                    "empty",
                    "empty_like",
                    "expand",
                    "narrow",
                    "permute",
                    "scalar_tensor",
                    "select",
                    "slice",
                    "split_with_sizes",
                    "squeeze",
                    "t",
                    "transpose",
                    "unfold",
                    "unsqueeze",
                    "view");

    /** Operators that copy only if they must. */
    private static final Set<String> PERHAPS = Set.of("reshape", "to");

    private Launches() {}

    /** An operator's name and when it ran, on the profiler's clock. */
    private record Event(String name, double start, double end) {}

    /** How many kernels of each operator a call launches. */
    static Map<String, Integer> of(Runnable call) {
        try {
            Path file = Files.createTempFile("launches", ".json");
            try {
                JniUtils.startProfile(false, false, false);
                try {
                    call.run();
                } finally {
                    JniUtils.stopProfile(file.toString());
                }
                return count(new ObjectMapper().readTree(file.toFile()));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Integer> count(JsonNode trace) {
        Map<String, Integer> counts = new TreeMap<>();
        double[] end = {0};
        String[] outer = {""};
        StreamSupport.stream(trace.spliterator(), false)
                .filter(event -> event.path("name").asText().startsWith("aten::"))
                .map(Launches::event)
                .sorted(
                        Comparator.comparingDouble(Event::start)
                                .thenComparing(Comparator.comparingDouble(Event::end).reversed()))
                .forEach(
                        event -> {
                            if (event.start() >= end[0]) {
                                end[0] = event.end();
                                outer[0] = event.name();
                                if (!NONE.contains(outer[0]) && !PERHAPS.contains(outer[0])) {
                                    int kernels = outer[0].equals("constant_pad_nd") ? 2 : 1;
                                    counts.merge(outer[0], kernels, Integer::sum);
                                }
                            } else if (PERHAPS.contains(outer[0]) && event.name().equals("copy_")) {
                                counts.merge(outer[0], 1, Integer::sum);
                            }
                        });
        return counts;
    }

    private static Event event(JsonNode event) {
        double start = event.path("ts").asDouble();
        return new Event(
                event.path("name").asText().substring("aten::".length()),
                start,
                start + event.path("dur").asDouble());
    }
}
