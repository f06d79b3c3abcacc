package dev.flinkreranker.runtime.program;

import dev.flinkreranker.runtime.checkpoint.StoredType;

/** libtorch's numbers for number formats ({@code c10::ScalarType}). */
final class TorchType {

    private TorchType() {}

    static int code(StoredType type) {
        return switch (type) {
            case U8 -> 0;
            case F16 -> 5;
            case F32 -> 6;
            case BF16 -> 15;
            default -> throw new IllegalArgumentException(type + " is not a type of weights");
        };
    }
}
