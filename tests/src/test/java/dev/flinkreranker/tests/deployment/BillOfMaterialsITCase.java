package dev.flinkreranker.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The bill of materials that the build writes: complete, repeatable, of licences that let us ship.
 */
class BillOfMaterialsITCase {

    /** As SPDX or, where it is not known to the plugin, the library itself names them. */
    private static final Set<String> LICENCES =
            Set.of(
                    "Apache-2.0",
                    "MIT",
                    "BSD-2-Clause",
                    "BSD-3-Clause",
                    "BSD-4-Clause",
                    "CC0-1.0",
                    "Go License",
                    "Unicode/ICU License");

    private static final Path ROOT = Repository.root();
    private static JsonNode bill;

    @BeforeAll
    static void read() throws IOException {
        Path file = ROOT.resolve("target/bom.json");
        assumeTrue(Files.exists(file), "an offline build writes no bill of materials");
        bill = new ObjectMapper().readTree(file.toFile());
    }

    /** The libraries; not our own modules, which have no hash before they are built. */
    private static List<JsonNode> libraries() {
        List<JsonNode> libraries = new ArrayList<>();
        for (JsonNode component : bill.path("components")) {
            if (!component.path("group").asText().equals("dev.flinkreranker")) {
                libraries.add(component);
            }
        }
        return libraries;
    }

    @Test
    void namesEveryLibraryThatShips() throws IOException {
        Set<String> named = new TreeSet<>();
        for (JsonNode library : libraries()) {
            named.add(library.path("name").asText() + "-" + library.path("version").asText());
        }
        for (String folder : List.of("job/workbench/target/lib", "docker/target/image-lib")) {
            try (Stream<Path> jars = Files.list(ROOT.resolve(folder))) {
                assertThat(jars.map(jar -> jar.getFileName().toString()))
                        .as(folder)
                        .filteredOn(jar -> jar.endsWith(".jar") && !jar.startsWith("reranker-"))
                        .isNotEmpty()
                        .allSatisfy(
                                jar ->
                                        assertThat(named)
                                                .as(jar)
                                                .anyMatch(
                                                        name ->
                                                                jar.matches(
                                                                        name + "(-.+)?\\.jar")));
            }
        }
    }

    @Test
    void hasAHashAndAPermissiveLicenceForEach() {
        assertThat(libraries()).hasSizeGreaterThan(80);
        for (JsonNode library : libraries()) {
            String purl = library.path("purl").asText();
            assertThat(purl).startsWith("pkg:maven/");
            assertThat(library.path("hashes").findValuesAsText("alg")).as(purl).contains("SHA-256");
            List<String> licences = new ArrayList<>();
            licences.addAll(library.path("licenses").findValuesAsText("id"));
            licences.addAll(library.path("licenses").findValuesAsText("name"));
            assertThat(licences).as(purl).containsAnyElementsOf(LICENCES);
        }
    }

    @Test
    void isTheSameWheneverItIsMade() {
        assertThat(bill.has("serialNumber")).isFalse();
        assertThat(bill.path("metadata").has("timestamp")).isFalse();
    }
}
