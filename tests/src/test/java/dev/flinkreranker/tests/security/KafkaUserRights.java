package dev.flinkreranker.tests.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Reads the rights of a Strimzi {@code KafkaUser} as Kafka knows them, one for each operation. */
final class KafkaUserRights {

    private KafkaUserRights() {}

    /**
     * @param principal who gets them
     */
    static List<AclBinding> read(Path kafkaUser, String principal) throws IOException {
        JsonNode user = new YAMLMapper().readTree(kafkaUser.toFile());
        List<AclBinding> rights = new ArrayList<>();
        for (JsonNode acl : user.at("/spec/authorization/acls")) {
            ResourcePattern pattern = pattern(acl.path("resource"));
            for (JsonNode operation : acl.path("operations")) {
                rights.add(
                        new AclBinding(
                                pattern,
                                new AccessControlEntry(
                                        principal,
                                        "*",
                                        operation(operation.asText()),
                                        AclPermissionType.ALLOW)));
            }
        }
        return rights;
    }

    /** Strimzi writes DescribeConfigs for what Kafka calls DESCRIBE_CONFIGS. */
    private static AclOperation operation(String name) {
        return AclOperation.fromString(name.replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
    }

    private static ResourcePattern pattern(JsonNode resource) {
        String type = resource.path("type").asText();
        return switch (type) {
            case "cluster" ->
                    new ResourcePattern(
                            ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL);
            case "transactionalId" -> named(ResourceType.TRANSACTIONAL_ID, resource);
            default -> named(ResourceType.valueOf(type.toUpperCase(Locale.ROOT)), resource);
        };
    }

    private static ResourcePattern named(ResourceType type, JsonNode resource) {
        PatternType pattern =
                switch (resource.path("patternType").asText()) {
                    case "literal" -> PatternType.LITERAL;
                    case "prefix" -> PatternType.PREFIXED;
                    default -> throw new IllegalArgumentException(resource.toString());
                };
        return new ResourcePattern(type, resource.path("name").asText(), pattern);
    }
}
