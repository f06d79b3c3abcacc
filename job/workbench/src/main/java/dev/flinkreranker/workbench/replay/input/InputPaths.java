package dev.flinkreranker.workbench.replay.input;

import dev.flinkreranker.job.file.InputFile;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Files named one by one, as directories, or by glob patterns; {@code -} is standard input. */
public final class InputPaths {
    private InputPaths() {}

    /**
     * The files, sorted by path, each once. A directory stands for the files anywhere below it,
     * hidden ones left out.
     *
     * @throws NoSuchFileException naming the argument that matches nothing
     */
    public static List<Path> expand(List<String> arguments) throws IOException {
        TreeSet<Path> files = new TreeSet<>();
        for (String argument : arguments) {
            List<Path> found = matches(argument);
            if (found.isEmpty()) {
                throw new NoSuchFileException(argument, null, "no file there");
            }
            files.addAll(found);
        }
        return List.copyOf(files);
    }

    private static List<Path> matches(String argument) throws IOException {
        Path named = Path.of(argument);
        if (named.equals(InputFile.STANDARD)) {
            return List.of(named);
        }
        if (Files.exists(named) && !Files.isDirectory(named)) {
            return List.of(named.toAbsolutePath().normalize());
        }
        if (Files.isDirectory(Path.of(argument))) {
            Path root = Path.of(argument).toAbsolutePath().normalize();
            return filesBelow(root).filter(file -> !hidden(root, file)).toList();
        }
        int wild = firstWildcard(argument);
        if (wild < 0) {
            return List.of();
        }
        int slash = argument.lastIndexOf('/', wild);
        Path root =
                Path.of(slash < 0 ? "." : argument.substring(0, slash + 1))
                        .toAbsolutePath()
                        .normalize();
        PathMatcher matcher =
                FileSystems.getDefault().getPathMatcher("glob:" + argument.substring(slash + 1));
        return Files.isDirectory(root)
                ? filesBelow(root).filter(file -> matcher.matches(root.relativize(file))).toList()
                : List.of();
    }

    private static Stream<Path> filesBelow(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile).toList().stream();
        }
    }

    private static boolean hidden(Path root, Path file) {
        for (Path part : root.relativize(file)) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static int firstWildcard(String argument) {
        for (int i = 0; i < argument.length(); i++) {
            if ("*?[{".indexOf(argument.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }
}
