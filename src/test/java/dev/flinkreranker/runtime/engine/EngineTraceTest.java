package dev.flinkreranker.runtime.engine;

import static dev.flinkreranker.runtime.engine.EngineTasks.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.trace.RequestSpan;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The spans of requests, as a collector gets them. */
class EngineTraceTest {

    private static final String PARENT_ID = "00f067aa0ba902b7";
    private static final AttributeKey<Long> PAIRS = AttributeKey.longKey("reranker.pairs");

    @RegisterExtension
    static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

    @Test
    void aRequestLeavesItsWayAsSpans() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        Gate gate = new Gate();
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> gate)) {
            rerank(engine, null, null, 1);
            gate.entered.await();
            RequestSpan span = start("00-" + trace + "-" + PARENT_ID + "-01", "v=1");
            CompletableFuture<RerankOutcome> outcome = span.around(() -> engine.rerank(task(3)));
            while (named("tokenization").isEmpty()) {
                Thread.onSpinWait();
            }
            gate.open.countDown();
            assertThat(outcome.get()).isInstanceOf(RerankOutcome.Scored.class);
            span.end("acme", "RANKED", false);
        }

        Map<String, SpanData> spans =
                TELEMETRY.getSpans().stream()
                        .collect(Collectors.toMap(SpanData::getName, span -> span));
        assertThat(spans)
                .containsOnlyKeys(
                        "rerank", "queue", "tokenization", "device queue", "device", "batch");
        SpanData rerank = spans.get("rerank");
        assertThat(rerank.getTraceId()).isEqualTo(trace);
        assertThat(rerank.getParentSpanId()).isEqualTo(PARENT_ID);
        assertThat(rerank.getSpanContext().getTraceState().get("v")).isEqualTo("1");
        assertThat(rerank.getAttributes().get(AttributeKey.stringKey("reranker.tenant")))
                .isEqualTo("acme");
        List<SpanData> inOrder = new ArrayList<>(List.of(rerank));
        for (String name : List.of("queue", "tokenization", "device queue", "device")) {
            SpanData span = spans.get(name);
            assertThat(span.getParentSpanId()).as(name).isEqualTo(rerank.getSpanId());
            SpanData before = inOrder.get(inOrder.size() - 1);
            assertThat(span.getStartEpochNanos())
                    .as("%s after %s", name, before.getName())
                    .isGreaterThanOrEqualTo(
                            before == rerank
                                    ? before.getStartEpochNanos()
                                    : before.getEndEpochNanos());
            assertThat(span.getEndEpochNanos())
                    .as(name)
                    .isGreaterThanOrEqualTo(span.getStartEpochNanos())
                    .isLessThanOrEqualTo(rerank.getEndEpochNanos());
            inOrder.add(span);
        }
        assertThat(spans.get("device").getAttributes().get(PAIRS)).isEqualTo(3);
        assertThat(spans.get("device").getLinks())
                .extracting(LinkData::getSpanContext)
                .containsExactly(spans.get("batch").getSpanContext());
        assertThat(spans.get("batch").getLinks())
                .extracting(LinkData::getSpanContext)
                .containsExactly(rerank.getSpanContext());
    }

    @Test
    void aBatchLinksToItsTracedRequests() throws Exception {
        Gate gate = new Gate();
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> gate)) {
            List<CompletableFuture<RerankOutcome>> outcomes = new ArrayList<>();
            outcomes.add(rerank(engine, null, null, 1));
            gate.entered.await();
            // What comes while the first batch runs shares the next one.
            for (int i = 1; i <= 3; i++) {
                String flag = i == 3 ? "00" : "01";
                String parent = "00-" + String.valueOf(i).repeat(32) + "-" + PARENT_ID + "-" + flag;
                outcomes.add(rerank(engine, parent, null, i));
            }
            while (engine.counts().load().queuedPairs() < 6) {
                Thread.onSpinWait();
            }
            gate.open.countDown();
            for (CompletableFuture<RerankOutcome> outcome : outcomes) {
                assertThat(outcome.get()).isInstanceOf(RerankOutcome.Scored.class);
            }
        }

        List<SpanData> batches = named("batch");
        assertThat(batches).hasSize(1);
        assertThat(batches.get(0).getAttributes().get(PAIRS)).isEqualTo(6);
        assertThat(batches.get(0).getLinks())
                .extracting(link -> link.getSpanContext().getTraceId())
                .containsExactlyInAnyOrder("1".repeat(32), "2".repeat(32));
        assertThat(named("device"))
                .extracting(span -> span.getAttributes().get(PAIRS))
                .containsExactlyInAnyOrder(1L, 2L);
        assertThat(named("device"))
                .allSatisfy(
                        span ->
                                assertThat(span.getLinks().get(0).getSpanContext())
                                        .isEqualTo(batches.get(0).getSpanContext()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "é",
                ""
            })
    void theParentsFlagDecides(String traceparent) throws Exception {
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> new HashScorer())) {
            RequestSpan span = start(traceparent, null);
            assertThat(span.around(() -> engine.rerank(task(2))).get())
                    .isInstanceOf(RerankOutcome.Scored.class);
            span.end("acme", "RANKED", false);
        }

        assertThat(TELEMETRY.getSpans()).isEmpty();
    }

    @Test
    void aFailureIsMarked() {
        start("00-" + "a".repeat(32) + "-" + PARENT_ID + "-01", null).end(null, "TIMED_OUT", true);

        assertThat(named("rerank"))
                .singleElement()
                .satisfies(
                        ended -> {
                            assertThat(ended.getStatus().getStatusCode())
                                    .isEqualTo(StatusCode.ERROR);
                            assertThat(ended.getStatus().getDescription()).isEqualTo("TIMED_OUT");
                        });
    }

    private static List<SpanData> named(String name) {
        return TELEMETRY.getSpans().stream().filter(span -> span.getName().equals(name)).toList();
    }

    private static CompletableFuture<RerankOutcome> rerank(
            RerankEngine engine, String traceparent, String tracestate, int passages) {
        return start(traceparent, tracestate).around(() -> engine.rerank(task(passages)));
    }

    private static RequestSpan start(String traceparent, String tracestate) {
        return RequestSpan.start(
                name -> name.equals(RequestSpan.TRACEPARENT) ? traceparent : tracestate);
    }

    private static RerankTask task(int passages) {
        return EngineTasks.task("acme", "q", Collections.nCopies(passages, "passage"));
    }
}
