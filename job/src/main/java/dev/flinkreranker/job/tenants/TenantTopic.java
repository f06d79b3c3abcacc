package dev.flinkreranker.job.tenants;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.kafka.OffsetRange;
import dev.flinkreranker.job.kafka.PartitionReader;
import dev.flinkreranker.job.kafka.StalledReadException;
import dev.flinkreranker.job.kafka.TopicLeaders;
import dev.flinkreranker.job.kafka.TopicReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** The topic of a job's tenants. */
final class TenantTopic implements AutoCloseable {

    private static final String PATIENCE_MS = "20000";
    private static final Duration READ_PATIENCE = Duration.ofMinutes(2);

    private final JobConfig job;
    private final String name;
    private final Admin admin;

    private TenantTopic(JobConfig job, Admin admin) {
        this.job = job;
        this.name = job.tenantConfigs().topic();
        this.admin = admin;
    }

    static TenantTopic open(JobConfig job) {
        Properties properties = KafkaProperties.common(job);
        properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        return new TenantTopic(job, Admin.create(properties));
    }

    JobConfig job() {
        return job;
    }

    String name() {
        return name;
    }

    /** Creates it, compacted, with the cluster's own replication, unless it is there. */
    void create() throws IOException, InterruptedException {
        NewTopic topic =
                new NewTopic(name, Optional.of(1), Optional.empty())
                        .configs(
                                Map.of(
                                        TopicConfig.CLEANUP_POLICY_CONFIG,
                                        TopicConfig.CLEANUP_POLICY_COMPACT));
        try {
            admin.createTopics(List.of(topic)).all().get();
            TopicLeaders.await(admin, List.of(new TopicPartition(name, 0)));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw failure(e);
            }
        }
    }

    /**
     * Refuses a topic that would lose configs.
     *
     * @throws IOException if it is not there, or deletes what is old
     */
    void check() throws IOException, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        try {
            String policy =
                    admin.describeConfigs(List.of(resource))
                            .all()
                            .get()
                            .get(resource)
                            .get(TopicConfig.CLEANUP_POLICY_CONFIG)
                            .value();
            if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                throw new IOException(
                        ("topic %s has cleanup.policy=%s and would lose configs in time: it must be"
                                        + " compact alone")
                                .formatted(name, policy));
            }
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    /** Reads it to its present end, as the job does. */
    TenantLog read() throws IOException {
        TenantLog log = new TenantLog(job.tenantRecords());
        try (TopicReader reader = new TopicReader(consumer(), name)) {
            SortedMap<Integer, OffsetRange> ranges = reader.ranges();
            if (ranges.isEmpty()) {
                throw missing();
            }
            for (Map.Entry<Integer, OffsetRange> range : ranges.entrySet()) {
                PartitionReader partition =
                        reader.read(range.getKey(), range.getValue(), READ_PATIENCE);
                while (!partition.isDone()) {
                    partition.next().forEach(log::add);
                }
            }
        } catch (StalledReadException e) {
            throw new IOException("topic " + name + " cannot be read to its end", e);
        } catch (UnknownTopicOrPartitionException e) {
            throw missing();
        } catch (KafkaException e) {
            throw new IOException("topic " + name + ": " + describe(e), e);
        }
        return log;
    }

    private Properties consumer() {
        Properties properties = KafkaProperties.source(job);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        return properties;
    }

    private IOException failure(ExecutionException e) {
        return e.getCause() instanceof UnknownTopicOrPartitionException
                ? missing()
                : new IOException("topic " + name + ": " + describe(e.getCause()), e.getCause());
    }

    private IOException missing() {
        return new IOException(
                "topic %s does not exist; 'tenants put --create' makes it".formatted(name));
    }

    /** What Kafka says, with why: its own message is often only that it failed. */
    static @Nullable String describe(Throwable e) {
        return e.getCause() == null || e.getCause().getMessage() == null
                ? e.getMessage()
                : List.of(e, e.getCause()).stream()
                        .map(Throwable::getMessage)
                        .distinct()
                        .collect(Collectors.joining(": "));
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
