package dev.flinkreranker.tests.rig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
     * Lays the tree out.
     *
     * @param root the checkout
     * @throws IOException when the script fails, with what it said
     */
    public static ImageTree layOut(Path root) throws IOException, InterruptedException {
        Path target = root.resolve("docker/target");
        Path image = target.resolve("image");
        Process layout =
                new ProcessBuilder(root.resolve("docker/layout").toString(), image.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(layout.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (layout.waitFor() != 0) {
            throw new IOException(output);
        }
        return new ImageTree(
                target.resolve("flink-lib"),
                image,
                root.resolve("docker/conf/log4j-console.properties"),
                root.resolve("job/local/flink.opens"));
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
