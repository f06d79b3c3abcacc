package dev.flinkreranker.operators.usage;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.event.OutgoingRecord;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness's close may be interrupted
class UsageFunctionTest {

    private static final long MINUTE = 60_000;

    @Test
    void aTenantsUsageIsAddedUpAndWrittenWhenItsIntervalEnds() throws Exception {
        try (Harness harness = open()) {
            harness.setProcessingTime(10 * MINUTE + 1);
            harness.processElement(entry("a", "RANKED", 1), 0);
            harness.processElement(entry("b", "FAILED", 2), 0);
            harness.setProcessingTime(11 * MINUTE - 1);
            harness.processElement(entry("a", "RANKED", 3), 0);
            harness.processElement(UsageEntry.deadLetter("a", 5), 0);
            assertThat(written(harness)).isEmpty();

            harness.setProcessingTime(11 * MINUTE);

            assertThat(written(harness))
                    .containsExactlyInAnyOrder(
                            json(
                                    "a={'tenant':'a','from':'1970-01-01T00:10:00Z',"
                                            + "'to':'1970-01-01T00:11:00Z',"
                                            + "'requests':{'DEAD_LETTER':1,'RANKED':2},'pairs':4,"
                                            + "'tokens':40,'flops':400,'device_nanos':4005}"),
                            json(
                                    "b={'tenant':'b','from':'1970-01-01T00:10:00Z',"
                                            + "'to':'1970-01-01T00:11:00Z',"
                                            + "'requests':{'FAILED':1},'pairs':2,"
                                            + "'tokens':20,'flops':200,'device_nanos':2000}"));
            harness.setProcessingTime(20 * MINUTE);
            harness.processWatermark(Watermark.MAX_WATERMARK);
            assertThat(written(harness))
                    .as("nothing more, and nothing for idle tenants")
                    .hasSize(2);
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(harness.numEventTimeTimers()).isZero();
        }
    }

    @Test
    void whatIsLeftIsWrittenAtTheEndOfTheInput() throws Exception {
        try (Harness harness = open()) {
            harness.setProcessingTime(1);
            harness.processElement(entry("a", "RANKED", 1), 0);

            harness.processWatermark(Watermark.MAX_WATERMARK);

            assertThat(written(harness)).singleElement().asString().contains(json("'pairs':1"));
        }
    }

    @Test
    void afterARestartItGoesOnWithTheSumsOfTheCheckpoint() throws Exception {
        OperatorSubtaskState checkpoint;
        try (Harness harness = open()) {
            harness.setProcessingTime(1);
            harness.processElement(entry("a", "RANKED", 1), 0);
            checkpoint = harness.snapshot(1, 1);
            harness.processElement(entry("a", "RANKED", 70), 0);
            harness.setProcessingTime(MINUTE);
            assertThat(written(harness)).as("never committed").hasSize(1);
        }
        try (Harness harness = new Harness()) {
            harness.initializeState(checkpoint);
            harness.open();
            harness.setProcessingTime(5 * MINUTE);
            assertThat(written(harness)).singleElement().asString().contains(json("'pairs':1,"));
            harness.processElement(entry("a", "RANKED", 70), 0);
            harness.processWatermark(Watermark.MAX_WATERMARK);
            assertThat(written(harness).get(1))
                    .contains(json("'pairs':70,"), json("'from':'1970-01-01T00:05:00Z'"));
        }
    }

    @Test
    void aClockThatGoesBackLosesAndDoublesNothing() throws Exception {
        try (Harness harness = open()) {
            harness.setProcessingTime(10 * MINUTE);
            harness.processElement(entry("a", "RANKED", 1), 0);
            harness.setProcessingTime(9 * MINUTE);
            harness.processElement(entry("a", "RANKED", 2), 0);
            harness.setProcessingTime(11 * MINUTE);
            assertThat(written(harness))
                    .singleElement()
                    .asString()
                    .contains(json("'pairs':3,"), json("'from':'1970-01-01T00:10:00Z'"));
        }
    }

    @Test
    void sumsThatWouldOverflowAreWrittenBefore() throws Exception {
        try (Harness harness = open()) {
            harness.setProcessingTime(1);
            UsageEntry huge = new UsageEntry("a", "RANKED", 1, 1, Long.MAX_VALUE - 1, 1, null);
            harness.processElement(huge, 0);
            harness.processElement(huge, 0);
            harness.processWatermark(Watermark.MAX_WATERMARK);
            assertThat(written(harness))
                    .hasSize(2)
                    .allSatisfy(
                            record ->
                                    assertThat(record)
                                            .contains(json("'flops':9223372036854775806,")));
        }
    }

    @Test
    void stagesAreAddedUpByTheirNumber() throws Exception {
        try (Harness harness = open()) {
            harness.setProcessingTime(1);
            harness.processElement(staged(new StageTotal(30, 300, 3)), 0);
            harness.processElement(entry("a", "RANKED", 7), 0);
            harness.processElement(staged(new StageTotal(30, 300, 3), new StageTotal(5, 50, 2)), 0);
            harness.processWatermark(Watermark.MAX_WATERMARK);

            assertThat(written(harness))
                    .singleElement()
                    .asString()
                    .contains(
                            json(
                                    "'stages':[{'pairs':60,'tokens':600,'flops':6},"
                                            + "{'pairs':5,'tokens':50,'flops':2}]}"));
        }
    }

    private static UsageEntry staged(StageTotal... stages) {
        return new UsageEntry("a", "RANKED", 35, 350, 5, 1, List.of(stages));
    }

    private static UsageEntry entry(String tenant, String status, long pairs) {
        return new UsageEntry(tenant, status, pairs, 10 * pairs, 100 * pairs, 1000 * pairs, null);
    }

    private static List<String> written(Harness harness) {
        return harness.extractOutputValues().stream()
                .map(
                        record ->
                                new String(record.key(), UTF_8)
                                        + "="
                                        + new String(record.value(), UTF_8))
                .toList();
    }

    private static Harness open() throws Exception {
        Harness harness = new Harness();
        harness.open();
        return harness;
    }

    private static final class Harness
            extends KeyedOneInputStreamOperatorTestHarness<String, UsageEntry, OutgoingRecord> {

        Harness() throws Exception {
            super(
                    new KeyedProcessOperator<>(new UsageFunction(Duration.ofMinutes(1))),
                    UsageEntry::tenant,
                    Types.STRING);
        }
    }
}
