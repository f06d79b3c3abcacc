package dev.flinkreranker.operators.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.rerank.LengthScorer;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.result.ResultUsage;
import dev.flinkreranker.operators.result.StageUsage;
import dev.flinkreranker.runtime.engine.Admission;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.engine.RerankTask;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class RerankMetricsTest {

    private final Map<String, Counter> counters = new HashMap<>();

    /** Remembers counters, gauges and histograms by scope and name. */
    private final class Registry extends UnregisteredMetricsGroup {
        private final String scope;
        private final Map<String, Gauge<?>> all;
        private final Map<String, Histogram> histograms;

        Registry(String scope, Map<String, Gauge<?>> all, Map<String, Histogram> histograms) {
            this.scope = scope;
            this.all = all;
            this.histograms = histograms;
        }

        @Override
        public MetricGroup addGroup(String name) {
            return new Registry(scope + name + ".", all, histograms);
        }

        @Override
        public MetricGroup addGroup(String key, String value) {
            return addGroup(key).addGroup(value);
        }

        @Override
        public Counter counter(String name) {
            return counters.computeIfAbsent(scope + name, known -> new SimpleCounter());
        }

        @Override
        public <H extends Histogram> H histogram(String name, H histogram) {
            histograms.put(scope + name, histogram);
            return histogram;
        }

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            all.put(scope + name, gauge);
            return gauge;
        }
    }

    private final Map<String, Gauge<?>> gauges = new HashMap<>();
    private final Map<String, Histogram> histograms = new HashMap<>();
    private final Registry registry = new Registry("", gauges, histograms);

    @Test
    void everyNamedFigureOfTheEngineIsReported() throws Exception {
        List<String> names = new ArrayList<>();
        for (Field field : EngineMetrics.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
                names.add("rerank.engine." + field.get(null));
            }
        }
        for (Field field : DeviceMetrics.class.getFields()) {
            if (!field.getName().equals("DEVICE")) {
                names.add("rerank.engine.device.cpu." + field.get(null));
            }
        }
        try (RerankEngine engine = open()) {
            new RerankMetrics(registry, engine, Set.of("cpu"), () -> 0L);

            assertThat(gauges.keySet())
                    .filteredOn(name -> name.startsWith("rerank.engine."))
                    .containsExactlyInAnyOrderElementsOf(names);
            assertThat(gauges.values())
                    .allSatisfy(gauge -> assertThat(gauge.getValue()).isNotNull());
        }
    }

    @Test
    void figuresFollowWhatTheEngineDoes() throws Exception {
        try (RerankEngine engine = open()) {
            new RerankMetrics(registry, engine, Set.of("cpu"), () -> 0L);
            Admission cached = new Admission(1, 100, Admission.OnOverload.WAIT, true);
            for (List<String> passages : List.of(List.of("aa", "bbb"), List.of("aa", "cccc"))) {
                engine.rerank(task(passages, cached)).join();
            }

            assertThat(value(EngineMetrics.PAIRS)).isEqualTo(3L);
            assertThat(value(EngineMetrics.TOKENS)).isEqualTo(2L + 3 + 4 + 3);
            assertThat(value(EngineMetrics.CACHE_HITS)).isEqualTo(1L);
            assertThat(value(EngineMetrics.CACHE_MISSES)).isEqualTo(3L);
            assertThat(value(EngineMetrics.CACHE_HIT_RATIO)).isEqualTo(0.25);
            assertThat((double) value(EngineMetrics.PAIRS_PER_BATCH)).isBetween(1.0, 1.5);
            String device = DeviceMetrics.DEVICE + ".cpu.";
            assertThat(value(device + DeviceMetrics.TOKENS)).isEqualTo(2L + 3 + 4 + 3);
            assertThat(value(device + DeviceMetrics.BATCHES))
                    .isEqualTo(value(EngineMetrics.BATCHES));
            assertThat(value(device + DeviceMetrics.BUSY_MS))
                    .isEqualTo(value(EngineMetrics.DEVICE_MS));
            assertThat(value(device + DeviceMetrics.WEIGHT_BYTES)).isEqualTo(1_000L);
            assertThat(value(device + DeviceMetrics.BATCH_BYTES)).isEqualTo(8192 * 10L);
            assertThat((double) value(device + DeviceMetrics.USED_BYTES)).isPositive();
            assertThat((double) value(device + DeviceMetrics.FREE_BYTES)).isPositive();
            // Two or three batches, each rounded up to 16 rows.
            assertThat((double) value(EngineMetrics.PADDING_RATIO)).isBetween(0.5, 1.0);
            double cost =
                    (double) value(EngineMetrics.COST_PER_BATCH_US)
                            + (double) value(EngineMetrics.COST_PER_TOKEN_US)
                            + (double) value(EngineMetrics.COST_PER_SQUARE_US);
            assertThat(cost).isPositive();
        }
    }

    @Test
    void timesAreOfARequestAndOfItsTenant() {
        try (RerankEngine engine = open()) {
            RerankMetrics metrics = new RerankMetrics(registry, engine, Set.of("cpu"), () -> 7L);
            metrics.started();
            metrics.scored("acme", 3_000_000);
            metrics.ended("acme", 5_000_000, System.currentTimeMillis() - 60_000);
            // Of a clock that is ahead, and without a timestamp.
            metrics.ended("acme", 9_000_000, System.currentTimeMillis() + 60_000);
            metrics.ended(null, 1_000_000, -1);

            assertThat(values("rerank.latencyMs")).containsExactly(5, 9, 1);
            assertThat(values("rerank.tenant.acme.latencyMs")).containsExactly(5, 9);
            assertThat(values("rerank.tenant.acme.waitMs")).containsExactly(3);
            assertThat(values("rerank.ageMs")).hasSize(2).contains(0);
            assertThat(histograms.get("rerank.ageMs").getStatistics().getMax())
                    .isBetween(60_000L, 90_000L);
            assertThat(gauges.get("rerank.requestBytes").getValue()).isEqualTo(7L);
        }
    }

    @Test
    void lateRequestsAreCountedAlsoByTenant() {
        try (RerankEngine engine = open()) {
            RerankMetrics metrics = new RerankMetrics(registry, engine, Set.of("cpu"), () -> 0L);
            metrics.late("acme");

            assertThat(counters.get("rerank.late").getCount()).isEqualTo(1);
            assertThat(counters.get("rerank.tenant.acme.late").getCount()).isEqualTo(1);
        }
    }

    private long[] values(String name) {
        return histograms.get(name).getStatistics().getValues();
    }

    @Test
    void aCascadeIsCountedByStage() {
        ResultUsage usage =
                new ResultUsage(
                        5,
                        50,
                        0,
                        9_000_000,
                        List.of(
                                new StageUsage(null, "m", List.of(4), 3, 30, 0, 5_000_000),
                                new StageUsage(null, "m", List.of(6), 2, 20, 0, 4_000_000)));
        try (RerankEngine engine = open()) {
            RerankMetrics metrics = new RerankMetrics(registry, engine, Set.of("cpu"), () -> 0L);
            for (int i = 0; i < 2; i++) {
                metrics.result(
                        new RankedResult(
                                "r",
                                "acme",
                                ResultStatus.RANKED,
                                "m",
                                null,
                                null,
                                List.of(),
                                usage,
                                null));
            }

            assertThat(counters.get("rerank.pairs").getCount()).isEqualTo(10);
            assertThat(counters.get("rerank.stage.1.pairs").getCount()).isEqualTo(6);
            assertThat(counters.get("rerank.stage.2.pairs").getCount()).isEqualTo(4);
            assertThat(counters.get("rerank.stage.2.megaflops").getCount()).isEqualTo(8);
        }
    }

    /** An event that is too large, for one, is not read as far as its tenant. */
    @Test
    void whoIsNotKnownHasNoCounters() {
        Set<String> labels = new HashSet<>();
        MetricGroup group =
                new UnregisteredMetricsGroup() {
                    @Override
                    public MetricGroup addGroup(String name) {
                        return this;
                    }

                    @Override
                    public MetricGroup addGroup(String key, String value) {
                        labels.add(key + "=" + value);
                        return this;
                    }
                };
        try (RerankEngine engine = open()) {
            RerankMetrics metrics = new RerankMetrics(group, engine, Set.of(), () -> 0L);
            metrics.deadLetter(ReasonCode.EVENT_TOO_LARGE, null);
            assertThat(labels).containsExactly("reason=EVENT_TOO_LARGE");
            metrics.deadLetter(ReasonCode.TIMED_OUT, "acme");
            assertThat(labels).contains("tenant=acme");
        }
    }

    private Object value(String name) {
        return gauges.get("rerank.engine." + name).getValue();
    }

    private static RerankEngine open() {
        LengthScorer.reset();
        return RerankEngine.open(EngineSettings.defaults(), LengthScorer::open);
    }

    private static RerankTask task(List<String> passages, Admission admission) {
        return new RerankTask(
                "tenant",
                new ModelReference("length", ComputeType.AUTO, "cpu"),
                TokenizationSettings.defaults(),
                ScoringSettings.defaults(),
                "q",
                passages,
                null,
                admission);
    }
}
