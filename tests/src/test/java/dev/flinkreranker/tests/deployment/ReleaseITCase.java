package dev.flinkreranker.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a release hands out: its version is the same everywhere, and every jar has the licence. */
class ReleaseITCase {

    private static final Path ROOT = Repository.root();
    private static final Pattern PROJECT_VERSION =
            Pattern.compile("<artifactId>flink-reranker</artifactId>\\s*<version>(.+)</version>");
    private static final Pattern IMAGE_TAG =
            Pattern.compile("(?:flink-reranker:|newTag: )(\\d[^\\s`]*)-[cg]pu\\b");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "src/target/reranker-runtime-%s.jar",
                "operators/target/reranker-operators-%s.jar",
                "job/target/reranker-job-%s.jar",
                "job/target/reranker-job-%s-job.jar",
                "job/client/target/reranker-client-%s.jar",
            })
    void jarsCarryTheLicence(String jar) throws IOException {
        try (JarFile file = new JarFile(ROOT.resolve(jar.formatted(version())).toFile())) {
            assertThat(text(file, "META-INF/LICENSE"))
                    .isEqualTo(Files.readString(ROOT.resolve("LICENSE")));
            assertThat(text(file, "META-INF/NOTICE"))
                    .contains(Files.readString(ROOT.resolve("NOTICE")).strip());
        }
    }

    @Test
    void theChangelogDescribesTheVersion() throws IOException {
        assertThat(ROOT.resolve("CHANGELOG.md"))
                .content()
                .containsPattern(
                        "(?m)^## " + Pattern.quote(version()) + " - \\d{4}-\\d\\d-\\d\\d$");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker/Dockerfile",
                "docker/README.md",
                "docker/compose.yaml",
                "k8s/README.md",
                "k8s/base/kustomization.yaml",
                "k8s/overlays/gpu/kustomization.yaml"
            })
    void imagesAreTaggedWithTheVersion(String file) throws IOException {
        Matcher tags = IMAGE_TAG.matcher(Files.readString(ROOT.resolve(file)));

        assertThat(tags.results().map(tag -> tag.group(1)))
                .isNotEmpty()
                .allMatch(version()::equals);
    }

    private static String version() throws IOException {
        Matcher version = PROJECT_VERSION.matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    private static String text(JarFile jar, String entry) throws IOException {
        assertThat(jar.getEntry(entry)).as(entry).isNotNull();
        return new String(
                jar.getInputStream(jar.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8);
    }
}
