package dev.flinkreranker.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.job.file.InputFile;
import dev.flinkreranker.job.kafka.TopicSelection;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ModelDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a job's configuration from YAML. All that can be known to be wrong before the job runs is
 * refused here, by its path.
 */
public final class JobConfigReader {

    private JobConfigReader() {}

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read
     * @throws InvalidConfigException with every violation, each naming the file
     */
    public static JobConfig read(Path file) throws IOException {
        String yaml = InputFile.text(file);
        try {
            return parse(yaml);
        } catch (InvalidConfigException e) {
            throw new InvalidConfigException(
                    e.violations().stream().map(violation -> file + ": " + violation).toList());
        }
    }

    /**
     * Reads YAML.
     *
     * @throws InvalidConfigException with every violation
     */
    public static JobConfig parse(String yaml) {
        JsonNode tree = Yaml.parse(yaml);
        if (tree.isMissingNode()) {
            throw new InvalidConfigException("the configuration is empty");
        }
        JobConfig config = StrictReader.read(tree, JobConfig.class, "");
        check(config);
        return config;
    }

    private static void check(JobConfig config) {
        List<String> violations = new ArrayList<>();
        checkTopics(config, violations);
        checkHold(config, violations);
        if (config.overflow() != null && config.rerank().ordered()) {
            violations.add(
                    "overflow: later requests overtake those that are set aside, and rerank.ordered"
                            + " forbids that");
        }
        if (config.models().containsKey(RerankSettings.NO_MODEL)) {
            violations.add("models.none: the name is taken, for requests without a model");
        }
        for (String tenant : config.tenants().keySet()) {
            if (!RequestParser.TENANT_ID.matcher(tenant).matches()) {
                violations.add(
                        "tenants: the id \"%s\" must match %s"
                                .formatted(tenant, RequestParser.TENANT_ID.pattern()));
            }
        }
        violations.addAll(KafkaProperties.violations(config));
        violations.addAll(unusableModels(config));
        try {
            config.directory();
        } catch (InvalidConfigException e) {
            violations.addAll(e.violations());
        }
        if (!violations.isEmpty()) {
            throw new InvalidConfigException(violations);
        }
    }

    private static void checkTopics(JobConfig config, List<String> violations) {
        Map<String, String> fieldOfTopic = new HashMap<>();
        Map<String, String> topics = new LinkedHashMap<>();
        TopicSelection requests = config.requests().selection();
        for (int i = 0; i < requests.names().size(); i++) {
            topics.put(config.requests().field(i), requests.names().get(i));
        }
        topics.putAll(config.results().topics());
        topics.put("dead_letters.topic", config.deadLetters().topic());
        if (config.overflow() != null) {
            topics.put("overflow.topic", config.overflow().topic());
        }
        if (config.usage() != null) {
            topics.put("usage.topic", config.usage().topic());
        }
        if (config.tenantConfigs() != null) {
            topics.put("tenant_configs.topic", config.tenantConfigs().topic());
        }
        topics.forEach(
                (field, topic) -> {
                    if (requests.pattern() != null && requests.takes(topic)) {
                        violations.add(
                                "requests.topic_pattern takes the topic %s of %s too"
                                        .formatted(topic, field));
                    }
                    String other = fieldOfTopic.putIfAbsent(topic, field);
                    if (other != null) {
                        violations.add("%s and %s must differ".formatted(other, field));
                    }
                });
    }

    private static void checkHold(JobConfig config, List<String> violations) {
        if (config.unknownTenant() != UnknownTenant.HOLD) {
            return;
        }
        if (config.tenantConfigs() == null) {
            violations.add(
                    "unknown_tenant: hold waits for configs of a topic, and tenant_configs names"
                            + " none");
        }
        if (config.rerank().ordered()) {
            violations.add(
                    "unknown_tenant: hold lets later requests overtake those that wait, and"
                            + " rerank.ordered forbids that");
        }
    }

    /** Only of those whose directories are here. */
    private static List<String> unusableModels(JobConfig config) {
        List<String> violations = new ArrayList<>();
        for (Map.Entry<String, ModelConfig> entry : config.models().entrySet()) {
            try {
                ModelReference model = entry.getValue().reference();
                if (model.isHere()) {
                    ModelDescriptor.read(model.path(), model.basePath());
                }
            } catch (InvalidCheckpointException e) {
                violations.add("models.%s: %s".formatted(entry.getKey(), e.getMessage()));
            }
        }
        return violations;
    }
}
