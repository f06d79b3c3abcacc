package dev.flinkreranker.operators.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.rerank.LengthScorer;
import dev.flinkreranker.operators.rerank.RerankFunction;
import dev.flinkreranker.operators.rerank.RerankOperatorFactory;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.tests.support.Json;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Elements under way are in the checkpoint, with their own serializer. */
@ExtendWith(LengthScorer.Gate.class)
@SuppressWarnings("try") // the harness's close may be interrupted
class RowStateTest {

    private static final Question QUESTION = Question.of("1", "q", "a", "aa");

    @Test
    void anElementUnderWayIsRankedAfterARestart() throws Exception {
        OperatorSubtaskState snapshot;
        LengthScorer.hold();
        try (Harness harness = new Harness()) {
            harness.open();
            harness.processElement(row(), 7);
            snapshot = harness.snapshot(1, 1);
            assertThat(harness.extractOutputValues()).isEmpty();
            LengthScorer.release(); // closing waits for the batch
        }

        try (Harness restored = new Harness()) {
            restored.initializeState(snapshot);
            restored.open();
            restored.endInput();

            assertThat(restored.extractOutputValues())
                    .singleElement()
                    .satisfies(
                            output -> {
                                assertThat(output.value()).isEqualTo(QUESTION);
                                assertThat(output.outcome().ranking().configVersion()).isEqualTo(5);
                                assertThat(output.outcome().ranking().passages())
                                        .extracting(RankedPassage::index)
                                        .containsExactly(1, 0);
                            });
        }
    }

    private static ResolvedRow<Question> row() throws Exception {
        RerankSettings settings =
                TenantConfig.read(Json.tree("{'model':'length'}"), null, "t").settings();
        return new ResolvedRow<>(QUESTION, new RowStamp(settings, 5L, null, null, null, -1, 4));
    }

    private static final class Harness
            extends OneInputStreamOperatorTestHarness<ResolvedRow<Question>, RowOutput<Question>> {

        private Harness() throws Exception {
            super(
                    new RerankOperatorFactory<>(
                            new RerankFunction<>(
                                    new RowCodec<>(
                                            new RowReader<>(
                                                    Question::text,
                                                    Question::answers,
                                                    Question.Answer::body,
                                                    null,
                                                    null,
                                                    null,
                                                    null,
                                                    null,
                                                    Map.of(),
                                                    10,
                                                    10)),
                                    new ModelCatalog(
                                            Map.of(
                                                    "length",
                                                    new ModelReference(
                                                            "length", ComputeType.AUTO, "cpu"))),
                                    () ->
                                            RerankEngine.open(
                                                    EngineSettings.defaults(), LengthScorer::open),
                                    null,
                                    0,
                                    1L << 20),
                            0,
                            8,
                            OutputMode.UNORDERED),
                    ValueTypeInfo.resolved(TypeInformation.of(Question.class))
                            .createSerializer(new SerializerConfigImpl()));
        }
    }
}
