package dev.flinkreranker.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The benchmarks of the whole job, as short as they get; never how fast. */
class StreamBenchmarksITCase {

    @Test
    void pipelineComparesTheJobWithTheBareLoop() throws Exception {
        assertThat(figure("pipeline", "--requests=2", "--candidates=2", "--rounds=1"))
                .isBetween(0.0, 2.0);
    }

    @Test
    void latencyComparesOneRequestWithAForwardPass() throws Exception {
        assertThat(figure("latency", "--requests=2", "--candidates=2")).isGreaterThan(0.5);
    }

    @Test
    void stagesComparesACascadeWithTheWholeModel() throws Exception {
        assertThat(figure("stages", "--requests=1", "--candidates=8", "--rounds=1"))
                .isGreaterThan(0.1);
    }

    @Test
    void slotsComparesTheMemoryOfTwoWithThatOfOne() throws Exception {
        assertThat(figure("slots", "--requests=2", "--candidates=2")).isBetween(0.5, 2.0);
    }

    private static double figure(String name, String... options) throws Exception {
        return BenchRun.onSmallModel(name, options).path("figure").asDouble();
    }
}
