package dev.flinkreranker.sql;

import static dev.flinkreranker.sql.SqlFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.flinkreranker.sql.SqlFixture.ScoredPair;
import java.util.List;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The functions, on a cluster. */
@ExtendWith(MiniClusterExtension.class)
class RerankTest {

    private static final String OPTIONS =
            "model=%s, dtype=float32, max-length=256".formatted(SqlFixture.MODEL);

    private static TableEnvironment withFunctions(TableEnvironment sql) throws Exception {
        sql.executeSql(
                "CREATE TEMPORARY FUNCTION RERANK AS '%s'".formatted(Rerank.class.getName()));
        sql.executeSql(
                "CREATE TEMPORARY FUNCTION RERANK_TABLE AS '%s'"
                        .formatted(RerankTable.class.getName()));
        SqlFixture.requestsView(sql, pairs());
        return sql;
    }

    private static List<ScoredPair> pairs() throws Exception {
        String query = SqlFixture.pairs(1).get(0).query();
        return SqlFixture.pairs(12).stream().filter(pair -> pair.query().equals(query)).toList();
    }

    private static void assertScores(List<Row> indexIdScore) throws Exception {
        List<ScoredPair> pairs = pairs();
        assertThat(indexIdScore).hasSize(pairs.size());
        for (Row row : indexIdScore) {
            int index = (int) row.getField(0);
            assertThat(row.getField(1)).isEqualTo("d" + index);
            assertThat((double) row.getField(2)).isCloseTo(pairs.get(index).layer6(), offset(3e-5));
        }
    }

    @Test
    void scalarFunctionRanks() throws Exception {
        TableEnvironment sql = withFunctions(SqlFixture.streaming());
        List<Row> row =
                rows(sql, "SELECT RERANK(query, documents, '%s') FROM requests".formatted(OPTIONS));
        assertScores(List.of((Row[]) row.get(0).getField(0)));
    }

    @Test
    void rankingIsUnnested() throws Exception {
        TableEnvironment sql = withFunctions(SqlFixture.streaming());
        assertScores(
                rows(
                        sql,
                        ("SELECT d.index, d.id, d.score FROM (SELECT RERANK(query, documents, '%s') AS ranked FROM requests)"
                                        + " CROSS JOIN UNNEST(ranked) AS d (index, id, score)")
                                .formatted(OPTIONS)));
    }

    @Test
    void tableFunctionWorksInBatchAndInStreams() throws Exception {
        for (TableEnvironment sql : List.of(SqlFixture.batch(), SqlFixture.streaming())) {
            withFunctions(sql);
            List<Row> rows =
                    rows(
                            sql,
                            "SELECT r.index, r.id, r.score, r.`rank`, r.status FROM requests, LATERAL TABLE(RERANK_TABLE(query, documents, '%s')) AS r"
                                    .formatted(OPTIONS));
            assertScores(rows);
            assertThat(rows).extracting(row -> row.getField(3)).startsWith(1, 2);
            assertThat(rows).extracting(row -> row.getField(4)).containsOnly("OK");
        }
    }

    @Test
    void badRowsAreNullsAndStatuses() throws Exception {
        TableEnvironment sql = withFunctions(SqlFixture.streaming());
        sql.executeSql(
                "CREATE TEMPORARY VIEW bad AS SELECT query, CAST(ARRAY['a', CAST(NULL AS STRING)] AS ARRAY<STRING>) AS texts FROM requests");
        assertThat(rows(sql, "SELECT RERANK(query, texts, '%s') FROM bad".formatted(OPTIONS)))
                .containsExactly(Row.of((Object) null));
        assertThat(
                        rows(
                                sql,
                                "SELECT r.id, r.status, r.error FROM bad, LATERAL TABLE(RERANK_TABLE(query, texts, '%s')) AS r"
                                        .formatted(OPTIONS)))
                .containsExactly(Row.of(null, "REJECTED", "documents[2] is null"));
    }

    @Test
    void ofAnUpdatingTable() throws Exception {
        TableEnvironment sql = withFunctions(SqlFixture.streaming());
        SqlFixture.pairsView(sql, pairs());
        List<Row> rows =
                rows(
                        sql,
                        "SELECT query, RERANK(query, texts, '%s') FROM (SELECT query, ARRAY_AGG(passage) AS texts FROM pairs GROUP BY query)"
                                .formatted(OPTIONS));
        assertThat((Row[]) rows.get(rows.size() - 1).getField(1)).hasSize(pairs().size());
    }

    @Test
    void optionsAreCheckedWhenTheCallIsPlanned() throws Exception {
        TableEnvironment sql = withFunctions(SqlFixture.streaming());
        sql.executeSql(
                "CREATE TEMPORARY TABLE generated (query STRING, texts ARRAY<STRING>) WITH ('connector' = 'datagen')");
        assertThatThrownBy(
                        () ->
                                sql.explainSql(
                                        "SELECT RERANK(query, texts, 'model=/m, top_n=3') FROM requests"))
                .satisfies(
                        e ->
                                assertThat(SqlFixture.messages(e))
                                        .contains(
                                                "option 'top_n' is not known; did you mean top-n?"));
        assertThatThrownBy(
                        () -> sql.explainSql("SELECT RERANK(query, texts, query) FROM generated"))
                .satisfies(
                        e ->
                                assertThat(SqlFixture.messages(e))
                                        .contains("the options must be a literal"));
        assertThatThrownBy(
                        () ->
                                sql.explainSql(
                                        "SELECT RERANK(query, query, 'model=/m') FROM requests"))
                .satisfies(
                        e ->
                                assertThat(SqlFixture.messages(e))
                                        .contains("documents must be ARRAY<STRING>"));
    }
}
