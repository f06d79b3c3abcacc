package dev.flinkreranker.tests.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The job's configuration as {@code k8s/base} ships it, led to a test's broker and secrets. What is
 * tested is so what is documented.
 *
 * @param yaml the configuration's text
 */
record ShippedConfig(String yaml) {

    private static final Pattern KAFKA = Pattern.compile("(?m)^kafka:\\n(?: .*\\n)+");

    /** Log in with user and password, over TLS. */
    static ShippedConfig withPassword(Path root) throws IOException {
        return new ShippedConfig(Files.readString(root.resolve("k8s/base/rerank.yaml")));
    }

    /** Show a certificate: the section {@code kafka} that k8s/README.md prints for it. */
    static ShippedConfig withCertificate(Path root) throws IOException {
        Matcher printed = KAFKA.matcher(Files.readString(root.resolve("k8s/README.md")));
        if (!printed.find()) {
            throw new IllegalStateException("k8s/README.md prints no section kafka");
        }
        return new ShippedConfig(
                KAFKA.matcher(withPassword(root).yaml())
                        .replaceFirst(Matcher.quoteReplacement(printed.group())));
    }

    /**
     * Leads it to another broker and other secrets.
     *
     * @param secrets folder instead of those that Kubernetes mounts: {@code user} and {@code ca}
     */
    ShippedConfig at(String bootstrapServers, Path secrets) {
        return with("kafka-kafka-bootstrap.kafka.svc:9093", bootstrapServers)
                .with("/run/secrets/kafka-ca", secrets.resolve("ca").toString())
                .with("/run/secrets/kafka", secrets.resolve("user").toString());
    }

    /** With another text wherever one stands. */
    ShippedConfig with(String text, String instead) {
        if (!yaml.contains(text)) {
            throw new IllegalArgumentException("\"" + text + "\" is not in\n" + yaml);
        }
        return new ShippedConfig(yaml.replace(text, instead));
    }

    /** Writes it to a file. */
    Path write(Path file) throws IOException {
        return Files.writeString(file, yaml);
    }
}
