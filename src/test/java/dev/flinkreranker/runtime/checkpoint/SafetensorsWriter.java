package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Writes small, true safetensors files. */
public final class SafetensorsWriter {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode header = JSON.createObjectNode();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    /** An empty file, as other tools begin one. */
    public SafetensorsWriter() {
        header.putObject("__metadata__").put("format", "pt");
    }

    /** Appends a tensor; values are rounded to nearest even where the type is narrower. */
    public SafetensorsWriter add(String name, StoredType type, float[] values, long... shape) {
        if (LongStream.of(shape).reduce(1, (a, b) -> a * b) != values.length) {
            throw new IllegalArgumentException(
                    "%s: %d values for shape %s"
                            .formatted(name, values.length, Arrays.toString(shape)));
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (type) {
                case F32 -> bytes.putFloat(value);
                case F16 -> bytes.putShort(half(value));
                case BF16 -> bytes.putShort(bfloat16(value));
                default -> throw new IllegalArgumentException(name + ": " + type);
            }
        }
        return add(name, type.name(), bytes.array(), shape);
    }

    /** Appends raw bytes under any dtype. */
    public SafetensorsWriter add(String name, String type, byte[] bytes, long... shape) {
        ObjectNode entry = header.putObject(name).put("dtype", type);
        LongStream.of(shape).forEach(entry.putArray("shape")::add);
        entry.putArray("data_offsets").add(data.size()).add(data.size() + bytes.length);
        data.writeBytes(bytes);
        return this;
    }

    /** Writes the file; the header is padded so that the data begin at a multiple of 8. */
    public void write(Path file) {
        write(file, 0);
    }

    /** Writes the file with data that begin at an odd byte, which no common tool would do. */
    public void writeMisaligned(Path file) {
        write(file, 7);
    }

    private void write(Path file, int remainder) {
        StringBuilder json = new StringBuilder(header.toString());
        while ((Long.BYTES + json.length()) % 8 != remainder) {
            json.append(' ');
        }
        write(file, json.toString(), data.toByteArray());
    }

    /** Writes a file of any header and any data. */
    public static void write(Path file, String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES + json.length + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json).put(data);
        try {
            Files.write(file, bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Subnormals become zero: enough for test weights. */
    private static short half(float value) {
        float size = Math.abs(value);
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        if (Float.isNaN(value)) {
            return 0x7e00;
        }
        if (size < 0x1p-14f || size > 65504f) {
            return (short) (sign | (size > 1 ? 0x7c00 : 0));
        }
        int bits = Float.floatToRawIntBits(value);
        int rounded = bits + 0xfff + (bits >>> 13 & 1);
        int exponent = (rounded >>> 23 & 0xff) - 127 + 15;
        return (short) (sign | exponent << 10 | rounded >>> 13 & 0x3ff);
    }

    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }
}
