package dev.flinkreranker.operators.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.result.ResultUsage;
import dev.flinkreranker.operators.result.StageUsage;
import dev.flinkreranker.operators.tenant.Interleaving;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.usage.UsageEntry;
import dev.flinkreranker.tests.support.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The types of the library: made of the user's, and never Kryo's. */
class ValueTypesTest {

    private static final TypeInformation<Question> QUESTION = TypeInformation.of(Question.class);
    private static final Question VALUE = Question.of("1", "a query", "a passage", "another");

    /** An element and its type. */
    private record Typed<X>(X element, TypeInformation<X> type) {}

    static Stream<Typed<?>> elements() throws IOException {
        RerankSettings settings =
                TenantConfig.read(
                                Json.tree(
                                        "{'model':'m','cutoff_layers':[3,6],'stages':[{'candidates':9,"
                                                + "'by':'first_stage'},{'keep':2,'cutoff_layers':[3]},{}],"
                                                + "'calibration':{'slope':2,'intercept':-1,'fitted_for':["
                                                + "{'model':'a','settings':'9 by first_stage, cutoff_layers"
                                                + " [3], keep 2'},{'model':'a','settings':'cutoff_layers"
                                                + " [3,6]'}]}}"),
                                null,
                                "t")
                        .settings();
        PassageRanking ranking =
                new PassageRanking(
                        ResultStatus.RANKED,
                        "t",
                        "m",
                        false,
                        List.of(
                                new RankedPassage(
                                        1, 2f, 0.7f, null, Map.of(3, 1f, 6, 2f), "A", null, 2),
                                new RankedPassage(
                                        0, null, null, null, null, null, "why not", null)),
                        new ResultUsage(
                                1,
                                2,
                                3,
                                4,
                                List.of(new StageUsage(null, "m", List.of(3), 1, 2, 3, 4))),
                        7,
                        "zh",
                        null,
                        true,
                        null);
        Refusal refusal = new Refusal(ReasonCode.TIMED_OUT, "late", null);
        return Stream.of(
                new Typed<>(
                        new ResolvedRow<>(
                                VALUE,
                                new RowStamp(
                                        settings,
                                        3L,
                                        null,
                                        new Interleaving("new", settings),
                                        settings,
                                        -1,
                                        99)),
                        ValueTypeInfo.resolved(QUESTION)),
                new Typed<>(
                        new RowOutput<>(VALUE, new RowOutput.Outcome(ranking, null, null)),
                        ValueTypeInfo.output(QUESTION)),
                new Typed<>(
                        new RowOutput<>(
                                VALUE,
                                new RowOutput.Outcome(
                                        null, refusal, UsageEntry.deadLetter("t", 5))),
                        ValueTypeInfo.output(QUESTION)),
                new Typed<>(new Reranked<>(VALUE, ranking), ValueTypeInfo.reranked(QUESTION)),
                new Typed<>(new Rejected<>(VALUE, refusal), ValueTypeInfo.rejected(QUESTION)),
                new Typed<>(
                        new Scored<>(VALUE, new PairScore(1, null)),
                        ValueTypeInfo.scored(QUESTION)),
                new Typed<>(
                        new Scored<>("text", new PairScore(1, Map.of(3, 2f))),
                        ValueTypeInfo.scored(Types.STRING)),
                new Typed<>(new TenantChange("t", null), TypeInformation.of(TenantChange.class)));
    }

    private static SerializerConfigImpl withoutKryo() {
        SerializerConfigImpl config = new SerializerConfigImpl();
        config.setGenericTypes(false);
        return config;
    }

    @ParameterizedTest
    @MethodSource("elements")
    <X> void everyElementSurvivesItsSerializer(Typed<X> typed) throws IOException {
        TypeSerializer<X> serializer = typed.type().createSerializer(withoutKryo());
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(typed.element(), out);
        byte[] bytes = out.getCopyOfBuffer();

        assertThat(serializer.deserialize(new DataInputDeserializer(bytes)))
                .isEqualTo(typed.element());
        assertThat(serializer.copy(typed.element())).isEqualTo(typed.element());
        out.clear();
        serializer.duplicate().copy(new DataInputDeserializer(bytes), out);
        assertThat(out.getCopyOfBuffer()).isEqualTo(bytes);
    }

    /** What a savepoint keeps of a serializer. */
    @ParameterizedTest
    @MethodSource("elements")
    <X> void aSerializerIsMadeAgainOfItsSnapshot(Typed<X> typed) throws IOException {
        TypeSerializer<X> serializer = typed.type().createSerializer(withoutKryo());
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(
                out, serializer.snapshotConfiguration());
        TypeSerializerSnapshot<X> read =
                TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                        new DataInputDeserializer(out.getCopyOfBuffer()),
                        getClass().getClassLoader());

        assertThat(read.restoreSerializer()).isEqualTo(serializer);
        assertThat(serializer.snapshotConfiguration().resolveSchemaCompatibility(read))
                .matches(compatibility -> compatibility.isCompatibleAsIs());
    }

    /** Where a user's function puts one out. */
    @Test
    void flinkFindsTheTypesByItself() {
        assertThat(TypeInformation.of(new TypeHint<Reranked<Question>>() {}))
                .isEqualTo(ValueTypeInfo.reranked(QUESTION));
        assertThat(TypeInformation.of(new TypeHint<Rejected<String>>() {}))
                .isEqualTo(ValueTypeInfo.rejected(Types.STRING));
        assertThat(TypeInformation.of(new TypeHint<Scored<Long>>() {}))
                .isEqualTo(ValueTypeInfo.scored(Types.LONG));
    }
}
