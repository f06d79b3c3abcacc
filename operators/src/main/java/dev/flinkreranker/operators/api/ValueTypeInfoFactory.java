package dev.flinkreranker.operators.api;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.InvalidTypesException;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Tells Flink the types of elements that hold a value, where a user's function puts them out. */
abstract class ValueTypeInfoFactory<X> extends TypeInfoFactory<X> {

    private final Function<TypeInformation<?>, TypeInformation<X>> type;

    private ValueTypeInfoFactory(Function<TypeInformation<?>, TypeInformation<X>> type) {
        this.type = type;
    }

    @Override
    public TypeInformation<X> createTypeInfo(
            Type declared, Map<String, TypeInformation<?>> parameters) {
        TypeInformation<?> value = parameters.get("T");
        if (value == null) {
            throw new InvalidTypesException(
                    "what "
                            + declared
                            + " holds is not known here; name it with"
                            + " returns(new TypeHint<…>() {})");
        }
        return type.apply(value);
    }

    /** Of {@link Reranked}. Public because Flink makes it. */
    @Internal
    public static final class OfReranked<T> extends ValueTypeInfoFactory<Reranked<T>> {
        /** For Flink. */
        @SuppressWarnings("unchecked") // the parameter T
        public OfReranked() {
            super(value -> ValueTypeInfo.reranked((TypeInformation<T>) value));
        }
    }

    /** Of {@link Scored}. Public because Flink makes it. */
    @Internal
    public static final class OfScored<T> extends ValueTypeInfoFactory<Scored<T>> {
        /** For Flink. */
        @SuppressWarnings("unchecked") // the parameter T
        public OfScored() {
            super(value -> ValueTypeInfo.scored((TypeInformation<T>) value));
        }
    }

    /** Of {@link Rejected}. Public because Flink makes it. */
    @Internal
    public static final class OfRejected<T> extends ValueTypeInfoFactory<Rejected<T>> {
        /** For Flink. */
        @SuppressWarnings("unchecked") // the parameter T
        public OfRejected() {
            super(value -> ValueTypeInfo.rejected((TypeInformation<T>) value));
        }
    }
}
