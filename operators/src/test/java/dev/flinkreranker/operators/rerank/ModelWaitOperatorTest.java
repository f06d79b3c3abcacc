package dev.flinkreranker.operators.rerank;

import static dev.flinkreranker.operators.rerank.RerankHarness.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.model.ComputeType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator alone, with one model that is loaded at once and one that waits for the test. */
@SuppressWarnings("try") // the harness's close may be interrupted
class ModelWaitOperatorTest {

    private static final ModelCatalog CATALOG =
            new ModelCatalog(
                    Map.of(
                            "fast", new ModelReference("fast", ComputeType.AUTO, "cpu"),
                            "slow", new ModelReference("slow", ComputeType.AUTO, "cpu"),
                            "missing", new ModelReference("missing", ComputeType.AUTO, "cpu")));

    private static CountDownLatch loaded;

    @BeforeEach
    void hold() {
        loaded = new CountDownLatch(1);
    }

    @AfterEach
    void release() {
        loaded.countDown();
    }

    @Test
    void requestsOfOtherModelsPassThoseWhoseModelIsBeingLoaded() throws Exception {
        try (Harness harness = opened(Long.MAX_VALUE)) {
            harness.processElement(request("{'model':'slow'}", "1"), 5);
            harness.processElement(request("{'model':'slow'}", "2"), 6);
            harness.processElement(request("{'model':'none'}", "3"), 7);
            harness.processElement(request("{'model':'unknown'}", "4"), 8);
            assertThat(harness.timestamps()).containsExactly(7L, 8L);

            loaded.countDown();
            harness.await(4);
            assertThat(harness.timestamps()).containsExactly(7L, 8L, 5L, 6L);
        }
    }

    @Test
    void aRequestWaitsNoLongerThanItsDeadline() throws Exception {
        try (Harness harness = opened(Long.MAX_VALUE)) {
            harness.processElement(request("{'model':'slow','deadline_ms':900}", "1"), 5);
            harness.processElement(request("{'model':'slow','deadline_ms':300}", "2"), 6);
            harness.processElement(request("{'model':'slow'}", "3"), 7);
            harness.setProcessingTime(299);
            assertThat(harness.timestamps()).isEmpty();
            harness.setProcessingTime(300);
            assertThat(harness.timestamps()).containsExactly(6L);

            loaded.countDown();
            harness.await(3);
            assertThat(harness.timestamps()).containsExactly(6L, 5L, 7L);
            assertThat(harness.deadlines()).as("what is left").containsExactly(1L, 600L, null);
            harness.setProcessingTime(2_000);
            assertThat(harness.timestamps()).hasSize(3);
        }
    }

    @Test
    void norLongerThanTheJobAllows() throws Exception {
        try (Harness harness = new Harness(Duration.ofMillis(500), Long.MAX_VALUE)) {
            harness.open();
            harness.processElement(request("{'model':'slow'}", "1"), 5);
            harness.processElement(request("{'model':'slow','deadline_ms':900}", "2"), 6);
            harness.setProcessingTime(500);
            assertThat(harness.timestamps()).containsExactly(5L, 6L);
            loaded.countDown();
        }
    }

    /** What goes back to its place after a restart has all of its time again. */
    @Test
    void theCheckpointHasRequestsWithTheirOwnDeadline() throws Exception {
        OperatorSubtaskState snapshot;
        try (Harness harness = opened(Long.MAX_VALUE)) {
            harness.processElement(request("{'model':'slow','deadline_ms':900}", "1"), 5);
            harness.setProcessingTime(800);
            snapshot = harness.snapshot(1, 1);
            loaded.countDown();
        }

        hold();
        try (Harness restored = new Harness(null, Long.MAX_VALUE)) {
            restored.initializeState(snapshot);
            restored.open();
            restored.setProcessingTime(899);
            assertThat(restored.timestamps()).isEmpty();
            restored.setProcessingTime(900);
            assertThat(restored.timestamps()).containsExactly(5L);
            loaded.countDown();
        }
    }

    @Test
    void theModelOfEveryStageIsWaitedFor() throws Exception {
        try (Harness harness = opened(Long.MAX_VALUE)) {
            harness.processElement(
                    request("{'model':'fast','stages':[{'keep':1},{'model':'slow'}]}", "1"), 5);
            harness.processElement(request("{'model':'none'}", "2"), 6);
            assertThat(harness.timestamps()).containsExactly(6L);

            loaded.countDown();
            harness.await(2);
            assertThat(harness.timestamps()).containsExactly(6L, 5L);
        }
    }

    @Test
    void whatWaitsIsInTheCheckpoint() throws Exception {
        OperatorSubtaskState snapshot;
        try (Harness harness = opened(Long.MAX_VALUE)) {
            harness.processElement(request("{'model':'slow'}", "1"), 5);
            harness.processElement(request("{'model':'slow'}", "2"), 6);
            snapshot = harness.snapshot(1, 1);
            loaded.countDown(); // closing waits for the load
        }

        hold();
        try (Harness restored = new Harness(null, Long.MAX_VALUE)) {
            restored.initializeState(snapshot);
            restored.open();
            assertThat(restored.timestamps()).isEmpty();
            loaded.countDown();
            restored.await(2);
            assertThat(restored.timestamps()).containsExactly(5L, 6L);
        }
    }

    /** The model may be there when the job starts again. */
    @Test
    void aCheckpointAfterTheReleaseHasNothing() throws Exception {
        try (Harness harness = opened(Long.MAX_VALUE)) {
            harness.processElement(request("{'model':'slow'}", "1"), 5);
            loaded.countDown();
            harness.await(1);
            OperatorSubtaskState snapshot = harness.snapshot(1, 1);
            try (Harness restored = new Harness(null, Long.MAX_VALUE)) {
                restored.initializeState(snapshot);
                restored.open();
                assertThat(restored.timestamps()).isEmpty();
            }
        }
    }

    @Test
    void beyondItsBytesRequestsGoOnAtOnce() throws Exception {
        ResolvedRequest request = request("{'model':'slow'}", "1");
        try (Harness harness = opened(request.event().value().length)) {
            harness.processElement(request, 5);
            harness.processElement(request, 6);
            assertThat(harness.timestamps()).containsExactly(6L);

            loaded.countDown();
            harness.await(2);
            harness.processElement(request, 7);
            assertThat(harness.timestamps()).containsExactly(6L, 5L, 7L);
        }
    }

    /** Else what waits would be late, and windows behind would drop it. */
    @Test
    void aWatermarkDoesNotPassWhatWaits() throws Exception {
        try (Harness harness = opened(Long.MAX_VALUE)) {
            harness.processWatermark(4);
            harness.processElement(request("{'model':'slow'}", "1"), 5);
            harness.processWatermark(6);
            harness.processWatermark(7);
            assertThat(harness.watermarks()).containsExactly(4L);

            loaded.countDown();
            harness.await(1);
            assertThat(harness.timestamps()).containsExactly(5L);
            assertThat(harness.watermarks()).containsExactly(4L, 7L);
        }
    }

    @Test
    void atTheEndOfTheInputTheWatermarkFollows() throws Exception {
        try (Harness harness = opened(Long.MAX_VALUE)) {
            harness.processElement(request("{'model':'slow'}", "1"), 5);
            harness.processWatermark(Long.MAX_VALUE);
            harness.endInput();
            assertThat(harness.watermarks()).containsExactly(Long.MAX_VALUE);
            loaded.countDown();
        }
    }

    @Test
    void atTheEndOfTheInputEverythingGoesOn() throws Exception {
        try (Harness harness = opened(Long.MAX_VALUE)) {
            harness.processElement(request("{'model':'slow'}", "1"), 5);
            harness.endInput();
            assertThat(harness.timestamps()).containsExactly(5L);
            loaded.countDown();
        }
    }

    @Test
    void requestsOfAModelThatCannotBeLoadedGoOnToBeTold() throws Exception {
        try (Harness harness = opened(Long.MAX_VALUE)) {
            harness.processElement(request("{'model':'missing'}", "1"), 5);
            harness.await(1);
            assertThat(harness.timestamps()).containsExactly(5L);
        }
    }

    private static Harness opened(long mostBytes) throws Exception {
        Harness harness = new Harness(null, mostBytes);
        harness.open();
        return harness;
    }

    private static final class Harness
            extends OneInputStreamOperatorTestHarness<ResolvedRequest, ResolvedRequest> {

        private Harness(@Nullable Duration timeout, long mostBytes) throws Exception {
            super(
                    new ModelWaitFactory<>(
                            CATALOG,
                            () ->
                                    RerankEngine.open(
                                            EngineSettings.defaults(),
                                            model -> {
                                                if (model.directory().equals("slow")) {
                                                    loaded.await();
                                                }
                                                return LengthScorer.open(model);
                                            }),
                            timeout,
                            mostBytes),
                    TypeInformation.of(ResolvedRequest.class)
                            .createSerializer(new SerializerConfigImpl()));
        }

        private List<Long> watermarks() {
            return getOutput().stream()
                    .filter(Watermark.class::isInstance)
                    .map(element -> ((Watermark) element).getTimestamp())
                    .toList();
        }

        private List<Long> deadlines() {
            return extractOutputValues().stream().map(r -> r.settings().deadlineMs()).toList();
        }

        private List<Long> timestamps() {
            return extractOutputStreamRecords().stream().map(r -> r.getTimestamp()).toList();
        }

        /** Runs the task's mails until there is output; the timeout of the test bounds it. */
        private void await(int records) throws Exception {
            while (extractOutputValues().size() < records) {
                getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
            }
        }
    }
}
