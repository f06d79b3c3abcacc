package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.flinkreranker.runtime.json.JsonFault;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Reads the directory of a safetensors file: 8 bytes little-endian length of the header, a JSON
 * header, then the tensors one after another. Nothing in the file is believed: afterwards every
 * tensor is known to lie wholly inside the file and apart from the others, so that mapping it
 * cannot go wrong.
 */
final class SafetensorsFile {

    /** The limit of the format's reference implementation. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = Long.BYTES;

    private static final ObjectReader JSON =
            new ObjectMapper().reader().with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private final Path file;

    private SafetensorsFile(Path file) {
        this.file = file;
    }

    /**
     * The tensors of a file, in the order of their bytes.
     *
     * @throws InvalidCheckpointException if the file cannot be read or its header cannot be true
     */
    static List<StoredTensor> read(Path file) {
        return new SafetensorsFile(file).read();
    }

    private List<StoredTensor> read() {
        if (!Files.isRegularFile(file)) {
            throw new InvalidCheckpointException(file + ": no such file");
        }
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            if (size < LENGTH_BYTES) {
                throw invalid("truncated: " + size + " bytes cannot hold a safetensors header");
            }
            long headerBytes = fully(channel, LENGTH_BYTES).getLong();
            if (headerBytes < 2 || headerBytes > size - LENGTH_BYTES) {
                throw invalid(
                        "header length %s does not fit the file's %s bytes; truncated, or not a safetensors file"
                                .formatted(Long.toUnsignedString(headerBytes), size));
            }
            if (headerBytes > MAX_HEADER_BYTES) {
                throw invalid(
                        "header of %s bytes is longer than the format's limit of %s"
                                .formatted(headerBytes, MAX_HEADER_BYTES));
            }
            JsonNode header = parse(fully(channel, (int) headerBytes).array());
            return tensors(header, LENGTH_BYTES + headerBytes, size);
        } catch (IOException e) {
            throw new InvalidCheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static ByteBuffer fully(SeekableByteChannel channel, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the file ends in its header");
            }
        }
        return buffer.flip();
    }

    private JsonNode parse(byte[] header) {
        JsonNode node;
        try {
            node = JSON.readTree(header);
        } catch (IOException e) {
            throw new InvalidCheckpointException(
                    file + ": header is not valid JSON: " + JsonFault.of(e).inLine(), e);
        }
        if (node == null || !node.isObject()) {
            throw invalid("header is not a JSON object");
        }
        return node;
    }

    private List<StoredTensor> tensors(JsonNode header, long dataStart, long size) {
        List<StoredTensor> tensors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (!entry.getKey().equals("__metadata__")) {
                tensors.add(tensor(entry.getKey(), entry.getValue(), dataStart, size));
            }
        }
        tensors.sort(
                Comparator.comparingLong(StoredTensor::offset)
                        .thenComparingLong(StoredTensor::bytes));
        long end = dataStart;
        for (StoredTensor tensor : tensors) {
            if (tensor.offset() != end) {
                throw invalid(
                        tensor.name(),
                        tensor.offset() < end
                                ? "its bytes overlap those of another tensor"
                                : "there is a gap of %s bytes before it"
                                        .formatted(tensor.offset() - end));
            }
            end = tensor.offset() + tensor.bytes();
        }
        if (end != size) {
            throw invalid("%s bytes follow the last tensor".formatted(size - end));
        }
        return tensors;
    }

    private StoredTensor tensor(String name, JsonNode node, long dataStart, long size) {
        String typeName = node.path("dtype").asText("");
        StoredType type =
                StoredType.named(typeName)
                        .orElseThrow(() -> invalid(name, "unknown dtype \"" + typeName + "\""));
        List<Long> shape = longs(name, node, "shape");
        List<Long> offsets = longs(name, node, "data_offsets");
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw invalid(name, "data_offsets " + offsets + " are not a begin and an end");
        }
        if (offsets.get(1) > size - dataStart) {
            throw invalid(
                    name,
                    "data_offsets %s lie beyond the file's %s bytes of data; is the file truncated?"
                            .formatted(offsets, size - dataStart));
        }
        long bytes = offsets.get(1) - offsets.get(0);
        if (bytes != expectedBytes(name, type, shape)) {
            throw invalid(
                    name,
                    "%s bytes cannot hold a tensor of shape %s and dtype %s"
                            .formatted(bytes, shape, type));
        }
        return new StoredTensor(name, type, shape, file, dataStart + offsets.get(0), bytes);
    }

    private long expectedBytes(String name, StoredType type, List<Long> shape) {
        try {
            long bytes = type.bytes();
            for (long dimension : shape) {
                bytes = Math.multiplyExact(bytes, dimension);
            }
            return bytes;
        } catch (ArithmeticException e) {
            throw invalid(name, "shape " + shape + " is larger than any file");
        }
    }

    private List<Long> longs(String tensor, JsonNode node, String field) {
        JsonNode array = node.path(field);
        if (!array.isArray()) {
            throw invalid(tensor, field + " is missing or not an array");
        }
        List<Long> values = new ArrayList<>(array.size());
        for (JsonNode element : array) {
            if (!element.isIntegralNumber()
                    || !element.canConvertToLong()
                    || element.longValue() < 0) {
                throw invalid(tensor, field + " holds " + element + ", not a whole number >= 0");
            }
            values.add(element.longValue());
        }
        return values;
    }

    private InvalidCheckpointException invalid(String problem) {
        return new InvalidCheckpointException(file + ": " + problem);
    }

    private InvalidCheckpointException invalid(String tensor, String problem) {
        return new InvalidCheckpointException(
                "%s: tensor \"%s\": %s".formatted(file, tensor, problem));
    }
}
