package dev.flinkreranker.runtime.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the files of a checkpoint must be, by SHA-256. Written as 64 hexadecimal digits, the
 * checksum of {@code model.safetensors}; or as the lines that {@code sha256sum *.json
 * *.safetensors} prints, in which every file of weights must be, those of modules by their folder.
 *
 * @param digests in lower case, by name of the file: {@code 2_Dense/model.safetensors}
 */
public record Sha256Sums(Map<String, String> digests) {

    private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern LINE =
            Pattern.compile(
                    "([0-9a-fA-F]{64}) [ *](?:\\./)?((?:[0-9A-Za-z_-][^/\\\\]*/)?[^/\\\\]+)");
    private static final String WEIGHTS = ".safetensors";
    private static final int BUFFER = 1 << 20;

    /**
     * Reads the text.
     *
     * @throws IllegalArgumentException if it is of neither form; one line
     */
    public static Sha256Sums parse(String text) {
        if (DIGEST.matcher(text.strip()).matches()) {
            return new Sha256Sums(Map.of("model" + WEIGHTS, text.strip().toLowerCase(Locale.ROOT)));
        }
        Map<String, String> digests = new LinkedHashMap<>();
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            Matcher matcher = LINE.matcher(line.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "must be 64 hexadecimal digits, or lines of sha256sum with names in the"
                                + " model's directory, but has \""
                                + line.strip()
                                + "\"");
            }
            digests.put(matcher.group(2), matcher.group(1).toLowerCase(Locale.ROOT));
        }
        if (digests.isEmpty()) {
            throw new IllegalArgumentException("must have a checksum, but is empty");
        }
        return new Sha256Sums(digests);
    }

    /**
     * The sums of a model directory's own files and of its modules', by name; of a Hub cache's
     * folder or a model's id, those of the snapshot. What is hidden or in another folder is left
     * out.
     *
     * @throws IOException when one cannot be read
     * @throws InvalidCheckpointException if a cache names no snapshot that lies in it
     */
    public static Sha256Sums of(Path directory) throws IOException {
        Path snapshot = HubCache.ofProcess().directory(directory);
        Map<String, String> digests = new LinkedHashMap<>();
        for (Path folder : ModuleChain.directories(snapshot)) {
            for (Path file : files(folder)) {
                digests.put(name(snapshot, file), digestOf(file));
            }
        }
        return new Sha256Sums(digests);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Reads every named file and compares.
     *
     * @throws InvalidCheckpointException if one differs or cannot be read, or a file of weights in
     *     the directory has no checksum
     */
    public void verify(Path directory) {
        FileIdentity.paths(directory).stream()
                .map(file -> name(directory, file))
                .filter(name -> name.endsWith(WEIGHTS) && !digests.containsKey(name))
                .findFirst()
                .ifPresent(
                        name -> {
                            throw new InvalidCheckpointException(
                                    "%s: has no checksum in sha256; give the lines of sha256sum"
                                            .formatted(directory.resolve(name)));
                        });
        digests.forEach((name, digest) -> verify(directory.resolve(name), digest));
    }

    /** As {@code sha256sum} prints it: {@code 2_Dense/model.safetensors}. */
    private static String name(Path directory, Path file) {
        return directory.relativize(file).toString().replace('\\', '/');
    }

    private static void verify(Path file, String expected) {
        String actual = digest(file);
        if (!actual.equals(expected)) {
            throw new InvalidCheckpointException(
                    "%s: sha256 is %s, but the catalogue asks for %s"
                            .formatted(file, actual, expected));
        }
    }

    private static String digest(Path file) {
        try {
            return digestOf(file);
        } catch (IOException e) {
            throw new InvalidCheckpointException(file + ": cannot be read to verify its sha256", e);
        }
    }

    private static String digestOf(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return digest(in);
        }
    }

    /**
     * The SHA-256 of all that a stream gives, in lower case.
     *
     * @throws IOException when it cannot be read
     */
    public static String digest(InputStream in) throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            digest.update(buffer, 0, read);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
