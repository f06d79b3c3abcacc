package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.kafka.KafkaTopicLimits;
import dev.flinkreranker.operators.config.DurationText;
import dev.flinkreranker.operators.event.TopicLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** The topics that the job writes, and what in their configs cannot go well. */
final class OutputTopics {

    private static final long LEAST_WINDOW = 2 * TopicLimits.CLOCK_MARGIN_MILLIS;

    private OutputTopics() {}

    /** By the fields that name them. */
    static Map<String, String> of(JobConfig config) {
        Map<String, String> topics = new TreeMap<>(config.results().topics());
        topics.put("dead_letters.topic", config.deadLetters().topic());
        if (config.usage() != null) {
            topics.put("usage.topic", config.usage().topic());
        }
        if (config.overflowInUse() != null) {
            topics.put("overflow.topic", config.overflow().topic());
        }
        return topics;
    }

    /** One line for each config that would fail the job, or lose what it writes. */
    static List<String> refusals(Admin admin, JobConfig config)
            throws InterruptedException, ExecutionException {
        Map<String, String> topics = of(config);
        Map<String, TopicDescription> described =
                admin.describeTopics(topics.values()).allTopicNames().get();
        List<String> refusals = new ArrayList<>();
        for (Map.Entry<String, String> entry : topics.entrySet()) {
            String topic = entry.getValue();
            Field field = new Field(entry.getKey(), topic, refusals);
            field.checkLimits(KafkaTopicLimits.read(admin, topic), config.limits().recordBytes());
            field.checkReplicas(described.get(topic), leastInSync(admin, topic));
        }
        return refusals;
    }

    private static int leastInSync(Admin admin, String topic)
            throws InterruptedException, ExecutionException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        return Integer.parseInt(config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).value());
    }

    /**
     * @param name of the job's file
     * @param topic its topic
     * @param refusals what is wrong
     */
    private record Field(String name, String topic, List<String> refusals) {

        void checkLimits(TopicLimits limits, int recordBytes) {
            if (limits.keyed() && name.equals("dead_letters.topic")) {
                refuse(
                        "is compacted (cleanup.policy), which takes no record without a key, and"
                                + " loses all but a key's last; set it to delete");
            }
            if (limits.keyed() && name.equals("usage.topic")) {
                refuse(
                        "is compacted (cleanup.policy), which loses all but a tenant's last"
                                + " interval; set it to delete");
            }
            if (limits.keyed() && name.equals("overflow.topic")) {
                refuse(
                        "is compacted (cleanup.policy), which deletes requests that wait in it; set"
                                + " it to delete");
            }
            if (limits.maxBytes() < recordBytes) {
                refuse(
                        ("takes records of %d bytes at most (max.message.bytes), and"
                                        + " limits.record_bytes allows %d; raise the one or lower"
                                        + " the other")
                                .formatted(limits.maxBytes(), recordBytes));
            }
            window("before", limits.beforeMillis());
            window("after", limits.afterMillis());
        }

        private void window(String side, long millis) {
            if (millis < LEAST_WINDOW) {
                refuse(
                        ("takes timestamps of %s at most %s now (message.timestamp.%s.max.ms), which"
                                        + " leaves no time to write; set it to %d at least")
                                .formatted(
                                        DurationText.of(Duration.ofMillis(millis)),
                                        side,
                                        side,
                                        LEAST_WINDOW));
            }
        }

        void checkReplicas(TopicDescription description, int leastInSync) {
            int replicas =
                    description.partitions().stream()
                            .map(TopicPartitionInfo::replicas)
                            .mapToInt(List::size)
                            .min()
                            .orElse(0);
            if (replicas < leastInSync) {
                refuse(
                        ("has %d replicas and wants %d in sync (min.insync.replicas), so that no"
                                        + " write succeeds; lower the one or raise the other")
                                .formatted(replicas, leastInSync));
            }
        }

        private void refuse(String what) {
            refusals.add("%s: %s %s".formatted(name, topic, what));
        }
    }
}
