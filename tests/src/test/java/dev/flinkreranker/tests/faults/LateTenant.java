package dev.flinkreranker.tests.faults;

import dev.flinkreranker.tests.rig.KafkaBroker;
import dev.flinkreranker.tests.support.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A tenant whose requests come before its config: they are held until it is there. Each further
 * config names a model that no process has loaded.
 */
final class LateTenant {

    static final String ID = "late";
    static final String TOPIC = "tenants";

    /** Models, each a folder of its own; after the last comes the first again. */
    private static final int MODELS = 4;

    private final KafkaBroker broker;
    private int version;

    LateTenant(KafkaBroker broker) {
        this.broker = broker;
    }

    /**
     * Copies a model, by hard links, for each that is still to be loaded.
     *
     * @return the entries of the job's {@code models}
     */
    static String models(Path model, Path folder) throws IOException {
        for (int i = 0; i < MODELS; i++) {
            Path copy = Files.createDirectories(folder.resolve(alias(i)));
            try (Stream<Path> files = Files.list(model)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    link(copy.resolve(file.getFileName()), file);
                }
            }
        }
        return IntStream.range(0, MODELS)
                .mapToObj(i -> "%s: {directory: %s}".formatted(alias(i), folder.resolve(alias(i))))
                .collect(Collectors.joining(", "));
    }

    private static void link(Path link, Path file) throws IOException {
        if (Files.notExists(link)) {
            try {
                Files.createLink(link, file);
            } catch (IOException | UnsupportedOperationException e) {
                Files.copy(file, link);
            }
        }
    }

    private static String alias(int model) {
        return "late-" + model;
    }

    /** Writes the first config, or one with the next model. */
    void configure() throws InterruptedException, ExecutionException {
        String config =
                Json.json("{'version':%d,'model':'%s'}")
                        .formatted(version + 1, alias(version % MODELS));
        broker.send(TOPIC, ID, config);
        version++;
    }
}
