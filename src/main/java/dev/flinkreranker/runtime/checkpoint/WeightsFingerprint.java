package dev.flinkreranker.runtime.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Tells a model's weights from those of another without reading gigabytes: from the size of each
 * file and some of its pages, evenly taken. Training changes all of them. It is no checksum: {@link
 * Sha256Sums} are.
 */
public final class WeightsFingerprint {

    private static final int PAGES = 64;
    private static final int PAGE_BYTES = 4096;
    private static final int BYTES = 6;

    private WeightsFingerprint() {}

    /**
     * The fingerprint of a model: the same wherever its directory is, and whatever it is called.
     *
     * @param named a directory or an id, as {@link Checkpoint#open(Path, Path)} takes it
     * @param base of an adapter; null for the one that it names
     * @return 12 hexadecimal digits
     * @throws InvalidCheckpointException if a file cannot be read
     */
    public static String of(Path named, @Nullable Path base) {
        ByteArrayOutputStream sample = new ByteArrayOutputStream();
        for (Path file : Checkpoint.files(named, base)) {
            if (file.getFileName().toString().endsWith(".safetensors")) {
                try {
                    add(file, sample);
                } catch (IOException e) {
                    throw new InvalidCheckpointException(file + ": cannot be read", e);
                }
            }
        }
        return HexFormat.of().formatHex(Sha256.of(sample.toByteArray()), 0, BYTES);
    }

    private static void add(Path file, ByteArrayOutputStream sample) throws IOException {
        try (RandomAccessFile weights = new RandomAccessFile(file.toFile(), "r")) {
            long size = weights.length();
            sample.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(size).array());
            for (int i = 0; i < PAGES; i++) {
                long at = size / PAGES * i;
                byte[] page = new byte[(int) Math.min(PAGE_BYTES, size - at)];
                weights.seek(at);
                weights.readFully(page);
                sample.writeBytes(page);
            }
        }
    }
}
