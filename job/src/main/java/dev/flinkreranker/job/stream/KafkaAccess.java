package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.DeliveryConfig;
import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.config.RequestsConfig;
import dev.flinkreranker.job.kafka.TopicSelection;
import dev.flinkreranker.operators.config.DurationText;
import dev.flinkreranker.operators.config.InvalidConfigException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTransactionsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers, before the job starts, whether they let it do what it will do. A job that they
 * refuse would restart for ever, and say so deep in a stack trace.
 */
final class KafkaAccess {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaAccess.class);
    private static final int PATIENCE_MS = 20_000;

    private final Properties client;
    private final String servers;
    private final List<String> refusals = new ArrayList<>();

    private KafkaAccess(Properties client) {
        this.client = client;
        this.servers = client.getProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    }

    /**
     * Checks the login, the topics and what they take, the group and the transactional ids.
     *
     * @throws InvalidConfigException with every refusal, each naming a field and what to do
     * @throws TimeoutException if no broker answers, which may be different soon
     */
    static void check(JobConfig config) throws InterruptedException {
        boolean transactions =
                config.delivery().guarantee() == DeliveryConfig.Guarantee.EXACTLY_ONCE;
        Set<AclOperation> writing = EnumSet.of(AclOperation.WRITE);
        if (transactions
                && config.delivery().transactionNaming()
                        == DeliveryConfig.TransactionNaming.POOLING) {
            // A pool looks up who else writes to the topic.
            writing.add(AclOperation.READ);
        }
        KafkaAccess source = new KafkaAccess(KafkaProperties.source(config));
        source.run(
                admin -> {
                    source.topics(admin, source.read(admin, config), EnumSet.of(AclOperation.READ));
                    source.group(admin, "requests.group", config.requests().group());
                    if (config.overflowInUse() != null) {
                        source.group(admin, "overflow", config.overflowGroup());
                    }
                });
        KafkaAccess sink = new KafkaAccess(KafkaProperties.sink(config));
        sink.run(
                admin -> {
                    Set<AclOperation> asking = EnumSet.copyOf(writing);
                    asking.add(AclOperation.DESCRIBE_CONFIGS);
                    sink.topics(admin, OutputTopics.of(config), asking);
                    if (sink.refusals.isEmpty()) {
                        sink.refusals.addAll(OutputTopics.refusals(admin, config));
                    }
                    if (sink.refusals.isEmpty() && config.overflowInUse() != null) {
                        OverflowTopic.warnOfLoss(admin, config.overflow().topic(), PATIENCE_MS);
                    }
                    if (transactions) {
                        sink.transactionalIds(admin, config.name());
                        sink.transactionTimeout(config);
                    }
                });
        List<String> refusals = new ArrayList<>(source.refusals);
        sink.refusals.stream().filter(line -> !refusals.contains(line)).forEach(refusals::add);
        if (!refusals.isEmpty()) {
            throw new InvalidConfigException(refusals);
        }
    }

    /** The topics that the job reads, by the fields that name them. */
    private Map<String, String> read(Admin admin, JobConfig config)
            throws InterruptedException, ExecutionException {
        Map<String, String> topics = new TreeMap<>(requests(admin, config.requests()));
        if (config.overflowInUse() != null) {
            topics.put("overflow.topic", config.overflow().topic());
        }
        if (config.tenantConfigs() != null) {
            topics.put("tenant_configs.topic", config.tenantConfigs().topic());
        }
        return topics;
    }

    private Map<String, String> requests(Admin admin, RequestsConfig requests)
            throws InterruptedException, ExecutionException {
        Map<String, String> topics = new TreeMap<>();
        TopicSelection selection = requests.selection();
        if (selection.pattern() == null) {
            for (int i = 0; i < selection.names().size(); i++) {
                topics.put(requests.field(i), selection.names().get(i));
            }
            return topics;
        }
        Set<String> all =
                admin.listTopics(new ListTopicsOptions().timeoutMs(PATIENCE_MS)).names().get();
        for (String topic : all) {
            if (selection.takes(topic)) {
                topics.put("requests.topic_pattern (" + topic + ")", topic);
            }
        }
        if (topics.isEmpty()) {
            refusals.add(
                    "requests.topic_pattern: %s shows the job's user no topic that matches %s;"
                                    .formatted(servers, selection.pattern())
                            + " create one, or let it read them");
        }
        return topics;
    }

    /** Questions to the brokers. */
    private interface Questions {
        void ask(Admin admin) throws InterruptedException, ExecutionException;
    }

    private void run(Questions questions) throws InterruptedException {
        try (Admin admin = Admin.create(client)) {
            questions.ask(admin);
        } catch (ExecutionException e) {
            refusals.add(refusal(e.getCause()));
        } catch (KafkaException | UncheckedIOException e) {
            refusals.add("kafka: no client can be made of these properties: " + rootMessage(e));
        }
    }

    /** What went wrong with the connection, rather than with one topic. */
    private String refusal(Throwable cause) {
        if (cause instanceof TimeoutException) {
            throw new TimeoutException(
                    ("kafka.bootstrap.servers: %s did not answer within %d s; check the address,"
                                    + " the network, and whether the listener speaks %s")
                            .formatted(
                                    servers,
                                    PATIENCE_MS / 1000,
                                    client.getProperty(
                                            CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                                            CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL)),
                    cause);
        }
        if (cause instanceof SaslAuthenticationException) {
            return "kafka.%s: %s refused the login (%s); check user, password and %s"
                    .formatted(
                            SaslConfigs.SASL_JAAS_CONFIG,
                            servers,
                            cause.getMessage(),
                            SaslConfigs.SASL_MECHANISM);
        }
        if (cause instanceof SslAuthenticationException) {
            return ("kafka.ssl: no TLS connection to %s (%s); check that ssl.truststore holds the"
                            + " authority of the brokers' certificates and, where brokers ask for a"
                            + " certificate, that ssl.keystore holds one that they trust")
                    .formatted(servers, rootMessage(cause));
        }
        return "kafka: %s: %s".formatted(servers, rootMessage(cause));
    }

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private void topics(Admin admin, Map<String, String> topics, Set<AclOperation> needed)
            throws InterruptedException, ExecutionException {
        Map<String, KafkaFuture<TopicDescription>> described =
                admin.describeTopics(
                                TopicCollection.ofTopicNames(topics.values()),
                                new DescribeTopicsOptions()
                                        .includeAuthorizedOperations(true)
                                        .timeoutMs(PATIENCE_MS))
                        .topicNameValues();
        for (Map.Entry<String, String> entry : topics.entrySet()) {
            String topic = entry.getValue();
            try {
                TopicDescription description = described.get(topic).get();
                require(
                        entry.getKey(),
                        "topic " + topic,
                        needed,
                        description.authorizedOperations());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    refusals.add(
                            "%s: the topic %s does not exist in %s; create it"
                                    .formatted(entry.getKey(), topic, servers));
                } else if (e.getCause() instanceof TopicAuthorizationException) {
                    require(entry.getKey(), "topic " + topic, needed, Set.of());
                } else {
                    throw e;
                }
            }
        }
    }

    private void group(Admin admin, String field, String group)
            throws InterruptedException, ExecutionException {
        Set<AclOperation> needed = EnumSet.of(AclOperation.READ);
        try {
            Set<AclOperation> granted =
                    admin.describeConsumerGroups(
                                    List.of(group),
                                    new DescribeConsumerGroupsOptions()
                                            .includeAuthorizedOperations(true)
                                            .timeoutMs(PATIENCE_MS))
                            .describedGroups()
                            .get(group)
                            .get()
                            .authorizedOperations();
            require(field, "group " + group, needed, granted);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupAuthorizationException) {
                require(field, "group " + group, needed, Set.of());
            } else if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
        }
    }

    /** Whether ids that begin with the job's name may be used. That none is in use is good. */
    private void transactionalIds(Admin admin, String name)
            throws InterruptedException, ExecutionException {
        try {
            admin.describeTransactions(
                            List.of(name), new DescribeTransactionsOptions().timeoutMs(PATIENCE_MS))
                    .description(name)
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TransactionalIdAuthorizationException) {
                require(
                        "name",
                        "transactional ids that begin with " + name,
                        EnumSet.of(AclOperation.WRITE, AclOperation.DESCRIBE),
                        Set.of());
            } else if (!(e.getCause() instanceof TransactionalIdNotFoundException)) {
                throw e;
            }
        }
    }

    /**
     * By a transaction that is never begun: to read the broker's limit asks for a right of its own.
     */
    private void transactionTimeout(JobConfig config) {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, config.name() + ":check");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Integer.toString(PATIENCE_MS));
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, bytes, bytes)) {
            producer.initTransactions();
        } catch (KafkaException e) {
            // The producer hands this one on as its text alone.
            if (rootMessage(e).contains(Errors.INVALID_TRANSACTION_TIMEOUT.message())) {
                refusals.add(
                        ("delivery.transaction_timeout: %s refuses %s, which is above its"
                                        + " transaction.max.timeout.ms; raise that, or lower this"
                                        + " and what it must outlast")
                                .formatted(
                                        servers,
                                        DurationText.of(config.delivery().transactionTimeout())));
            } else {
                LOG.warn("{} was not asked about transactions: {}", servers, rootMessage(e));
            }
        }
    }

    /**
     * @param granted null where the broker does not tell
     */
    private void require(
            String path,
            String resource,
            Set<AclOperation> needed,
            @Nullable Set<AclOperation> granted) {
        if (granted == null || granted.containsAll(needed)) {
            return;
        }
        Set<AclOperation> missing = EnumSet.copyOf(needed);
        missing.removeAll(granted);
        refusals.add(
                "%s: %s does not let the job's user %s; grant it, as k8s/kafka/kafka-user.yaml does: %s"
                        .formatted(path, servers, words(missing), resource));
    }

    private static String words(Set<AclOperation> operations) {
        return operations.stream()
                .map(operation -> operation.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" and "));
    }
}
