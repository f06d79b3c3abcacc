package dev.flinkreranker.tests.rig;

import dev.flinkreranker.tests.support.ShortLivedJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A broker and a Flink cluster with the image's libraries, in a directory that is removed. */
public final class Rig implements AutoCloseable {

    private final Path directory;
    private final ImageTree image;
    private final KafkaBroker broker;
    private final FlinkCluster flink;
    private boolean keep;

    private Rig(Path directory, ImageTree image, KafkaBroker broker, FlinkCluster flink) {
        this.directory = directory;
        this.image = image;
        this.broker = broker;
        this.flink = flink;
        this.keep = Boolean.getBoolean("rig.keep");
    }

    /**
     * Starts everything.
     *
     * @param root the checkout, in which {@code mvn package} has run
     * @param taskManagers of two slots each
     * @param options of Flink, over the rig's own
     */
    public static Rig start(
            Path root, KafkaBroker.Settings kafka, int taskManagers, Map<String, String> options)
            throws IOException, InterruptedException, TimeoutException {
        ImageTree image = ImageTree.layOut(root);
        Path directory = Files.createTempDirectory("reranker-rig-");
        KafkaBroker broker = null;
        try {
            broker = KafkaBroker.start(directory.resolve("kafka"), kafka);
            FlinkCluster flink =
                    FlinkCluster.start(directory.resolve("flink"), image, taskManagers, options);
            return new Rig(directory, image, broker, flink);
        } catch (IOException | InterruptedException | TimeoutException | RuntimeException e) {
            if (broker != null) {
                broker.close();
            }
            throw e;
        }
    }

    /** The broker. */
    public KafkaBroker broker() {
        return broker;
    }

    /** The cluster. */
    public FlinkCluster flink() {
        return flink;
    }

    /** Writes a file of the rig and returns its path. */
    public Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    /** Leaves everything where it is when this is closed, for whoever looks for a fault. */
    public void keep() {
        keep = true;
    }

    /** Where the rig keeps everything: configuration, logs, state. */
    public Path directory() {
        return directory;
    }

    /**
     * Runs the reranker's job.
     *
     * @param config its configuration file
     * @param savepoint to start from; null for none
     * @return the job's id
     */
    public String submit(Path config, int parallelism, String savepoint)
            throws IOException, InterruptedException {
        return flink.rest()
                .submit(
                        image.jobJar(),
                        new FlinkRest.Submission(
                                "dev.flinkreranker.job.stream.StreamJob",
                                List.of("--config", config.toString()),
                                parallelism,
                                savepoint));
    }

    /**
     * Runs the image's command line to its end.
     *
     * @return what it printed
     * @throws IOException when it fails, with what it said
     */
    public String rerank(String... arguments) throws IOException, InterruptedException {
        Path home = directory.resolve("home");
        if (!Files.exists(home)) {
            image.home(home);
        }
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin/rerank").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("FLINK_HOME", home.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("RERANK_JAVA_OPTS", String.join(" ", ShortLivedJvm.FLAGS));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", arguments) + " failed: " + output);
        }
        return output;
    }

    @Override
    public void close() {
        flink.close();
        broker.close();
        if (keep) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
