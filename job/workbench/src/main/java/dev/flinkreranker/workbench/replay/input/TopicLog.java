package dev.flinkreranker.workbench.replay.input;

import com.github.luben.zstd.ZstdOutputStream;
import dev.flinkreranker.job.kafka.OffsetRange;
import dev.flinkreranker.job.kafka.PartitionReader;
import dev.flinkreranker.job.kafka.TopicReader;
import dev.flinkreranker.operators.request.EventJson;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Copies a range of a topic into request logs, one a partition. From there on the replay depends on
 * neither the broker nor its retention, and the same records can be replayed again next year.
 *
 * <p>No consumer group is joined and nothing is committed: production does not notice.
 */
public final class TopicLog {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final byte[] NOTHING = "null".getBytes(StandardCharsets.UTF_8);

    private TopicLog() {}

    /**
     * Writes what is not there yet. Which records those are is fixed at the first call for a
     * directory; later ones go on with the same.
     *
     * @param kafka properties of the client, {@code bootstrap.servers} among them
     * @param topic the topic
     * @param from {@code earliest}, a time, or {@code PARTITION:OFFSET,...}
     * @param to likewise, or {@code latest}; the record there is not read any more
     * @param directory where the logs go; it must exist
     * @return the logs, by partition; line n is the n-th record, which is offset {@code from + n -
     *     1} unless the broker left some out
     */
    public static List<Path> write(
            Map<String, String> kafka, String topic, String from, String to, Path directory)
            throws IOException {
        TopicBound first = TopicBound.parse(from);
        TopicBound last = TopicBound.parse(to);
        Properties properties = new Properties();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.putAll(kafka);
        try (TopicReader reader = new TopicReader(properties, topic)) {
            String place = (topic + "@" + from + "-" + to).replaceAll("[^A-Za-z0-9._@-]", "_");
            TopicRange range =
                    TopicRange.fix(reader, topic, first, last, directory.resolve(place + ".json"));
            List<Path> logs = new ArrayList<>();
            for (Map.Entry<Integer, OffsetRange> partition : range.partitions().entrySet()) {
                OffsetRange offsets = partition.getValue();
                if (offsets.from() < offsets.to()) {
                    Path log =
                            directory.resolve(
                                    "%s-%d@%d-%d.jsonl.zst"
                                            .formatted(
                                                    topic,
                                                    partition.getKey(),
                                                    offsets.from(),
                                                    offsets.to()));
                    if (!Files.exists(log)) {
                        copy(reader.read(partition.getKey(), offsets, PATIENCE), log);
                    }
                    logs.add(log);
                }
            }
            if (logs.isEmpty()) {
                throw new IOException(
                        "topic " + topic + " holds no record between " + from + " and " + to);
            }
            return logs;
        }
    }

    private static void copy(PartitionReader partition, Path log) throws IOException {
        Path unfinished = log.resolveSibling(log.getFileName() + ".unfinished");
        LogTimes times = LogTimes.NONE;
        try (OutputStream out =
                new ZstdOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
            while (!partition.isDone()) {
                for (ConsumerRecord<byte[], byte[]> record : partition.next()) {
                    times = times.and(record.timestamp());
                    writeLine(out, record.value() == null ? NOTHING : record.value());
                }
            }
        }
        times.write(log);
        Files.move(unfinished, log, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A line end inside JSON is white space between tokens, and may be another. */
    private static void writeLine(OutputStream out, byte[] value) throws IOException {
        byte[] line = Arrays.copyOfRange(value, EventJson.start(value), value.length);
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n') {
                line[i] = ' ';
            }
        }
        out.write(line);
        out.write('\n');
    }
}
