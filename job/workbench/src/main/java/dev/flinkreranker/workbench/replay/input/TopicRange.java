package dev.flinkreranker.workbench.replay.input;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * The records of a topic that are replayed, fixed once and for all.
 *
 * @param topic the topic
 * @param partitions offsets by partition
 */
record TopicRange(String topic, SortedMap<Integer, Offsets> partitions) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Copies the map. */
    TopicRange {
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
    }

    /**
     * Offsets of a partition.
     *
     * @param from the first
     * @param to the first that is not replayed any more
     */
    record Offsets(long from, long to) {}

    /** The range kept in the file, or else fixed now and kept there. */
    static TopicRange fix(
            Consumer<?, ?> consumer, String topic, TopicBound from, TopicBound to, Path file)
            throws IOException {
        if (Files.exists(file)) {
            return MAPPER.readValue(file.toFile(), TopicRange.class);
        }
        List<PartitionInfo> infos = consumer.partitionsFor(topic, PATIENCE);
        if (infos == null || infos.isEmpty()) {
            throw new IOException("there is no topic " + topic);
        }
        List<TopicPartition> all =
                infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
        Map<TopicPartition, Long> first = consumer.beginningOffsets(all, PATIENCE);
        Map<TopicPartition, Long> end = consumer.endOffsets(all, PATIENCE);
        Map<TopicPartition, Long> starts = offsets(consumer, from, all, first, end, first);
        Map<TopicPartition, Long> stops = offsets(consumer, to, all, first, end, end);
        SortedMap<Integer, Offsets> partitions = new TreeMap<>();
        for (TopicPartition partition : all) {
            long start = Math.max(starts.get(partition), first.get(partition));
            long stop = Math.min(stops.get(partition), end.get(partition));
            partitions.put(partition.partition(), new Offsets(start, Math.max(start, stop)));
        }
        TopicRange range = new TopicRange(topic, partitions);
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.writeString(unfinished, MAPPER.writeValueAsString(range));
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        return range;
    }

    private static Map<TopicPartition, Long> offsets(
            Consumer<?, ?> consumer,
            TopicBound bound,
            Collection<TopicPartition> all,
            Map<TopicPartition, Long> first,
            Map<TopicPartition, Long> end,
            Map<TopicPartition, Long> others) {
        if (bound instanceof TopicBound.Earliest) {
            return first;
        }
        Map<TopicPartition, Long> offsets = new HashMap<>(end);
        if (bound instanceof TopicBound.AtOffsets named) {
            offsets.putAll(others);
            named.byPartition()
                    .forEach(
                            (partition, offset) ->
                                    offsets.replaceAll(
                                            (key, value) ->
                                                    key.partition() == partition ? offset : value));
        } else if (bound instanceof TopicBound.AtTime at) {
            Map<TopicPartition, Long> times = new HashMap<>();
            all.forEach(partition -> times.put(partition, at.time().toEpochMilli()));
            Map<TopicPartition, OffsetAndTimestamp> found =
                    consumer.offsetsForTimes(times, PATIENCE);
            found.forEach(
                    (partition, offset) -> {
                        if (offset != null) {
                            offsets.put(partition, offset.offset());
                        }
                    });
        }
        return offsets;
    }
}
