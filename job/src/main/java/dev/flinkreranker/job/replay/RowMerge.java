package dev.flinkreranker.job.replay;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The rows of all row files in the order of the input. Every file is in order by itself, so only
 * files that overlap are open at once: about as many as the replay had subtasks.
 */
final class RowMerge implements Closeable {
    private static final Comparator<ReplayRow> ORDER =
            Comparator.comparingInt(ReplayRow::file).thenComparingLong(ReplayRow::line);

    private final PriorityQueue<RowFile> unopened =
            new PriorityQueue<>(Comparator.comparing((RowFile file) -> file.head, ORDER));
    private final PriorityQueue<RowFile> open =
            new PriorityQueue<>(Comparator.comparing((RowFile file) -> file.head, ORDER));

    RowMerge(List<Path> files) throws IOException {
        for (Path path : files) {
            RowFile file = new RowFile(path);
            if (file.advance()) {
                unopened.add(file);
            }
            // Only the first row is needed until the file's turn comes.
            file.pause();
        }
    }

    /** The next row; null at the end. */
    ReplayRow next() throws IOException {
        while (!unopened.isEmpty()
                && (open.isEmpty() || ORDER.compare(unopened.peek().head, open.peek().head) <= 0)) {
            RowFile file = unopened.poll();
            file.resume();
            open.add(file);
        }
        RowFile first = open.poll();
        if (first == null) {
            return null;
        }
        ReplayRow row = first.head;
        if (first.advance()) {
            if (ORDER.compare(row, first.head) >= 0) {
                throw new IllegalStateException(first.path + " is not in the order of the input");
            }
            open.add(first);
        } else {
            first.close();
        }
        return row;
    }

    @Override
    public void close() throws IOException {
        for (RowFile file : open) {
            file.close();
        }
    }

    private static final class RowFile {
        private final Path path;
        private BufferedReader lines;
        private ReplayRow head;

        RowFile(Path path) throws IOException {
            this.path = path;
            this.lines = Files.newBufferedReader(path);
        }

        boolean advance() throws IOException {
            String line = lines.readLine();
            head = line == null ? null : ReplayRow.fromJson(line);
            return head != null;
        }

        void pause() throws IOException {
            lines.close();
        }

        void resume() throws IOException {
            lines = Files.newBufferedReader(path);
            lines.readLine();
        }

        void close() throws IOException {
            lines.close();
        }
    }
}
