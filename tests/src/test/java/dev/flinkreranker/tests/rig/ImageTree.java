package dev.flinkreranker.tests.rig;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The image's file tree, laid out by the script that the Dockerfile runs too, and the parts of
 * Flink to run it on.
 *
 * @param flinkLib jars of Flink and its logging
 * @param image what the image adds, as {@code docker/layout} describes it
 * @param logging the image's configuration of Log4j
 * @param opens what Flink's own scripts open to it in every JVM, an argument file for Java
 */
public record ImageTree(Path flinkLib, Path image, Path logging, Path opens) {

    /**
     * Lays the tree out, unless that has been done since anything of it was built. Two processes
     * may ask at once.
     *
     * @param root the checkout
     * @throws IOException when the script fails, with what it said
     */
    public static ImageTree layOut(Path root) throws IOException, InterruptedException {
        Path target = root.resolve("docker/target");
        Path image = target.resolve("image");
        Path done = target.resolve("image.done");
        try (FileChannel lock =
                FileChannel.open(
                        target.resolve("image.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            lock.lock();
            if (!Files.exists(done) || lastModified(done) <= lastBuilt(root)) {
                Files.deleteIfExists(done);
                layOut(root, image);
                Files.createFile(done);
            }
        }
        return new ImageTree(
                target.resolve("flink-lib"),
                image,
                root.resolve("docker/conf/log4j-console.properties"),
                root.resolve("job/local/flink.opens"));
    }

    private static void layOut(Path root, Path image) throws IOException, InterruptedException {
        Process layout =
                new ProcessBuilder(root.resolve("docker/layout").toString(), image.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(layout.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (layout.waitFor() != 0) {
            throw new IOException(output);
        }
    }

    /** When what the script copies was last written. */
    private static long lastBuilt(Path root) throws IOException {
        long newest = 0;
        for (String part :
                List.of(
                        "job/target",
                        "docker/target/image-lib",
                        "docker/layout",
                        "docker/rerank")) {
            try (Stream<Path> files = Files.walk(root.resolve(part), 1)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    newest = Math.max(newest, lastModified(file));
                }
            }
        }
        return newest;
    }

    private static long lastModified(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toMillis();
    }

    /** The class path of Flink's processes: what is one {@code lib/} in the image. */
    String classPath() {
        return flinkLib.resolve("*") + ":" + image.resolve("lib").resolve("*");
    }

    /** Makes what is Flink's home in the image, with its own jars and the image's in one lib/. */
    Path home(Path folder) throws IOException {
        Path lib = Files.createDirectories(folder.resolve("lib"));
        for (Path jars : List.of(flinkLib, image.resolve("lib"))) {
            try (Stream<Path> files = Files.list(jars)) {
                for (Path jar : files.toList()) {
                    Files.createSymbolicLink(lib.resolve(jar.getFileName()), jar);
                }
            }
        }
        for (String name : List.of("usrlib", "bin")) {
            Files.createSymbolicLink(folder.resolve(name), image.resolve(name));
        }
        return folder;
    }

    /** The job jar. */
    public Path jobJar() {
        Path jar = image.resolve("usrlib/reranker-job.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is missing; run mvn package");
        }
        return jar;
    }

    /** The environment that the Dockerfile sets. */
    Map<String, String> environment() {
        return Map.of(
                "DJL_CACHE_DIR",
                image.resolve("djl").toString(),
                "DJL_OFFLINE",
                "true",
                "OPT_OUT_TRACKING",
                "true",
                "PYTORCH_VERSION",
                "2.7.1",
                "PYTORCH_LIBRARY_PATH",
                image.resolve("libtorch").toString(),
                "PYTORCH_FLAVOR",
                "cpu");
    }
}
