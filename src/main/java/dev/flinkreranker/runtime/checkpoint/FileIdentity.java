package dev.flinkreranker.runtime.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells a file from one that took its place.
 *
 * @param path where it is
 * @param key the file system's key for it (device and inode); null where there is none
 * @param size its bytes
 * @param modified when it was last written
 */
record FileIdentity(Path path, @Nullable Object key, long size, FileTime modified) {

    /**
     * The files that a checkpoint is read from: configuration, tokenizer, template, index, weights,
     * and those of its modules.
     */
    static List<FileIdentity> in(Path directory) {
        return paths(directory).stream().map(FileIdentity::of).toList();
    }

    /** Where these files are. */
    static List<Path> paths(Path directory) {
        return ModuleChain.directories(directory).stream()
                .flatMap(folder -> files(folder).stream())
                .toList();
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(FileIdentity::isRead).sorted().toList();
        } catch (IOException e) {
            throw new InvalidCheckpointException(directory + ": cannot be read", e);
        }
    }

    /** Whether the same file is still there, unchanged. */
    boolean isStill() {
        return isRead(path) && of(path).equals(this);
    }

    /** Whether a checkpoint's files have such names. */
    static boolean isReadByName(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".json") || name.endsWith(".safetensors") || name.endsWith(".jinja");
    }

    private static boolean isRead(Path file) {
        return Files.isRegularFile(file) && isReadByName(file);
    }

    private static FileIdentity of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileIdentity(
                    file, attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
        } catch (IOException e) {
            throw new InvalidCheckpointException(file + ": cannot be read", e);
        }
    }
}
