package dev.flinkreranker.tests.deployment;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the files of this repository from wherever a test runs. */
final class Repository {

    private Repository() {}

    /** The root of the checkout: the nearest folder above that holds {@code k8s/base}. */
    static Path root() {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("k8s/base"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no folder above " + start + " holds k8s/base");
    }
}
