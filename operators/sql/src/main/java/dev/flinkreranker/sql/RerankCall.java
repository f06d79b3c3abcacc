package dev.flinkreranker.sql;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.ArgumentCount;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.ConstantArgumentCount;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.Signature;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.utils.TypeConversions;
import org.jspecify.annotations.Nullable;

/**
 * A call of a function with a query, documents and options.
 *
 * @param settings what the options come to
 * @param documents how the documents are read
 */
record RerankCall(SqlSettings settings, DocumentsType documents) implements Serializable {

    private static final int QUERY = 0;
    private static final int DOCUMENTS = 1;
    private static final int OPTIONS = 2;

    /**
     * Reads a call, when it is planned.
     *
     * @throws ValidationException if its options are no literal, or wrong; one line
     */
    static RerankCall of(CallContext call) {
        return new RerankCall(
                SettingsReader.read(OptionsText.parse(options(call))), documents(call));
    }

    /** The same with other settings. */
    RerankCall with(SqlSettings newSettings) {
        return new RerankCall(newSettings, documents);
    }

    /** A row's texts. */
    RowTexts read(@Nullable StringData query, @Nullable ArrayData texts, RowLimits limits)
            throws RejectedRowException {
        return documents.read(query, texts, limits);
    }

    /**
     * The types of such a call.
     *
     * @param result that of the result, by the type of the documents' ids
     */
    static TypeInference types(Function<DataType, DataType> result) {
        return TypeInference.newBuilder()
                .inputTypeStrategy(new Arguments())
                .outputTypeStrategy(
                        call ->
                                Optional.of(
                                        result.apply(
                                                TypeConversions.fromLogicalToDataType(
                                                        documents(call).idType()))))
                .build();
    }

    private static DocumentsType documents(CallContext call) {
        return DocumentsType.of(call.getArgumentDataTypes().get(DOCUMENTS).getLogicalType());
    }

    private static String options(CallContext call) {
        if (!call.isArgumentLiteral(OPTIONS) || call.isArgumentNull(OPTIONS)) {
            throw new ValidationException(
                    "the options must be a literal, such as 'model=/models/small, top-n=10'");
        }
        return call.getArgumentValue(OPTIONS, String.class).orElseThrow();
    }

    /** Query, documents and options, as Flink's internal values. */
    private static final class Arguments implements InputTypeStrategy {

        @Override
        public ArgumentCount getArgumentCount() {
            return ConstantArgumentCount.of(3);
        }

        @Override
        public Optional<List<DataType>> inferInputTypes(CallContext call, boolean throwOnFailure) {
            List<DataType> given = call.getArgumentDataTypes();
            if (!isText(given.get(QUERY)) || !isText(given.get(OPTIONS))) {
                return call.fail(throwOnFailure, "the query and the options must be strings");
            }
            try {
                documents(call);
            } catch (ValidationException e) {
                return call.fail(throwOnFailure, e.getMessage());
            }
            return Optional.of(
                    List.of(
                            DataTypes.STRING().bridgedTo(StringData.class),
                            given.get(DOCUMENTS).bridgedTo(ArrayData.class),
                            DataTypes.STRING().bridgedTo(StringData.class)));
        }

        private static boolean isText(DataType type) {
            return type.getLogicalType().is(LogicalTypeFamily.CHARACTER_STRING);
        }

        @Override
        public List<Signature> getExpectedSignatures(FunctionDefinition definition) {
            return List.of(
                    Signature.of(
                            Signature.Argument.of("query", "STRING"),
                            Signature.Argument.of(
                                    "documents", "ARRAY<STRING> or ARRAY<ROW<text STRING, ...>>"),
                            Signature.Argument.of("options", "STRING literal")));
        }
    }
}
