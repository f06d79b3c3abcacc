package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.ScoredRequests.request;
import static dev.flinkreranker.tests.stream.StreamFixture.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.flinkreranker.tests.support.BrokerExtension;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Traces through the whole job, to a collector by the exporter that the image ships. */
class TracesITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final String PARENT_ID = "00f067aa0ba902b7";
    private static final String MORE =
            """
            delivery: {checkpoint_interval: 300ms}
            defaults: {model: hash}
            """;

    private final Path checkpoints = CheckpointFolder.create();

    @Test
    void tracesGoOnToResultsAndSpansToTheCollector() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "traces");
        job.createTopics();
        job.send(
                List.of(
                        event(job, "sampled", 'a', "01"),
                        event(job, "not-sampled", 'b', "00"),
                        event(job, "too", 'c', "01")));

        List<Span> spans;
        try (SpanCollector collector = new SpanCollector()) {
            exportTo(collector, () -> job.run(job.config(MORE), 0, checkpoints));
            spans = collector.spans();
        }

        Map<String, String> traces =
                job.committed(job.results()).stream()
                        .collect(
                                Collectors.toMap(
                                        record -> new String(record.key(), UTF_8),
                                        record -> header(record, "traceparent")));
        assertThat(traces)
                .containsEntry("sampled", traceparent('a', "01"))
                .containsEntry("not-sampled", traceparent('b', "00"))
                .containsEntry("too", traceparent('c', "01"));
        assertThat(named(spans, "rerank"))
                .allSatisfy(span -> assertThat(hex(span.getParentSpanId())).isEqualTo(PARENT_ID))
                .extracting(span -> hex(span.getTraceId()))
                .containsExactlyInAnyOrder("a".repeat(32), "c".repeat(32));
        for (String child : List.of("queue", "tokenization", "device")) {
            assertThat(named(spans, child))
                    .as(child)
                    .extracting(Span::getParentSpanId)
                    .containsExactlyInAnyOrderElementsOf(
                            named(spans, "rerank").stream().map(Span::getSpanId).toList());
        }
        assertThat(named(spans, "batch"))
                .flatExtracting(Span::getLinksList)
                .extracting(Span.Link::getSpanId)
                .containsExactlyInAnyOrderElementsOf(
                        named(spans, "rerank").stream().map(Span::getSpanId).toList());
    }

    /** Runs with this process's spans going there, and sends the last of them. */
    private static void exportTo(SpanCollector collector, Running action) throws Exception {
        OpenTelemetrySdk sdk =
                AutoConfiguredOpenTelemetrySdk.builder()
                        .addPropertiesSupplier(
                                () ->
                                        Map.of(
                                                "otel.traces.exporter", "otlp",
                                                "otel.metrics.exporter", "none",
                                                "otel.logs.exporter", "none",
                                                "otel.exporter.otlp.protocol", "http/protobuf",
                                                "otel.exporter.otlp.endpoint",
                                                        collector.endpoint()))
                        .disableShutdownHook()
                        .setResultAsGlobal()
                        .build()
                        .getOpenTelemetrySdk();
        try (sdk) {
            action.run();
        } finally {
            GlobalOpenTelemetry.resetForTest();
        }
    }

    @FunctionalInterface
    private interface Running {
        void run() throws Exception;
    }

    private static List<Span> named(List<Span> spans, String name) {
        return spans.stream().filter(span -> span.getName().equals(name)).toList();
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private static String traceparent(char trace, String flags) {
        return "00-" + String.valueOf(trace).repeat(32) + "-" + PARENT_ID + "-" + flags;
    }

    private static ProducerRecord<byte[], byte[]> event(
            StreamFixture job, String id, char trace, String flags) {
        ProducerRecord<byte[], byte[]> event =
                new ProducerRecord<>(
                        job.requests(), id.getBytes(UTF_8), request(id, 1).getBytes(UTF_8));
        event.headers().add("traceparent", traceparent(trace, flags).getBytes(UTF_8));
        return event;
    }
}
