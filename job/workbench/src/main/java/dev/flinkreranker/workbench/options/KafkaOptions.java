package dev.flinkreranker.workbench.options;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.config.KafkaProperties;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how Kafka is reached. */
public final class KafkaOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The brokers of all topics.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--kafka",
            paramLabel = "KEY=VALUE",
            description = "A property of Kafka's clients. May be given more than once.")
    private Map<String, String> kafka = new LinkedHashMap<>();

    @Option(
            names = "--job",
            paramLabel = "FILE",
            description =
                    "A stream's YAML, whose kafka, source and sink sections say how topics are"
                            + " reached.")
    private @Nullable Path job;

    /** Properties of what reads topics. */
    public Map<String, String> source() throws IOException {
        return properties(KafkaProperties::source);
    }

    /** Properties of what writes them. */
    public Map<String, String> sink() throws IOException {
        return properties(KafkaProperties::sink);
    }

    private Map<String, String> properties(Function<JobConfig, Properties> section)
            throws IOException {
        Map<String, String> properties = new LinkedHashMap<>();
        if (job != null) {
            Properties ofJob = section.apply(JobConfigReader.read(job));
            ofJob.stringPropertyNames().forEach(key -> properties.put(key, ofJob.getProperty(key)));
        }
        properties.putAll(kafka);
        if (bootstrapServers != null) {
            properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        }
        if (!properties.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
            throw new IllegalArgumentException("a topic needs --bootstrap-servers or --job");
        }
        return properties;
    }
}
