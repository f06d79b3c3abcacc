package dev.flinkreranker.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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

    /** A flood that hardly is one; none of the others' requests goes without a result. */
    @Test
    void fairnessComparesTheOthersWithAndWithoutAFlood() throws Exception {
        String[] lines =
                BenchRun.of(
                                "fairness",
                                "--seconds=2",
                                "--flood=100",
                                "--token-micros=2",
                                "--guarantees=at_least_once",
                                "--json")
                        .split("\n");
        JsonMapper json = JsonMapper.builder().build();
        JsonNode calm = json.readTree(lines[0]);
        JsonNode flooded = json.readTree(lines[1]);
        assertThat(calm.path("flood_sent").asInt()).isZero();
        assertThat(flooded.path("flood_sent").asInt()).isBetween(190, 200);
        assertThat(flooded.path("others").asInt()).isBetween(36, 38);
        assertThat(json.readTree(lines[2]).path("figure").asDouble())
                .isEqualTo(flooded.path("p95_ms").asDouble() / calm.path("p95_ms").asDouble());
    }

    private static double figure(String name, String... options) throws Exception {
        return BenchRun.onSmallModel(name, options).path("figure").asDouble();
    }
}
