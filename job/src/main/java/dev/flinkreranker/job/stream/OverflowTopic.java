package dev.flinkreranker.job.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a topic keeps what is set aside in it for long enough. */
final class OverflowTopic {

    private static final Logger LOG = LoggerFactory.getLogger(OverflowTopic.class);

    /** A backlog of a long weekend. */
    private static final Duration SHORT = Duration.ofDays(4);

    private OverflowTopic() {}

    /** Warns of a short retention. */
    static void warnOfLoss(Admin admin, String topic, int patienceMs)
            throws InterruptedException, ExecutionException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config configs =
                admin.describeConfigs(
                                List.of(resource),
                                new DescribeConfigsOptions().timeoutMs(patienceMs))
                        .values()
                        .get(resource)
                        .get();
        long retentionMs = Long.parseLong(configs.get(TopicConfig.RETENTION_MS_CONFIG).value());
        if (retentionMs >= 0 && retentionMs < SHORT.toMillis()) {
            LOG.warn(
                    "overflow.topic: requests that wait in {} for longer than its retention.ms ({})"
                            + " are lost",
                    topic,
                    retentionMs);
        }
    }
}
