package dev.flinkreranker.job.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.tenant.RerankSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Reads a job's configuration from YAML. All that can be known to be wrong before the job runs is
 * refused here, by its path.
 */
public final class JobConfigReader {

    private static final YAMLMapper YAML =
            YAMLMapper.builder(
                            YAMLFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private JobConfigReader() {}

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read
     * @throws InvalidConfigException with every violation, each naming the file
     */
    public static JobConfig read(Path file) throws IOException {
        String yaml = Files.readString(file);
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
        JsonNode tree;
        try {
            tree = YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new InvalidConfigException(
                    "line %d: %s"
                            .formatted(
                                    e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                                    e.getOriginalMessage().lines().findFirst().orElse("not YAML")));
        }
        if (tree.isMissingNode()) {
            throw new InvalidConfigException("the configuration is empty");
        }
        JobConfig config = StrictReader.read(tree, JobConfig.class, "");
        check(config);
        return config;
    }

    private static void check(JobConfig config) {
        List<String> violations = new ArrayList<>();
        String requests = config.requests().topic();
        String results = config.results().topic();
        String deadLetters = config.deadLetters().topic();
        if (new HashSet<>(List.of(requests, results, deadLetters)).size() < 3) {
            violations.add("requests.topic, results.topic and dead_letters.topic must differ");
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
        try {
            config.directory();
        } catch (InvalidConfigException e) {
            violations.addAll(e.violations());
        }
        if (!violations.isEmpty()) {
            throw new InvalidConfigException(violations);
        }
    }
}
