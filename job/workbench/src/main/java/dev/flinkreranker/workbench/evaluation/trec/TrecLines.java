package dev.flinkreranker.workbench.evaluation.trec;

import dev.flinkreranker.job.file.InputFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a text file, cut into fields: at tabs where the first line has at least two, else at
 * any whitespace. Lines of nothing but whitespace are skipped.
 */
final class TrecLines implements AutoCloseable {

    private static final Pattern WHITESPACE = Pattern.compile("\\s+");
    private static final int LOOK_AHEAD = 1 << 13;
    private static final int FEWEST_FIELDS = 3;

    private final String file;
    private final BufferedReader reader;
    private long number;

    /** How many fields the first line has between tabs; 0 where tabs mean nothing. */
    private int tabbed = -1;

    /** Opens a file, or standard input for {@code -}. */
    TrecLines(Path path) throws IOException {
        this.file = InputFile.name(path);
        try {
            this.reader = InputFile.reader(path);
        } catch (NoSuchFileException e) {
            throw new TrecFormatException(file, "no such file");
        } catch (FileSystemException e) {
            throw new TrecFormatException(
                    file, e.getReason() == null ? "may not be read" : e.getReason());
        }
    }

    /** Whether the file is JSON and not a table; asked before the first line is read. */
    boolean isJson() throws IOException {
        try {
            reader.mark(LOOK_AHEAD);
            int first = reader.read();
            for (int i = 1; i < LOOK_AHEAD && Character.isWhitespace(first); i++) {
                first = reader.read();
            }
            reader.reset();
            return first == '{' || first == '[';
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** All that was not read yet. */
    Reader rest() {
        return reader;
    }

    /** The fields of the next line that holds something, or null at the end. */
    String @Nullable [] next() throws IOException {
        try {
            String line = reader.readLine();
            number++;
            while (line != null && line.isBlank()) {
                line = reader.readLine();
                number++;
            }
            return line == null ? null : fields(line);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** The number of the line that {@link #next()} returned last, from 1. */
    long number() {
        return number;
    }

    /** What to call the file in messages. */
    String file() {
        return file;
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

    private TrecFormatException unreadable(IOException e) {
        // The decoder reads ahead, so the line is at or after this one.
        return new TrecFormatException(
                file,
                number + 1,
                e instanceof CharacterCodingException
                        ? "not UTF-8 here or further down"
                        : e.getMessage());
    }

    private String[] fields(String line) {
        String[] cut = line.split("\t", -1);
        if (tabbed < 0) {
            tabbed = cut.length >= FEWEST_FIELDS ? cut.length : 0;
        }
        return tabbed > 0 && cut.length == tabbed
                ? Arrays.stream(cut).map(String::strip).toArray(String[]::new)
                : WHITESPACE.split(line.strip());
    }
}
