package dev.flinkreranker.tests.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that come and go while they are searched.
 *
 * @param folder the one that they lie below
 */
record WrittenFiles(Path folder) {

    /** Those with a text in them. */
    List<Path> holding(String text) throws Exception {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        // A link's target lies here too, or nobody wrote it here.
                        if (attributes.isRegularFile() && holds(file, text)) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException gone) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        return found;
    }

    private static boolean holds(Path file, String text) throws IOException {
        try {
            // One byte a character, so that bytes are searched as they are.
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
        } catch (NoSuchFileException e) {
            // A checkpoint that a newer one has replaced.
            return false;
        }
    }
}
