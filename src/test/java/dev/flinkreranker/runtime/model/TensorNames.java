package dev.flinkreranker.runtime.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The names in the header of a safetensors file, whose tensors keep their bytes. */
final class TensorNames {

    private TensorNames() {}

    /** Writes a file anew with each match of a pattern in its header replaced. */
    static void replace(Path file, String pattern, String replacement) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] old = new byte[(int) bytes.getLong()];
        bytes.get(old);
        byte[] header =
                new String(old, StandardCharsets.UTF_8)
                        .replaceAll(pattern, replacement)
                        .getBytes(StandardCharsets.UTF_8);
        ByteBuffer written =
                ByteBuffer.allocate(Long.BYTES + header.length + bytes.remaining())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .put(header)
                        .put(bytes);
        Files.write(file, written.array());
    }
}
