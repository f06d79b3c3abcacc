package dev.flinkreranker.operators.resolve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.tenant.TenantDirectory;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.io.Serial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Tenants, their requests and letters, for the tests of the functions that resolve. */
final class Tenants {

    static final ObjectNode DEFAULTS =
            JsonNodeFactory.instance.objectNode().put("model", "small").put("top_n", 9);

    private Tenants() {}

    static ResolveSettings settings(
            UnknownTenant unknown, ModelCatalog catalog, ObjectNode defaults) {
        return new ResolveSettings(RequestLimits.defaults(), directory(unknown), catalog, defaults);
    }

    /** The file: it names {@code filed}, with version 40. */
    private static TenantDirectory directory(UnknownTenant unknown) {
        TenantConfig defaults = TenantConfig.read(DEFAULTS, null, "defaults");
        TenantConfig filed =
                TenantConfig.read(
                        DEFAULTS.objectNode().put("version", 40).put("top_n", 8),
                        DEFAULTS,
                        "filed");
        return new TenantDirectory(defaults, Map.of("filed", filed), unknown);
    }

    static ModelCatalog catalog(String... models) {
        Map<String, ModelReference> references = new HashMap<>();
        for (String model : models) {
            references.put(model, new ModelReference("/" + model, ComputeType.AUTO, "cpu"));
        }
        return new ModelCatalog(references);
    }

    static RawEvent request(String id, String tenant) {
        String value =
                "{\"request_id\":\"%s\",\"tenant\":\"%s\",\"query\":\"q\",\"documents\":[\"d\"]}"
                        .formatted(id, tenant);
        return new RawEvent(
                id.getBytes(UTF_8), value.getBytes(UTF_8), List.of(), "requests", 0, 0, 1);
    }

    static String id(RawEvent event) {
        return new String(event.key(), UTF_8);
    }

    static List<String> reasons(Iterable<StreamRecord<OutgoingRecord>> letters) {
        List<String> reasons = new ArrayList<>();
        letters.forEach(letter -> reasons.add(header(letter.getValue(), DeadLetter.REASON)));
        return reasons;
    }

    static String header(OutgoingRecord letter, String name) {
        return letter.headers().stream()
                .filter(header -> header.key().equals(name))
                .map(RecordHeader::value)
                .map(value -> new String(value, UTF_8))
                .findFirst()
                .orElseThrow();
    }

    /** Counts how often a config is read over them. */
    @SuppressWarnings("unchecked") // of Jackson's own overrides
    static final class CountingDefaults extends ObjectNode {

        @Serial private static final long serialVersionUID = 1L;

        int reads;

        CountingDefaults() {
            super(JsonNodeFactory.instance);
            setAll(DEFAULTS);
        }

        @Override
        public Set<Map.Entry<String, JsonNode>> properties() {
            reads++;
            return super.properties();
        }
    }
}
