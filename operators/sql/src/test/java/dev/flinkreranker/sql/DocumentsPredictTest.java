package dev.flinkreranker.sql;

import static dev.flinkreranker.sql.SqlFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.flinkreranker.sql.SqlFixture.ScoredPair;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code ML_PREDICT} of a query and its documents, on a cluster. */
@ExtendWith(MiniClusterExtension.class)
class DocumentsPredictTest {

    private static final String TEXTS = "ARRAY<STRING>";
    private static final String ROWS = "ARRAY<ROW<id STRING, text STRING>>";

    private TableEnvironment sql;
    private List<ScoredPair> pairs;

    @BeforeEach
    void open() throws Exception {
        sql = SqlFixture.streaming();
        String query = SqlFixture.pairs(1).get(0).query();
        pairs = SqlFixture.pairs(12).stream().filter(pair -> pair.query().equals(query)).toList();
        SqlFixture.requestsView(sql, pairs);
    }

    private void createModel(String documents, String output, String options) {
        sql.executeSql(
                "CREATE TEMPORARY MODEL reranker INPUT (query STRING, documents %s) OUTPUT (%s) WITH ('provider' = 'reranker', 'model' = '%s', 'dtype' = 'float32', 'max-length' = '256'%s)"
                        .formatted(documents, output, SqlFixture.MODEL, options));
    }

    private Row predict(String table, String column) throws Exception {
        List<Row> rows =
                rows(
                        sql,
                        "SELECT * FROM ML_PREDICT(TABLE %s, MODEL reranker, DESCRIPTOR(query, %s))"
                                .formatted(table, column));
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    @Test
    void textsAreRankedByTheReferencesScores() throws Exception {
        createModel(TEXTS, "ranked ARRAY<ROW<index INT, score DOUBLE>>", "");
        Row[] ranked = predict("requests", "texts").getFieldAs("ranked");
        assertThat(ranked).hasSize(pairs.size());
        for (Row document : ranked) {
            assertThat((double) document.getField(1))
                    .isCloseTo(pairs.get((int) document.getField(0)).layer6(), offset(3e-5));
        }
        assertThat(ranked)
                .extracting(document -> (Double) document.getField(1))
                .isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void rowsKeepTheirIds() throws Exception {
        createModel(
                ROWS,
                "ranked ARRAY<ROW<id STRING, score FLOAT, text STRING, index INT, error STRING>>, status STRING",
                ", 'top-n' = '2', 'cutoff-layers' = '4;6'");
        Row row = predict("requests", "documents");
        assertThat((String) row.getFieldAs("status")).isEqualTo("OK");
        Row[] ranked = row.getFieldAs("ranked");
        assertThat(ranked).hasSize(2);
        int index = (int) ranked[0].getField(3);
        assertThat(ranked[0].getField(0)).isEqualTo("d" + index);
        assertThat(ranked[0].getField(2)).isEqualTo(pairs.get(index).passage());
        assertThat(ranked[0].getField(4)).isNull();
    }

    @Test
    void aBadRowKeepsItsPlaceAndSaysWhy() throws Exception {
        createModel(
                TEXTS,
                "ranked ARRAY<ROW<index INT>>, status STRING, error STRING",
                ", 'limits.documents' = '2', 'limits.row-chars' = '8'");
        sql.executeSql(
                "CREATE TEMPORARY VIEW bad AS SELECT * FROM (VALUES ('q', CAST(ARRAY['a', CAST(NULL AS STRING)] AS ARRAY<STRING>)), ('q', CAST(NULL AS ARRAY<STRING>)), ('q', ARRAY['a', 'b', 'c']), ('query', ARRAY['1234'])) AS t (query, texts)");
        assertThat(
                        rows(
                                sql,
                                "SELECT ranked, status, error FROM ML_PREDICT(TABLE bad, MODEL reranker, DESCRIPTOR(query, texts))"))
                .extracting(Row::toString)
                .containsExactly(
                        "+I[null, REJECTED, documents[2] is null]",
                        "+I[null, REJECTED, documents is null]",
                        "+I[null, REJECTED, documents has 3 entries; the limit is 2 (limits.documents)]",
                        "+I[null, REJECTED, the row has more than 8 characters, the limit, up to documents[1] (limits.row-chars)]");
    }

    @Test
    void nothingToRankIsAnEmptyRanking() throws Exception {
        createModel(TEXTS, "ranked ARRAY<ROW<index INT>>, status STRING", "");
        sql.executeSql(
                "CREATE TEMPORARY VIEW nothing AS SELECT query, ARRAY_EXCEPT(texts, texts) AS texts FROM requests");
        Row row = predict("nothing", "texts");
        assertThat((Row[]) row.getFieldAs("ranked")).isEmpty();
        assertThat((String) row.getFieldAs("status")).isEqualTo("OK");
    }

    @Test
    void fusesWithTheScoresOfTheFirstStage() throws Exception {
        createModel(
                "ARRAY<ROW<text STRING, score DOUBLE>>",
                "ranked ARRAY<ROW<index INT, score DOUBLE>>",
                ", 'fusion' = 'reciprocal_rank', 'fusion-k' = '1000000'");
        Row[] ranked = predict("requests", "scored").getFieldAs("ranked");
        assertThat(ranked).hasSize(pairs.size());
        assertThat((double) ranked[0].getField(1)).isBetween(1.9e-6, 2e-6);
    }

    @Test
    void aSumNeedsEveryScoreOfTheFirstStage() throws Exception {
        createModel(
                "ARRAY<ROW<id STRING, text STRING>>",
                "ranked ARRAY<ROW<index INT>>, error STRING",
                ", 'fusion' = 'z_sum'");
        assertThat((String) predict("requests", "documents").getFieldAs("error"))
                .startsWith("documents[1].score is null: fusion z_sum needs");
    }
}
