package dev.flinkreranker.tests.rig;

import java.io.File;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The class path of the running test, for processes that run classes of it. */
public final class TestClassPath {

    private TestClassPath() {}

    /**
     * In the form of {@code java -cp}, absolute. Surefire hides it behind a jar with nothing but a
     * path.
     */
    public static String value() {
        String surefire = System.getProperty("surefire.test.class.path");
        String path = surefire == null ? System.getProperty("java.class.path") : surefire;
        return Stream.of(path.split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
