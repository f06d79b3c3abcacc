package dev.flinkreranker.operators.api;

import java.io.Serial;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * The type of an element that holds a value of the user's: made of the value's own type, so that it
 * is serialized as the user wants it.
 */
final class ValueTypeInfo<X> extends TypeInformation<X> {

    @Serial private static final long serialVersionUID = 1L;

    private final ValueShape shape;
    private final TypeInformation<?> value;

    private ValueTypeInfo(ValueShape shape, TypeInformation<?> value) {
        this.shape = shape;
        this.value = value;
    }

    static <T> ValueTypeInfo<ResolvedRow<T>> resolved(TypeInformation<T> value) {
        return new ValueTypeInfo<>(ValueShape.RESOLVED, value);
    }

    static <T> ValueTypeInfo<RowOutput<T>> output(TypeInformation<T> value) {
        return new ValueTypeInfo<>(ValueShape.OUTPUT, value);
    }

    static <T> ValueTypeInfo<Reranked<T>> reranked(TypeInformation<T> value) {
        return new ValueTypeInfo<>(ValueShape.RERANKED, value);
    }

    static <T> ValueTypeInfo<Scored<T>> scored(TypeInformation<T> value) {
        return new ValueTypeInfo<>(ValueShape.SCORED, value);
    }

    static <T> ValueTypeInfo<Rejected<T>> rejected(TypeInformation<T> value) {
        return new ValueTypeInfo<>(ValueShape.REJECTED, value);
    }

    @Override
    public TypeSerializer<X> createSerializer(SerializerConfig config) {
        return new ValueSerializer<>(
                shape,
                value.createSerializer(config),
                TypeInformation.of(shape.restType()).createSerializer(config));
    }

    @Override
    @SuppressWarnings("unchecked") // each shape has its own type
    public Class<X> getTypeClass() {
        return (Class<X>) shape.type();
    }

    @Override
    public Map<String, TypeInformation<?>> getGenericParameters() {
        return Map.of("T", value);
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public int getArity() {
        return 2;
    }

    @Override
    public int getTotalFields() {
        return value.getTotalFields() + 1;
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof ValueTypeInfo;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ValueTypeInfo<?> that
                && shape == that.shape
                && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(shape, value);
    }

    @Override
    public String toString() {
        return shape.type().getSimpleName() + "<" + value + ">";
    }
}
