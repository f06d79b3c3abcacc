package dev.flinkreranker.job.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;

/**
 * Tells a secret in the properties of Kafka's clients. Kafka's own definitions say which properties
 * are secret; for those that they do not know (of a callback handler, a config provider) and for
 * the options of a JAAS line the name does.
 */
final class Secrets {

    private static final List<ConfigDef> DEFINITIONS =
            List.of(
                    ConsumerConfig.configDef(),
                    ProducerConfig.configDef(),
                    AdminClientConfig.configDef());

    private static final Pattern NAME =
            Pattern.compile(
                    "(?i).*(password|passwd|passphrase|secret|token|assertion|credentials?"
                            + "|(private|secret|access|api)[._-]?key)");

    /** An option of a JAAS line; Kafka reads quoted and bare values. */
    private static final Pattern OPTION =
            Pattern.compile(
                    "([\\w.-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|'((?:[^'\\\\]|\\\\.)*)'"
                            + "|([^\\s;]+))");

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{[^}]*}");

    private Secrets() {}

    /** Whether the value, or a part of it, is a secret rather than a reference to one. */
    static boolean holds(String key, String value) {
        return key.endsWith(SaslConfigs.SASL_JAAS_CONFIG)
                ? jaasHolds(value)
                : isSecret(key) && isPlain(value);
    }

    private static boolean isSecret(String key) {
        return DEFINITIONS.stream()
                .map(definition -> definition.configKeys().get(key))
                .filter(known -> known != null)
                .findFirst()
                .map(known -> known.type == ConfigDef.Type.PASSWORD)
                .orElseGet(() -> NAME.matcher(key).matches());
    }

    private static boolean jaasHolds(String line) {
        Matcher option = OPTION.matcher(line);
        while (option.find()) {
            for (int group = 2; group <= 4; group++) {
                String value = option.group(group);
                if (value != null && NAME.matcher(option.group(1)).matches() && isPlain(value)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isPlain(String value) {
        return !REFERENCE.matcher(value).replaceAll("").isBlank();
    }
}
