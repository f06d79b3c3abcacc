package dev.flinkreranker.workbench.replay.input;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Passages on disk with an index in memory: some hundred bytes of heap for each passage kept,
 * however long its text is. The file is a scratch file and gone after {@link #close}.
 */
final class PassageSpool implements Closeable {
    private final FileChannel file;
    private final Map<String, Place> places = new HashMap<>();
    private long end;

    private record Place(long offset, int length) {}

    PassageSpool(Path directory) throws IOException {
        Path path = Files.createTempFile(directory, "passages", ".tmp");
        this.file =
                FileChannel.open(
                        path,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** Keeps a passage; false when one of that id is kept already. */
    boolean put(String id, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (places.putIfAbsent(id, new Place(end, bytes.length)) != null) {
            return false;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            end += file.write(buffer, end);
        }
        return true;
    }

    /** The text of a passage; null when it is not kept. */
    @Nullable String get(String id) throws IOException {
        Place place = places.get(id);
        if (place == null) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.allocate(place.length());
        while (buffer.hasRemaining()) {
            if (file.read(buffer, place.offset() + buffer.position()) < 0) {
                throw new EOFException("the passage file was cut while in use");
            }
        }
        return new String(buffer.array(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
