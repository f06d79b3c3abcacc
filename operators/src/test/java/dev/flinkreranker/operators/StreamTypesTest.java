package dev.flinkreranker.operators;

import static dev.flinkreranker.tests.support.Json.tree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.record.RerankOutput;
import dev.flinkreranker.operators.record.RerankOutput.Destination;
import dev.flinkreranker.operators.resolve.PendingRequest;
import dev.flinkreranker.operators.resolve.ReleasedRequest;
import dev.flinkreranker.operators.tenant.Interleaving;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import dev.flinkreranker.operators.usage.StageTotal;
import dev.flinkreranker.operators.usage.UsageEntry;
import dev.flinkreranker.operators.usage.UsageTotals;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.runtime.PojoSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What flows through the job is serialized field by field, never by Kryo. */
class StreamTypesTest {

    private static final RawEvent EVENT =
            new RawEvent(
                    new byte[] {1, 2},
                    new byte[] {3},
                    List.of(new RecordHeader("a", new byte[] {4}), new RecordHeader("b", null)),
                    "topic",
                    3,
                    1L << 40,
                    -1);

    static Stream<Object> elements() throws IOException {
        RerankSettings full =
                settings(
                        "{'model':'m','cutoff_layers':[3,6],'compress_ratio':2,'compress_layers':[1],"
                                + "'max_length':9,'prompt':'p','min_score':0.5,'deadline_ms':7,"
                                + "'on_overload':'dead_letter','head_selection':'by_layer',"
                                + "'fusion':'z_sum','fusion_weight':0.3,'calibration':{'slope':2,"
                                + "'intercept':-1,'nothing_relevant_below':0.1,'fitted_for':[{'model':'a',"
                                + "'settings':'cutoff_layers [3,6], compress_ratio 2, compress_layers"
                                + " [1], head_selection by_layer, max_length 9, prompt \\'p\\''}]}}");
        return Stream.of(
                EVENT,
                new RawEvent(null, null, List.of(), "t", 0, 0, 0),
                new ResolvedRequest(EVENT, full, 5L, "chinese", null, full),
                new ResolvedRequest(EVENT, full, 5L, null, new Interleaving("new", full), null),
                new ResolvedRequest(EVENT, settings("{'model':'none'}"), 0L, null, null, null),
                new TenantUpdate("t", "{}"),
                new TenantUpdate("t", null),
                new PendingRequest("t", EVENT),
                new HeldRequest(EVENT, 7),
                new HeldTotal("t", 1, 2),
                new ReleasedRequest("t", EVENT, "{}", null),
                new ReleasedRequest("t", EVENT, null, "refused"),
                new OutgoingRecord(null, new byte[0], EVENT.headers()),
                new RerankOutput(
                        Destination.DEAD_LETTERS,
                        new OutgoingRecord(new byte[] {9}, null, List.of()),
                        new UsageEntry("t", "RANKED", 1, 2, 3, 4, null)),
                new RerankOutput(
                        Destination.RESULTS, new OutgoingRecord(null, null, List.of()), null),
                new UsageTotals(
                        1,
                        Map.of("RANKED", 5L),
                        1,
                        1L << 40,
                        3,
                        4,
                        List.of(new StageTotal(1, 2, 3))));
    }

    @ParameterizedTest
    @MethodSource("elements")
    void everyElementSurvivesItsSerializer(Object element) throws IOException {
        SerializerConfigImpl config = new SerializerConfigImpl();
        config.setGenericTypes(false);
        @SuppressWarnings("unchecked")
        TypeSerializer<Object> serializer =
                (TypeSerializer<Object>)
                        TypeInformation.of(element.getClass()).createSerializer(config);
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(element, out);

        Object read = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));

        assertThat(serializer).isInstanceOf(PojoSerializer.class);
        assertThat(read).usingRecursiveComparison().isEqualTo(element);
    }

    @Test
    void settingsTravelInTheJobGraph() throws Exception {
        TenantConfig config =
                TenantConfig.read(tree("{'model':'m','cutoff_layers':[3]}"), null, "t");

        assertThat(InstantiationUtil.clone(config)).isEqualTo(config);
    }

    @Test
    void sizeIsAnUpperBoundOfTheRecord() {
        OutgoingRecord record =
                new OutgoingRecord(
                        new byte[10], new byte[100], List.of(new RecordHeader("é", new byte[5])));

        assertThat(record.size()).isBetween(10 + 100 + 2 + 5L, 260L);
        assertThat(new OutgoingRecord(null, null, List.of()).size()).isPositive();
    }

    private static RerankSettings settings(String json) throws IOException {
        return TenantConfig.read(tree(json), null, "settings").settings();
    }
}
