package dev.flinkreranker.job.stream;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a topic keeps what is set aside in it. */
final class OverflowTopic {

    private static final Logger LOG = LoggerFactory.getLogger(OverflowTopic.class);

    /** A backlog of a long weekend. */
    private static final Duration SHORT = Duration.ofDays(4);

    private OverflowTopic() {}

    /**
     * Looks at the topic's configs, and warns of a short retention.
     *
     * @return why it must not be used
     */
    static Optional<String> check(Admin admin, String topic, int patienceMs)
            throws InterruptedException, ExecutionException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config configs;
        try {
            configs =
                    admin.describeConfigs(
                                    List.of(resource),
                                    new DescribeConfigsOptions().timeoutMs(patienceMs))
                            .values()
                            .get(resource)
                            .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof AuthorizationException) {
                // Said already, or none of the job's rights.
                return Optional.empty();
            }
            throw e;
        }
        if (configs.get(TopicConfig.CLEANUP_POLICY_CONFIG)
                .value()
                .contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            return Optional.of(
                    ("overflow.topic: the topic %s is compacted, which deletes requests that wait in"
                                    + " it; set its cleanup.policy to delete")
                            .formatted(topic));
        }
        long retentionMs = Long.parseLong(configs.get(TopicConfig.RETENTION_MS_CONFIG).value());
        if (retentionMs >= 0 && retentionMs < SHORT.toMillis()) {
            LOG.warn(
                    "overflow.topic: requests that wait in {} for longer than its retention.ms ({})"
                            + " are lost",
                    topic,
                    retentionMs);
        }
        return Optional.empty();
    }
}
