package dev.flinkreranker.workbench.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * One file on its way: gathered in a partial file, from where an earlier attempt or run left off,
 * and checked when it has all bytes.
 */
final class Download implements Patience.Attempt<Path> {

    private static final int BUFFER = 1 << 18;

    private final HubConnection hub;
    private final String path;
    private final HubFile file;
    private final Path partial;
    private final Duration stall;
    private final LongConsumer progress;

    /**
     * @param path of the file below the Hub's endpoint, encoded
     * @param partial where its bytes are gathered
     * @param stall how long a connection may bring nothing
     * @param progress is told how many bytes of the file are here
     */
    Download(
            HubConnection hub,
            String path,
            HubFile file,
            Path partial,
            Duration stall,
            LongConsumer progress) {
        this.hub = hub;
        this.path = path;
        this.file = file;
        this.partial = partial;
        this.stall = stall;
        this.progress = progress;
    }

    @Override
    public long reached() throws IOException {
        return Files.exists(partial) ? Files.size(partial) : 0;
    }

    /** The partial file, whole and right. */
    @Override
    public Path run() throws IOException, InterruptedException {
        Files.createDirectories(partial.getParent());
        try (FileChannel out =
                FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock(out);
            if (out.size() > file.size()) {
                out.truncate(0);
            }
            if (out.size() < file.size()) {
                gather(out);
            }
            out.force(true);
        }
        String hash = file.hashOf(partial);
        if (!hash.equals(file.hash())) {
            Files.delete(partial);
            throw new PassingFailure(
                    "%s: its hash is %s, but the Hub says %s"
                            .formatted(file.name(), hash, file.hash()));
        }
        return partial;
    }

    /** Until the channel is closed. */
    private void lock(FileChannel out) throws IOException {
        boolean locked;
        try {
            locked = out.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        }
        if (!locked) {
            throw new IOException(partial + ": another process is fetching it");
        }
    }

    private void gather(FileChannel out) throws IOException, InterruptedException {
        long from = out.size();
        HttpResponse<InputStream> response = hub.get(path, from, file.name());
        try (InputStream in = response.body();
                StallGuard guard = new StallGuard(in, stall)) {
            if (response.statusCode() == 416
                    || response.statusCode() == 206 && !starts(response, from)) {
                out.truncate(0);
                throw new PassingFailure(file.name() + ": the Hub does not go on where it ended");
            }
            if (response.statusCode() == 200) {
                // It sends all of it, whatever was asked for.
                out.truncate(0);
            }
            out.position(out.size());
            copy(in, out, guard);
        }
        if (out.size() < file.size()) {
            throw new PassingFailure(
                    "%s: the connection ended after %,d of %,d bytes"
                            .formatted(file.name(), out.size(), file.size()));
        }
    }

    private static boolean starts(HttpResponse<?> response, long from) {
        return response.headers()
                .firstValue("Content-Range")
                .orElse("")
                .startsWith("bytes " + from + "-");
    }

    private void copy(InputStream in, FileChannel out, StallGuard guard) throws IOException {
        byte[] buffer = new byte[BUFFER];
        while (true) {
            int read = read(in, buffer, out.size());
            if (read < 0) {
                return;
            }
            guard.alive();
            if (out.size() + read > file.size()) {
                out.truncate(0);
                throw new PassingFailure(
                        "%s: is longer than the %,d bytes that the Hub says"
                                .formatted(file.name(), file.size()));
            }
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            progress.accept(out.size());
        }
    }

    private int read(InputStream in, byte[] buffer, long here) throws IOException {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new PassingFailure(
                    "%s: the connection broke after %,d of %,d bytes"
                            .formatted(file.name(), here, file.size()),
                    e,
                    null);
        }
    }
}
