package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes a checkpoint of a released shape with random weights: it loads, runs and costs what the
 * real one does, and its scores mean nothing. The same seed gives the same bytes.
 */
public final class RandomCheckpoint {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /** Half the width of the even distribution; its standard deviation is 0.02. */
    private static final float SPREAD = 0.0346f;

    private final ReleasedShape shape;
    private final int layers;
    private final StoredType type;
    private final long seed;

    /**
     * @param shape the model whose shape it takes
     * @param layers how many of its layers, for a layerwise model at least those below its first
     *     head; all of them by {@link ReleasedShape#layers()}
     * @param type F32 as the released files are, or BF16
     * @param seed decides every weight
     */
    public RandomCheckpoint(ReleasedShape shape, int layers, StoredType type, long seed) {
        // A layerwise model ends at one of its heads.
        int least = shape.config(layers).path("start_layer").asInt(1);
        if (layers < least || layers > shape.layers()) {
            throw new IllegalArgumentException(
                    "layers %d: %s has %d to %d"
                            .formatted(layers, shape.label(), least, shape.layers()));
        }
        this.shape = shape;
        this.layers = layers;
        this.type = type;
        this.seed = seed;
    }

    /** Bytes of all its tensors. */
    public long bytes() {
        Stream<NewTensor> modules =
                shape.modules(type).stream()
                        .flatMap(after -> after.tensors().values().stream())
                        .flatMap(List::stream);
        return Stream.concat(shape.tensors(layers, type).stream(), modules)
                .mapToLong(NewTensor::bytes)
                .sum();
    }

    /**
     * Writes configuration, weights and tokenizer.
     *
     * @param directory where to; created if missing
     * @param tokenizer a tokenizer.json to copy, whose ids the vocabulary must hold
     */
    public void write(Path directory, Path tokenizer) throws IOException {
        Files.createDirectories(directory);
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve("config.json").toFile(), shape.config(layers));
        Files.copy(
                tokenizer,
                directory.resolve("tokenizer.json"),
                StandardCopyOption.REPLACE_EXISTING);
        new CheckpointWriter(directory, CheckpointWriter.DEFAULT_SHARD_BYTES)
                .write(shape.tensors(layers, type), this::fill);
        if (shape.modules(type).isPresent()) {
            shape.modules(type).get().write(directory, this::fill);
        }
        if (shape.isEmbedding()) {
            EmbeddingModules.write(directory, shape.config(layers).path("hidden_size").asLong());
        }
    }

    private void fill(NewTensor tensor, long first, float[] values, int count) {
        float centre = shape.centre(tensor.name());
        long state = seed + tensor.name().hashCode() * 0xBF58476D1CE4E5B9L + first * GOLDEN_GAMMA;
        for (int i = 0; i < count; i++) {
            state += GOLDEN_GAMMA;
            long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
            z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
            // 24 random bits as a float in [-1, 1).
            values[i] = centre + ((z >>> 40) - 0x800000L) * (SPREAD / 0x800000);
        }
    }
}
