package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.deadletter.Failure;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.jspecify.annotations.Nullable;

/** Changes of configs in the shape in which the Kafka job reads them. */
final class ConfigRecords {

    static final TypeInformation<RawEvent> TYPE = TypeInformation.of(RawEvent.class);

    private ConfigRecords() {}

    static RawEvent record(TenantChange change) {
        return new RawEvent(
                bytes(change.tenant()), bytes(change.config()), List.of(), "configs", 0, 0, -1);
    }

    static Rejected<TenantChange> refused(OutgoingRecord letter) {
        Failure failure = Failure.read(letter.headers()).orElseThrow();
        return new Rejected<>(
                new TenantChange(text(letter.key()), text(letter.value())),
                new Refusal(
                        ReasonCode.valueOf(failure.code()), failure.message(), failure.tenant()));
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
