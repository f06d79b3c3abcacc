package dev.flinkreranker.tests.upgrade;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A kept savepoint, with what it needs around it.
 *
 * @param directory holds {@code _metadata}, which is all of a small savepoint, {@code kafka.json}
 *     and {@code state.txt}
 */
record Savepoint(Path directory) {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Where a checkout keeps them, seen from the module. */
    static final Path HOME = Path.of("src/test/resources/savepoints");

    /** All that are kept. */
    static List<Savepoint> kept() {
        try (Stream<Path> directories = Files.list(HOME)) {
            return directories.filter(Files::isDirectory).sorted().map(Savepoint::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    KafkaContent kafka() throws IOException {
        return JSON.readValue(directory.resolve("kafka.json").toFile(), KafkaContent.class);
    }

    List<String> state() throws IOException {
        return Files.readAllLines(directory.resolve("state.txt"));
    }

    void write(Path metadata, KafkaContent kafka, List<String> state) throws IOException {
        Files.createDirectories(directory);
        Files.copy(metadata, directory.resolve("_metadata"));
        Files.writeString(directory.resolve("kafka.json"), JSON.writeValueAsString(kafka) + "\n");
        Files.write(directory.resolve("state.txt"), state);
    }

    @Override
    public String toString() {
        return directory.getFileName().toString();
    }
}
