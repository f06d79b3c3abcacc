package dev.flinkreranker.sql;

import static dev.flinkreranker.sql.SqlFixture.createModel;
import static dev.flinkreranker.sql.SqlFixture.pairsView;
import static dev.flinkreranker.sql.SqlFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.sql.SqlFixture.ScoredPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code ML_PREDICT} of pairs, on a cluster. */
@ExtendWith(MiniClusterExtension.class)
class PairPredictTest {

    private static final String PREDICT =
            "SELECT * FROM ML_PREDICT(TABLE pairs, MODEL reranker, DESCRIPTOR(query, passage))";

    @Test
    void scoresAreTheReferences() throws Exception {
        List<ScoredPair> pairs = SqlFixture.pairs(20);
        TableEnvironment sql = SqlFixture.streaming();
        pairsView(sql, pairs);
        createModel(sql, "score DOUBLE", ", 'max-length' = '256'");
        List<Row> scored = rows(sql, PREDICT);
        assertThat(scored).hasSize(pairs.size());
        for (Row row : scored) {
            assertThat((double) row.getFieldAs("score"))
                    .isCloseTo(pairs.get(row.getFieldAs("id")).layer6(), offset(3e-5));
        }
    }

    @Test
    void aBadRowKeepsItsPlaceAndSaysWhy() throws Exception {
        TableEnvironment sql = SqlFixture.streaming();
        String large = "x".repeat(10 << 20);
        pairsView(
                sql,
                List.of(
                        new ScoredPair("q", "a passage", 0, 0),
                        new ScoredPair(null, "p", 0, 0),
                        new ScoredPair("q", null, 0, 0),
                        new ScoredPair("q", large, 0, 0),
                        new ScoredPair("", "", 0, 0)));
        createModel(
                sql,
                "score FLOAT, status STRING, error STRING",
                ", 'cutoff-layers' = '4', 'normalize' = 'true'");
        List<Row> scored = rows(sql, PREDICT.replace("*", "id, score, status, error"));
        scored.sort(Comparator.comparing(row -> (Integer) row.getField(0)));
        assertThat(scored)
                .extracting(row -> row.getField(2) + ": " + row.getField(3))
                .containsExactly(
                        "OK: null",
                        "REJECTED: query is null",
                        "REJECTED: passage is null",
                        "REJECTED: passage has 10485760 characters; the limit is 100000"
                                + " (limits.text-chars)",
                        "OK: null");
        assertThat(scored)
                .extracting(row -> row.getField(1) != null)
                .containsExactly(true, false, false, false, true);
        assertThat((float) scored.get(0).getField(1)).isBetween(0f, 1f);
    }

    @Test
    void aModelThatIsNotThereIsARowsError() throws Exception {
        TableEnvironment sql = SqlFixture.streaming();
        pairsView(sql, List.of(new ScoredPair("q", "p", 0, 0)));
        createModel(
                sql, "score DOUBLE, status STRING, error STRING", ", 'model' = '/models/nowhere'");
        Row row = rows(sql, PREDICT).get(0);
        assertThat((Double) row.getFieldAs("score")).isNull();
        assertThat((String) row.getFieldAs("status")).isEqualTo("FAILED");
        assertThat((String) row.getFieldAs("error"))
                .startsWith("model /models/nowhere could not be loaded: ");
    }

    @Test
    void aModelForAnyDeviceRunsOnTheCpuWhereFlinkGivesNoGpu() throws Exception {
        TableEnvironment sql = SqlFixture.streaming();
        pairsView(sql, List.of(new ScoredPair("q", "p", 0, 0)));
        createModel(sql, "score DOUBLE, status STRING", ", 'device' = 'auto'");
        assertThat(rows(sql, PREDICT.replace("*", "status"))).containsExactly(Row.of("OK"));
    }

    @Test
    @Timeout(60)
    void aDeviceThatIsNotThereFailsTheJobOnce() throws Exception {
        TableEnvironment sql = SqlFixture.streaming();
        sql.getConfig().set("restart-strategy.type", "fixed-delay");
        sql.getConfig().set("restart-strategy.fixed-delay.attempts", "1000000");
        sql.getConfig().set("restart-strategy.fixed-delay.delay", "0 s");
        pairsView(sql, List.of(new ScoredPair("q", "p", 0, 0)));
        createModel(sql, "score DOUBLE", ", 'device' = 'cuda:7', 'on-error' = 'fail'");
        assertThatThrownBy(() -> rows(sql, PREDICT))
                .satisfies(
                        e ->
                                assertThat(SqlFixture.messages(e))
                                        .contains("device cuda:7 needs libtorch for CUDA"));
    }

    @Test
    void anErrorFailsTheJobWhereThatIsAskedFor() throws Exception {
        TableEnvironment sql = SqlFixture.streaming();
        pairsView(sql, List.of(new ScoredPair("q", null, 0, 0)));
        createModel(sql, "score DOUBLE", ", 'on-error' = 'fail'");
        assertThatThrownBy(() -> rows(sql, PREDICT))
                .satisfies(
                        e ->
                                assertThat(SqlFixture.messages(e).lines())
                                        .anySatisfy(
                                                line ->
                                                        assertThat(line)
                                                                .endsWith(
                                                                        "a row was not scored: REJECTED, passage is null")));
    }

    @Test
    void aLateRowIsARowsError() throws Exception {
        TableEnvironment sql = SqlFixture.streaming();
        pairsView(sql, List.of(new ScoredPair("q", "word ".repeat(10_000), 0, 0)));
        createModel(sql, "score DOUBLE, status STRING", ", 'timeout' = '1 ms'");
        assertThat(rows(sql, PREDICT.replace("*", "score, status")))
                .containsExactly(Row.of(null, "TIMED_OUT"));
    }

    @Test
    void rowsAreScoredInBatches() throws Exception {
        List<ScoredPair> pairs = SqlFixture.pairs(50);
        TableEnvironment sql = SqlFixture.streaming();
        pairsView(sql, pairs);
        createModel(sql, "score DOUBLE", ", 'max-length' = '32'");
        sql.getConfig().set("table.exec.async-ml-predict.max-concurrent-operations", "50");
        // A handle of its own: the engine that the job shares tells what it did.
        try (RerankEngine engine = RerankEngine.acquire(EngineSettings.defaults())) {
            assertThat(rows(sql, PREDICT)).hasSize(pairs.size());
            assertThat(engine.counts().batches().pairs()).isGreaterThanOrEqualTo(pairs.size());
            assertThat(engine.counts().batches().count()).isLessThan(pairs.size() / 2);
        }
    }

    /** What the README shows. */
    @Test
    void hitsOfAVectorSearchAreRanked() throws Exception {
        TableEnvironment sql = SqlFixture.streaming();
        sql.executeSql(
                "CREATE TEMPORARY TABLE passages (passage STRING, embedding ARRAY<FLOAT>) WITH ('connector' = 'passage-index')");
        sql.executeSql(
                "CREATE TEMPORARY VIEW queries AS SELECT * FROM (VALUES (1, 'Aspirin inhibits the production of PGE2.', ARRAY[CAST(1 AS FLOAT)])) AS t (id, query, vector)");
        createModel(sql, "score DOUBLE", "");
        String readme = Files.readString(Path.of("README.md"));
        List<Row> rows = rows(sql, statement(readme, "WITH hits AS ("));
        // An updating result: the last row of each place counts.
        assertThat(rows).hasSizeGreaterThanOrEqualTo(PassageIndexFactory.PASSAGES.size());
        assertThat(rows)
                .filteredOn(row -> row.getKind() != RowKind.UPDATE_BEFORE)
                .filteredOn(row -> (long) row.getFieldAs("place") == 1)
                .last()
                .satisfies(
                        row ->
                                assertThat((String) row.getFieldAs("passage"))
                                        .isEqualTo(PassageIndexFactory.PASSAGES.get(1)));
    }

    private static String statement(String readme, String beginning) {
        int start = readme.indexOf(beginning);
        assertThat(start).as(beginning).isNotNegative();
        return readme.substring(start, readme.indexOf(';', start));
    }
}
