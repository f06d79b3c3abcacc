package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.replay.scoring.ReplayRow;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The rows of all row files in the order of the input. Every file is in order by itself, so only
 * files that overlap are open at once: about as many as the replay had subtasks.
 */
final class RowMerge implements Closeable {
    private final PriorityQueue<RowFile> unopened = new PriorityQueue<>();
    private final PriorityQueue<RowFile> open = new PriorityQueue<>();
    private long bytes;
    private long bytesRead;

    RowMerge(List<Path> files) throws IOException {
        for (Path path : files) {
            bytes += Files.size(path);
            RowFile file = new RowFile(path);
            if (file.advance()) {
                unopened.add(file);
            }
            file.pause();
        }
    }

    /** The next row; null at the end. */
    @Nullable ReplayRow next() throws IOException {
        while (!unopened.isEmpty()
                && (open.isEmpty() || unopened.peek().compareTo(open.peek()) <= 0)) {
            RowFile file = unopened.poll();
            file.resume();
            open.add(file);
        }
        RowFile first = open.poll();
        if (first == null) {
            return null;
        }
        ReplayRow row = first.head;
        Place place = first.place;
        if (first.advance()) {
            if (place.compareTo(first.place) >= 0) {
                throw new IllegalStateException(first.path + " is not in the order of the input");
            }
            open.add(first);
        } else {
            first.close();
            bytesRead += Files.size(first.path);
        }
        return row;
    }

    /** How large all files are. */
    long bytes() {
        return bytes;
    }

    /** How large the files are that were read to their end. */
    long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() throws IOException {
        for (RowFile file : open) {
            file.close();
        }
    }

    /** Where a row stands in the input. */
    private record Place(int file, long line) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparingInt(Place::file).thenComparingLong(Place::line);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /** A file at one of its rows; in the order of that row. */
    private static final class RowFile implements Comparable<RowFile> {
        private final Path path;
        private BufferedReader lines;
        private @Nullable Place place;

        /** The row; null until the file's turn comes, since there may be a file for each block. */
        private @Nullable ReplayRow head;

        RowFile(Path path) throws IOException {
            this.path = path;
            this.lines = Files.newBufferedReader(path);
        }

        boolean advance() throws IOException {
            String line = lines.readLine();
            head = line == null ? null : ReplayRow.fromJson(line);
            place = head == null ? null : new Place(head.file(), head.line());
            return head != null;
        }

        void pause() throws IOException {
            lines.close();
            head = null;
        }

        void resume() throws IOException {
            lines = Files.newBufferedReader(path);
            advance();
        }

        void close() throws IOException {
            lines.close();
        }

        @Override
        public int compareTo(RowFile other) {
            return place.compareTo(other.place);
        }
    }
}
