package dev.flinkreranker.runtime.checkpoint;

import java.util.Optional;

/**
 * The number formats of the safetensors format, by their names in a header. Only {@link #F32},
 * {@link #F16} and {@link #BF16} can be weights of a model; the others may lie beside them (an old
 * {@code position_ids} buffer, for example).
 */
public enum StoredType {
    BOOL(1),
    U8(1),
    I8(1),
    F8_E4M3(1),
    F8_E5M2(1),
    I16(2),
    U16(2),
    F16(2),
    BF16(2),
    I32(4),
    U32(4),
    F32(4),
    I64(8),
    U64(8),
    F64(8);

    private final int bytes;

    StoredType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }

    /** Whether a model can compute with weights of this type. */
    public boolean isWeight() {
        return this == F32 || this == F16 || this == BF16;
    }

    /** The type of that name, if there is one. */
    static Optional<StoredType> named(String name) {
        for (StoredType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
