package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The base of plain rotary positions, {@code rope_theta}, wherever config.json has it: a field of
 * its own, or in {@code rope_parameters}, as transformers 5 saves it, or in {@code rope_scaling},
 * the older name of that.
 */
final class RotaryBase {

    private static final String BASE = "rope_theta";
    private static final String PLAIN = "default";

    private RotaryBase() {}

    /**
     * The base; empty where config.json has none.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if it is not above 0,
     *     if two fields contradict each other, or if anything but plain rotation of all layers is
     *     asked for
     */
    static OptionalDouble of(CheckpointConfig config) {
        OptionalDouble base = plainBase(config);
        for (String field : List.of("rope_parameters", "rope_scaling")) {
            CheckpointConfig rotation = config.object(field);
            for (String layers : rotation.objects()) {
                throw config.invalid(
                        field,
                        "is by layer (%s); only one rotation of all layers is supported"
                                .formatted(layers));
            }
            String type = rotation.text("rope_type", rotation.text("type", PLAIN));
            if (!type.equals(PLAIN)) {
                throw config.invalid(
                        field, "is of type \"%s\"; supported: %s".formatted(type, PLAIN));
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

    private static OptionalDouble plainBase(CheckpointConfig config) {
        return config.has(BASE) ? OptionalDouble.of(config.positive(BASE)) : OptionalDouble.empty();
    }
}
