package dev.flinkreranker.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Main classes of all modules, by the lines of their files. */
class ClassSizeTest {

    private static final Path ROOT = Path.of("..");

    private static List<ClassFile> byLines;

    /**
     * A file of main code.
     *
     * @param path from the root of the checkout
     * @param lines how many it has
     */
    private record ClassFile(Path path, int lines) {

        static ClassFile of(Path file) {
            try {
                return new ClassFile(ROOT.relativize(file), Files.readAllLines(file).size());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeAll
    static void count() throws IOException {
        List<String> modules =
                Files.readAllLines(ROOT.resolve("pom.xml")).stream()
                        .map(String::trim)
                        .filter(line -> line.startsWith("<module>"))
                        .map(line -> line.replaceAll("</?module>", ""))
                        .toList();
        byLines =
                modules.stream()
                        .flatMap(
                                module ->
                                        Stream.of(module + "/main/java", module + "/src/main/java"))
                        .map(ROOT::resolve)
                        .filter(Files::isDirectory)
                        .flatMap(ClassSizeTest::classFiles)
                        .map(ClassFile::of)
                        .sorted(Comparator.comparingInt(ClassFile::lines))
                        .toList();
    }

    private static Stream<Path> classFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void mostAreSmall() {
        assertThat(byLines).hasSizeGreaterThan(300);
        assertThat(byLines.get(byLines.size() / 2).lines()).as("median").isLessThanOrEqualTo(80);
        assertThat(byLines.get(byLines.size() * 9 / 10).lines())
                .as("90th percentile")
                .isLessThanOrEqualTo(200);
    }

    @Test
    void noneIsLarge() {
        assertThat(byLines).filteredOn(file -> file.lines() > 400).isEmpty();
    }
}
