package dev.flinkreranker.operators.api;

import java.io.IOException;
import java.io.Serial;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes an element that holds a value: the value as the user wants it, then the rest. */
final class ValueSerializer<X> extends TypeSerializer<X> {

    @Serial private static final long serialVersionUID = 1L;

    private final ValueShape shape;
    private final TypeSerializer<Object> value;
    private final TypeSerializer<Object> rest;

    @SuppressWarnings("unchecked") // the shape's
    ValueSerializer(ValueShape shape, TypeSerializer<?> value, TypeSerializer<?> rest) {
        this.shape = shape;
        this.value = (TypeSerializer<Object>) value;
        this.rest = (TypeSerializer<Object>) rest;
    }

    @SuppressWarnings("unchecked") // the shape's
    private X join(Object givenValue, Object givenRest) {
        return (X) shape.join(givenValue, givenRest);
    }

    @Override
    public boolean isImmutableType() {
        return value.isImmutableType() && rest.isImmutableType();
    }

    @Override
    public TypeSerializer<X> duplicate() {
        TypeSerializer<Object> ownValue = value.duplicate();
        TypeSerializer<Object> ownRest = rest.duplicate();
        return ownValue == value && ownRest == rest
                ? this
                : new ValueSerializer<>(shape, ownValue, ownRest);
    }

    @Override
    public X createInstance() {
        return join(value.createInstance(), rest.createInstance());
    }

    @Override
    public X copy(X from) {
        return join(value.copy(shape.value(from)), rest.copy(shape.rest(from)));
    }

    @Override
    public X copy(X from, X reuse) {
        return copy(from);
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(X element, DataOutputView target) throws IOException {
        value.serialize(shape.value(element), target);
        rest.serialize(shape.rest(element), target);
    }

    @Override
    public X deserialize(DataInputView source) throws IOException {
        Object read = value.deserialize(source);
        return join(read, rest.deserialize(source));
    }

    @Override
    public X deserialize(X reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        value.copy(source, target);
        rest.copy(source, target);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ValueSerializer<?> that
                && shape == that.shape
                && value.equals(that.value)
                && rest.equals(that.rest);
    }

    @Override
    public int hashCode() {
        return Objects.hash(shape, value, rest);
    }

    @Override
    public TypeSerializerSnapshot<X> snapshotConfiguration() {
        return new Snapshot<>(this);
    }

    /** What a savepoint keeps of it. Public, with its constructor, because Flink makes it. */
    @Internal
    public static final class Snapshot<X>
            extends CompositeTypeSerializerSnapshot<X, ValueSerializer<X>> {

        private static final int VERSION = 1;

        private ValueShape shape;

        /** To be read into. */
        public Snapshot() {}

        Snapshot(ValueSerializer<X> serializer) {
            super(serializer);
            shape = serializer.shape;
        }

        @Override
        protected int getCurrentOuterSnapshotVersion() {
            return VERSION;
        }

        @Override
        protected void writeOuterSnapshot(DataOutputView out) throws IOException {
            out.writeUTF(shape.name());
        }

        @Override
        protected void readOuterSnapshot(int version, DataInputView in, ClassLoader loader)
                throws IOException {
            shape = ValueShape.valueOf(in.readUTF());
        }

        @Override
        protected OuterSchemaCompatibility resolveOuterSchemaCompatibility(
                TypeSerializerSnapshot<X> old) {
            return old instanceof Snapshot<X> former && former.shape == shape
                    ? OuterSchemaCompatibility.COMPATIBLE_AS_IS
                    : OuterSchemaCompatibility.INCOMPATIBLE;
        }

        @Override
        protected TypeSerializer<?>[] getNestedSerializers(ValueSerializer<X> serializer) {
            return new TypeSerializer<?>[] {serializer.value, serializer.rest};
        }

        @Override
        protected ValueSerializer<X> createOuterSerializerWithNestedSerializers(
                TypeSerializer<?>[] nested) {
            return new ValueSerializer<>(shape, nested[0], nested[1]);
        }
    }
}
