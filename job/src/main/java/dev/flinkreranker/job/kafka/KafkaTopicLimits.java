package dev.flinkreranker.job.kafka;

import dev.flinkreranker.operators.event.TopicLimits;
import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** What a topic takes, asked of its brokers. */
public final class KafkaTopicLimits implements TopicLimits.Reader {

    @Serial private static final long serialVersionUID = 1L;

    /** Gone since Kafka 4.0; before, brokers held to it as well. */
    private static final String DIFFERENCE = "message.timestamp.difference.max.ms";

    private static final int PATIENCE_MS = 20_000;

    /** How long Kafka's clients take what they know of a topic for true. */
    private static final String INTERVAL = CommonClientConfigs.METADATA_MAX_AGE_CONFIG;

    private final Properties client;
    private final String topic;

    /**
     * @param client a client's properties
     * @param topic the topic
     */
    public KafkaTopicLimits(Properties client, String topic) {
        this.client = client;
        this.topic = topic;
    }

    /** The topic's name. */
    public String topic() {
        return topic;
    }

    @Override
    public TopicLimits read() throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(client)) {
            return read(admin, topic);
        }
    }

    /** No longer than the client's own knowledge of the topic. */
    @Override
    public Duration interval() {
        Duration most = TopicLimits.Reader.super.interval();
        String own = client.getProperty(INTERVAL, Long.toString(most.toMillis()));
        Duration interval = Duration.ofMillis(Long.parseLong(own.strip()));
        return interval.compareTo(most) < 0 ? interval : most;
    }

    /** The limits of a topic, by a client that is there already. */
    public static TopicLimits read(Admin admin, String topic)
            throws InterruptedException, ExecutionException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config =
                admin.describeConfigs(
                                List.of(resource),
                                new DescribeConfigsOptions().timeoutMs(PATIENCE_MS))
                        .values()
                        .get(resource)
                        .get();
        boolean brokersTime =
                "LogAppendTime".equals(text(config, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, ""));
        long difference = brokersTime ? Long.MAX_VALUE : number(config, DIFFERENCE);
        return new TopicLimits(
                partitions(admin, topic),
                text(config, TopicConfig.CLEANUP_POLICY_CONFIG, "")
                        .contains(TopicConfig.CLEANUP_POLICY_COMPACT),
                (int)
                        Math.min(
                                Integer.MAX_VALUE,
                                number(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG)),
                brokersTime
                        ? Long.MAX_VALUE
                        : Math.min(
                                difference,
                                number(config, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG)),
                brokersTime
                        ? Long.MAX_VALUE
                        : Math.min(
                                difference,
                                number(config, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG)));
    }

    private static int partitions(Admin admin, String topic)
            throws InterruptedException, ExecutionException {
        return admin.describeTopics(
                        List.of(topic), new DescribeTopicsOptions().timeoutMs(PATIENCE_MS))
                .topicNameValues()
                .get(topic)
                .get()
                .partitions()
                .size();
    }

    /** What a broker does not know, it does not limit. */
    private static long number(Config config, String name) {
        return Long.parseLong(text(config, name, Long.toString(Long.MAX_VALUE)));
    }

    private static String text(Config config, String name, String fallback) {
        ConfigEntry entry = config.get(name);
        return entry == null || entry.value() == null ? fallback : entry.value();
    }
}
