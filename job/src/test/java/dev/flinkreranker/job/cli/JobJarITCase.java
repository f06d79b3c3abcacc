package dev.flinkreranker.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What is in the jar that Flink is given. */
class JobJarITCase {

    /** The job, the connector, Kafka's clients, and what these read and write with. */
    private static final List<String> PACKAGES =
            List.of(
                    "com/fasterxml/jackson/",
                    "com/github/luben/zstd/",
                    "dev/flinkreranker/job/",
                    "dev/flinkreranker/operators/",
                    "net/jpountz/",
                    "org/apache/flink/connector/kafka/",
                    "org/apache/flink/streaming/connectors/kafka/",
                    "org/apache/flink/streaming/util/serialization/",
                    "org/apache/kafka/clients/",
                    "org/apache/kafka/common/",
                    "org/apache/kafka/server/authorizer/",
                    "org/apache/kafka/server/policy/",
                    "org/apache/kafka/server/quota/",
                    "org/apache/kafka/server/telemetry/",
                    "org/apache/kafka/shaded/",
                    "org/xerial/snappy/",
                    "org/yaml/snakeyaml/",
                    "picocli/");

    /** So no workbench, no broker, nothing of Flink, and nothing that lies in Flink's lib/. */
    @Test
    void holdsTheJobAndItsClientsAndNothingElse() throws IOException {
        List<String> names = names();

        assertThat(
                        names.stream()
                                .filter(name -> name.endsWith(".class"))
                                .map(name -> name.replaceFirst("^META-INF/versions/\\d+/", ""))
                                .map(JobJarITCase::packageOf)
                                .distinct())
                .containsExactlyInAnyOrderElementsOf(PACKAGES);
        assertThat(names).noneMatch(name -> name.startsWith("META-INF/resources/"));
    }

    /** The listed one, or else its own. */
    private static String packageOf(String name) {
        return PACKAGES.stream()
                .filter(name::startsWith)
                .findFirst()
                .orElse(name.substring(0, name.lastIndexOf('/') + 1));
    }

    private static List<String> names() throws IOException {
        String version = new ReleaseVersion().getVersion()[0].replace("flink-reranker ", "");
        Path jar = Path.of("target", "reranker-job-%s-job.jar".formatted(version));
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().filter(e -> !e.isDirectory()).map(ZipEntry::getName).toList();
        }
    }
}
