package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the weights of a checkpoint as Hugging Face lays them out: {@code model.safetensors}, or
 * shards and their index where one file would exceed the shard size. Values are streamed: memory
 * use is a few megabytes whatever the size of the model.
 */
public final class CheckpointWriter {

    /** The size above which Hugging Face's own tools begin another shard, in bytes. */
    public static final long DEFAULT_SHARD_BYTES = 5_000_000_000L;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHUNK_VALUES = 1 << 20;
    private static final int ALIGNMENT = 64;

    private final Path directory;
    private final long shardBytes;

    /**
     * @param directory where to write; created if missing
     * @param shardBytes most bytes of tensors in a file, unless one tensor alone has more
     */
    public CheckpointWriter(Path directory, long shardBytes) {
        this.directory = directory;
        this.shardBytes = shardBytes;
    }

    /** Writes all tensors, in their order. Replaces files of the same names. */
    public void write(List<NewTensor> tensors, TensorValues values) throws IOException {
        Files.createDirectories(directory);
        List<List<NewTensor>> shards = shards(tensors);
        if (shards.size() == 1) {
            writeFile(directory.resolve("model.safetensors"), shards.get(0), values);
            return;
        }
        ObjectNode index = JSON.createObjectNode();
        index.putObject("metadata")
                .put("total_size", tensors.stream().mapToLong(NewTensor::bytes).sum());
        ObjectNode map = index.putObject("weight_map");
        for (int i = 0; i < shards.size(); i++) {
            String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
            writeFile(directory.resolve(name), shards.get(i), values);
            shards.get(i).forEach(tensor -> map.put(tensor.name(), name));
        }
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve("model.safetensors.index.json").toFile(), index);
    }

    private List<List<NewTensor>> shards(List<NewTensor> tensors) {
        List<List<NewTensor>> shards = new ArrayList<>();
        long filled = Long.MAX_VALUE;
        for (NewTensor tensor : tensors) {
            if (filled > shardBytes - tensor.bytes()) {
                shards.add(new ArrayList<>());
                filled = 0;
            }
            shards.get(shards.size() - 1).add(tensor);
            filled += tensor.bytes();
        }
        return shards;
    }

    private static void writeFile(Path file, List<NewTensor> tensors, TensorValues values)
            throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, header(tensors));
            float[] floats = new float[CHUNK_VALUES];
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect(CHUNK_VALUES * Float.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN);
            for (NewTensor tensor : tensors) {
                for (long first = 0; first < tensor.elements(); first += CHUNK_VALUES) {
                    int count = (int) Math.min(CHUNK_VALUES, tensor.elements() - first);
                    values.fill(tensor, first, floats, count);
                    bytes.clear();
                    encode(tensor.type(), floats, count, bytes);
                    writeFully(channel, bytes.flip());
                }
            }
        }
    }

    private static ByteBuffer header(List<NewTensor> tensors) {
        ObjectNode header = JSON.createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (NewTensor tensor : tensors) {
            ObjectNode entry = header.putObject(tensor.name()).put("dtype", tensor.type().name());
            tensor.shape().forEach(entry.putArray("shape")::add);
            entry.putArray("data_offsets").add(offset).add(offset + tensor.bytes());
            offset += tensor.bytes();
        }
        StringBuilder json = new StringBuilder(header.toString());
        // Spaces bring the data to a multiple of a cache line, from where vectors load fastest.
        while ((Long.BYTES + json.length()) % ALIGNMENT != 0) {
            json.append(' ');
        }
        byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .flip();
    }

    private static void encode(StoredType type, float[] values, int count, ByteBuffer bytes) {
        if (type == StoredType.F32) {
            bytes.asFloatBuffer().put(values, 0, count);
            bytes.position(count * Float.BYTES);
            return;
        }
        for (int i = 0; i < count; i++) {
            int bits = Float.floatToRawIntBits(values[i]);
            // Round to nearest, ties to even.
            bytes.putShort((short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16));
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
