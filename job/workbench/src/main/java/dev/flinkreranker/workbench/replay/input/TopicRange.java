package dev.flinkreranker.workbench.replay.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.job.kafka.OffsetRange;
import dev.flinkreranker.job.kafka.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * The records of a topic that are replayed, fixed once and for all.
 *
 * @param topic the topic
 * @param partitions offsets by partition
 */
record TopicRange(String topic, SortedMap<Integer, OffsetRange> partitions) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Copies the map. */
    TopicRange {
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
    }

    /** The range kept in the file, or else fixed now and kept there. */
    static TopicRange fix(
            TopicReader reader, String topic, TopicBound from, TopicBound to, Path file)
            throws IOException {
        if (Files.exists(file)) {
            return kept(file);
        }
        SortedMap<Integer, OffsetRange> present = reader.ranges();
        if (present.isEmpty()) {
            throw new IOException("there is no topic " + topic);
        }
        Map<Integer, Long> starts = offsets(reader, from, present, OffsetRange::from);
        Map<Integer, Long> stops = offsets(reader, to, present, OffsetRange::to);
        SortedMap<Integer, OffsetRange> partitions = new TreeMap<>();
        present.forEach(
                (partition, range) -> {
                    long start = Math.max(starts.get(partition), range.from());
                    long stop = Math.min(stops.get(partition), range.to());
                    partitions.put(partition, new OffsetRange(start, Math.max(start, stop)));
                });
        TopicRange range = new TopicRange(topic, partitions);
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.writeString(unfinished, MAPPER.writeValueAsString(range));
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        return range;
    }

    private static TopicRange kept(Path file) throws IOException {
        try {
            return MAPPER.readValue(file.toFile(), TopicRange.class);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not as a replay wrote it; remove its directory", e);
        }
    }

    /**
     * @param others what partitions take that a bound of offsets does not name
     */
    private static Map<Integer, Long> offsets(
            TopicReader reader,
            TopicBound bound,
            SortedMap<Integer, OffsetRange> present,
            ToLongFunction<OffsetRange> others) {
        Map<Integer, Long> offsets = new TreeMap<>();
        if (bound instanceof TopicBound.Earliest) {
            present.forEach((partition, range) -> offsets.put(partition, range.from()));
        } else if (bound instanceof TopicBound.AtOffsets named) {
            present.forEach(
                    (partition, range) -> offsets.put(partition, others.applyAsLong(range)));
            named.byPartition().forEach(offsets::replace);
        } else {
            present.forEach((partition, range) -> offsets.put(partition, range.to()));
            if (bound instanceof TopicBound.AtTime at) {
                offsets.putAll(reader.firstSince(at.time(), present.keySet()));
            }
        }
        return offsets;
    }
}
