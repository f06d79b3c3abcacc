package dev.flinkreranker.workbench.evaluation;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a text file with their numbers; gzip is recognised by its first bytes. Lines of
 * nothing but whitespace are skipped.
 */
final class TrecLines implements AutoCloseable {

    private static final int GZIP_MAGIC = 0x1f8b;

    private final String file;
    private final BufferedReader reader;
    private long number;

    /** Opens a file. */
    TrecLines(Path path) throws IOException {
        this.file = path.toString();
        if (Files.isDirectory(path)) {
            throw new TrecFormatException(file, "is a directory, a file is needed");
        }
        if (!Files.exists(path)) {
            throw new TrecFormatException(file, "no such file");
        }
        InputStream bytes = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        try {
            bytes.mark(2);
            boolean gzip = ((bytes.read() << 8) | bytes.read()) == GZIP_MAGIC;
            bytes.reset();
            // A decoder, and not a charset name: it reports malformed bytes in place of
            // replacing them.
            this.reader =
                    new BufferedReader(
                            new InputStreamReader(
                                    gzip ? new GZIPInputStream(bytes) : bytes,
                                    StandardCharsets.UTF_8.newDecoder()));
        } catch (IOException e) {
            bytes.close();
            throw new TrecFormatException(file, e.getMessage());
        }
    }

    /** The next line that holds something, or null at the end. */
    @Nullable String next() throws IOException {
        try {
            String line = reader.readLine();
            number++;
            while (line != null && line.isBlank()) {
                line = reader.readLine();
                number++;
            }
            return line;
        } catch (CharacterCodingException e) {
            // The decoder reads ahead, so the line is at or after this one.
            throw new TrecFormatException(file, number + 1, "not UTF-8 here or further down");
        } catch (IOException e) {
            throw new TrecFormatException(file, number + 1, e.getMessage());
        }
    }

    /** The error of the line that {@link #next()} returned last. */
    TrecFormatException error(String problem) {
        return new TrecFormatException(file, number, problem);
    }

    /** An error of the file as a whole. */
    TrecFormatException fileError(String problem) {
        return new TrecFormatException(file, problem);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
