package dev.flinkreranker.operators.rerank;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.record.RecordCodec;
import dev.flinkreranker.operators.record.RerankOutput;
import dev.flinkreranker.operators.record.RerankOutput.Destination;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultDelivery;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.model.ComputeType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** The asynchronous operator, alone, with a {@link LengthScorer}. */
@SuppressWarnings("try") // its close may be interrupted
final class RerankHarness extends OneInputStreamOperatorTestHarness<ResolvedRequest, RerankOutput> {

    static final RequestLimits LIMITS = RequestLimits.defaults();

    static final ModelCatalog CATALOG =
            new ModelCatalog(
                    Map.of(
                            "length",
                            new ModelReference("length", ComputeType.AUTO, "cpu"),
                            "shortness",
                            new ModelReference("shortness", ComputeType.AUTO, "cpu"),
                            "missing",
                            new ModelReference("missing", ComputeType.AUTO, "cpu")));

    /** Not open yet. */
    RerankHarness(RequestLimits limits, ModelCatalog catalog, Duration timeout) throws Exception {
        this(limits, catalog, timeout, 0);
    }

    /**
     * Not open yet.
     *
     * @param shared how many requests under way the tenants share
     */
    RerankHarness(RequestLimits limits, ModelCatalog catalog, Duration timeout, int shared)
            throws Exception {
        this(limits, catalog, timeout, shared, TopicLimits.NONE);
    }

    /** Likewise, with what the topic of results takes. */
    RerankHarness(
            RequestLimits limits,
            ModelCatalog catalog,
            Duration timeout,
            int shared,
            TopicLimits results)
            throws Exception {
        this(limits, catalog, timeout, shared, Long.MAX_VALUE, results);
    }

    /** Likewise, with the window's bytes. */
    RerankHarness(
            RequestLimits limits,
            ModelCatalog catalog,
            Duration timeout,
            int shared,
            long windowBytes,
            TopicLimits results)
            throws Exception {
        super(
                new RerankOperatorFactory<>(
                        new RerankFunction<>(
                                new RecordCodec(
                                        limits, ResultDelivery.to(() -> results), () -> results),
                                catalog,
                                RerankHarness::engine,
                                timeout,
                                shared,
                                windowBytes),
                        timeout == null ? 0 : timeout.toMillis(),
                        8,
                        OutputMode.UNORDERED),
                TypeInformation.of(ResolvedRequest.class)
                        .createSerializer(new SerializerConfigImpl()));
    }

    /** The engine that all open harnesses share; the last to close it waits for its batch. */
    static RerankEngine engine() {
        return RerankEngine.acquire(EngineSettings.ofBatchTokens(100_000), LengthScorer::open);
    }

    static RerankHarness harness() throws Exception {
        return harness(LIMITS, null);
    }

    static RerankHarness harness(RequestLimits limits, Duration timeout) throws Exception {
        RerankHarness harness = new RerankHarness(limits, CATALOG, timeout);
        harness.open();
        return harness;
    }

    /** What comes out for one request. */
    static List<RerankOutput> run(RequestLimits limits, String settings, String... passages)
            throws Exception {
        try (RerankHarness harness = harness(limits, null)) {
            harness.processElement(request(settings, passages), 1);
            harness.endInput();
            // The engine waits for a running batch when it closes.
            LengthScorer.release();
            return harness.extractOutputValues();
        }
    }

    /** Runs the task's mails until there is output; the timeout of the test bounds it. */
    void awaitOutput(int records) throws Exception {
        while (extractOutputValues().size() < records) {
            getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
        }
    }

    static ResolvedRequest request(String settings, String... passages) throws Exception {
        JsonMapper json = new JsonMapper();
        String value =
                "{\"request_id\":\"r\",\"tenant\":\"t\",\"query\":\"q\",\"documents\":%s}"
                        .formatted(json.writeValueAsString(passages));
        TenantConfig config = TenantConfig.read(json.readTree(json(settings)), null, "settings");
        return new ResolvedRequest(
                new RawEvent(
                        new byte[] {7},
                        value.getBytes(UTF_8),
                        List.of(RecordHeader.ofText("h", "v")),
                        "requests",
                        0,
                        0,
                        1),
                config.settings(),
                4L,
                null,
                config.interleave(),
                config.whenLate());
    }

    static RerankOutput only(List<RerankOutput> outputs) {
        assertThat(outputs).hasSize(1);
        return outputs.get(0);
    }

    static RankedResult result(List<RerankOutput> outputs) throws Exception {
        RerankOutput output = only(outputs);
        assertThat(output.destination()).isEqualTo(Destination.RESULTS);
        return ResultCodec.decode(output.record().value());
    }

    static String header(RerankOutput output, String name) {
        return output.record().headers().stream()
                .filter(header -> header.key().equals(name))
                .map(header -> new String(header.value(), UTF_8))
                .findFirst()
                .orElseThrow();
    }
}
