package dev.flinkreranker.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The properties of Kafka's clients: {@code kafka} for all, {@code source} and {@code sink} over
 * it, and what the job itself decides.
 *
 * <p>A secret must not stand in the file, since Flink writes it into the job graph, savepoints and
 * its web interface. It is a reference to one of Kafka's config providers, {@code
 * ${provider:path:key}}, which the clients resolve on the TaskManagers.
 */
public final class KafkaProperties {

    /** What the job decides, and by which field of its configuration. */
    private static final Map<String, String> DECIDED =
            Map.of(
                    ConsumerConfig.GROUP_ID_CONFIG, "requests.group",
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "requests.auto_offset_reset",
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "the job's checkpoints",
                    ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, "the job",
                    ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, "the job",
                    ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, "the job",
                    ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, "the job",
                    ProducerConfig.TRANSACTIONAL_ID_CONFIG, "name",
                    ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "delivery.transaction_timeout");

    private static final String PROVIDERS = "config.providers";
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}:]+):[^}]*}");
    private static final int REQUEST_OVERHEAD = 16_384;
    private static final long BUFFER_MEMORY = 33_554_432;

    /** Several requests: Kafka's own 16 KiB hold one, and each batch costs the broker a write. */
    private static final int BATCH_BYTES = 131_072;

    private KafkaProperties() {}

    /** What every client has. */
    public static Properties common(JobConfig config) {
        Properties properties = new Properties();
        putAll(properties, config.kafka());
        return properties;
    }

    /** The consumer's properties. */
    public static Properties source(JobConfig config) {
        Properties properties = new Properties();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        putAll(properties, config.kafka());
        putAll(properties, config.source());
        return properties;
    }

    /** The producers' properties. */
    public static Properties sink(JobConfig config) {
        Properties properties = new Properties();
        properties.put(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Integer.toString(config.limits().recordBytes() + REQUEST_OVERHEAD));
        // A producer refuses a record that is larger than its whole buffer.
        properties.put(
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                Long.toString(Math.max(BUFFER_MEMORY, 2L * config.limits().recordBytes())));
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(BATCH_BYTES));
        properties.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Long.toString(config.delivery().transactionTimeout().toMillis()));
        putAll(properties, config.kafka());
        putAll(properties, config.sink());
        return properties;
    }

    private static void putAll(Properties properties, Map<String, JsonNode> section) {
        section.forEach((key, value) -> properties.put(key, value.asText()));
    }

    /** What is wrong with the three sections, one line each. */
    static List<String> violations(JobConfig config) {
        List<String> violations = new ArrayList<>();
        checkCluster(config, violations);
        check("kafka", config.kafka(), violations);
        check("source", config.source(), violations);
        check("sink", config.sink(), violations);
        checkRequestSize(config, violations);
        checkProviders(config, violations);
        return violations;
    }

    /**
     * One for all topics: a redrive changes dead letters and requests in one transaction, and the
     * commands for tenants and dead letters look where the job does.
     */
    private static void checkCluster(JobConfig config, List<String> violations) {
        String servers = CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG;
        JsonNode given = config.kafka().get(servers);
        if (given == null || given.isTextual() && given.asText().isBlank()) {
            violations.add("kafka." + servers + " is missing");
        }
        Map.of("source", config.source(), "sink", config.sink())
                .forEach(
                        (section, properties) -> {
                            if (properties.containsKey(servers)) {
                                violations.add(
                                        "%s.%s: a job works on one Kafka cluster; set kafka.%s, and mirror topics of another one"
                                                .formatted(section, servers, servers));
                            }
                        });
    }

    private static void check(
            String section, Map<String, JsonNode> properties, List<String> violations) {
        properties.forEach(
                (key, value) -> {
                    String path = section + "." + key;
                    if (!value.isValueNode() || value.isNull()) {
                        violations.add(path + " must be a single value");
                    } else if (DECIDED.containsKey(key)) {
                        violations.add(path + " is decided by " + DECIDED.get(key));
                    } else if (Secrets.holds(key, value.asText())) {
                        violations.add(
                                path
                                        + " holds a secret: refer to a config provider instead,"
                                        + " such as"
                                        + " ${file:/run/secrets/kafka.properties:password}");
                    }
                });
    }

    private static void checkRequestSize(JobConfig config, List<String> violations) {
        String size = sink(config).getProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
        int needed = config.limits().recordBytes();
        if (!size.matches("[0-9]{1,9}") || Integer.parseInt(size) < needed) {
            violations.add(
                    "sink.%s must be an integer of at least limits.record_bytes (%d), but is %s"
                            .formatted(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, needed, size));
        }
    }

    /** A reference to a provider that is not declared would reach the broker as it stands. */
    private static void checkProviders(JobConfig config, List<String> violations) {
        for (Properties client : List.of(source(config), sink(config))) {
            List<String> declared = List.of(client.getProperty(PROVIDERS, "").split("\\s*,\\s*"));
            for (String key : client.stringPropertyNames()) {
                Matcher reference = REFERENCE.matcher(client.getProperty(key));
                while (reference.find()) {
                    String provider = reference.group(1);
                    String violation =
                            "%s refers to the config provider \"%s\", which kafka.%s does not name"
                                    .formatted(key, provider, PROVIDERS);
                    if (!declared.contains(provider) && !violations.contains(violation)) {
                        violations.add(violation);
                    }
                }
            }
        }
    }
}
