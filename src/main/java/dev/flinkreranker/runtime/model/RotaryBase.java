package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The base of plain rotary positions, {@code rope_theta}, wherever config.json has it: a field of
 * its own, or in {@code rope_parameters}, as transformers 5 saves it, or in {@code rope_scaling},
 * the older name of that.
 */
final class RotaryBase {

    /** The objects that may have it. */
    static final List<String> FIELDS = List.of("rope_parameters", "rope_scaling");

    private static final String BASE = "rope_theta";

    /** {@code rope_type} of the plain rotation. */
    static final String PLAIN = "default";

    private RotaryBase() {}

    /**
     * The base; empty where config.json has none.
     *
     * @param types of rotation that are followed, beside the plain one
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if it is not above 0,
     *     if two fields contradict each other, or if another rotation is asked for, or one for each
     *     kind of layer
     */
    static OptionalDouble of(CheckpointConfig config, String... types) {
        OptionalDouble base = plainBase(config);
        for (String field : FIELDS) {
            CheckpointConfig rotation = config.object(field);
            for (String layers : rotation.objects()) {
                throw config.invalid(
                        field,
                        "is by layer (%s); only one rotation of all layers is supported"
                                .formatted(layers));
            }
            List<String> supported = Stream.concat(Stream.of(PLAIN), Stream.of(types)).toList();
            if (!supported.contains(type(rotation))) {
                throw config.invalid(
                        field,
                        "is of type \"%s\"; supported: %s"
                                .formatted(type(rotation), String.join(", ", supported)));
            }
            OptionalDouble inside = plainBase(rotation);
            if (base.isPresent() && inside.isPresent() && !base.equals(inside)) {
                throw rotation.invalid(
                        BASE,
                        "is %s, but elsewhere it is %s"
                                .formatted(inside.getAsDouble(), base.getAsDouble()));
            }
            base = inside.isPresent() ? inside : base;
        }
        return base;
    }

    /** The kind of rotation that one of {@link #FIELDS} asks for. */
    static String type(CheckpointConfig rotation) {
        return rotation.text("rope_type", rotation.text("type", PLAIN));
    }

    private static OptionalDouble plainBase(CheckpointConfig config) {
        return config.has(BASE) ? OptionalDouble.of(config.positive(BASE)) : OptionalDouble.empty();
    }
}
