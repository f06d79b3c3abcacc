package dev.flinkreranker.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.flink.FlinkVersion;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a model is said in one line when a statement with it is planned. */
class PlanningErrorsTest {

    private static final String PAIR = "query STRING, passage STRING";
    private static final String SCORE = "score DOUBLE";

    private static TableEnvironment pairs() {
        TableEnvironment sql = SqlFixture.streaming();
        SqlFixture.pairsView(sql, List.of(new SqlFixture.ScoredPair("q", "p", 0, 0)));
        return sql;
    }

    private static void assertRefused(String input, String output, String options, String line) {
        TableEnvironment sql = pairs();
        String model =
                options.contains("'model'") ? "" : ", 'model' = '%s'".formatted(SqlFixture.MODEL);
        sql.executeSql(
                "CREATE TEMPORARY MODEL reranker INPUT (%s) OUTPUT (%s) WITH ('provider' = 'reranker'%s%s)"
                        .formatted(input, output, model, options));
        assertThatThrownBy(() -> sql.explainSql(predict("TABLE pairs", "query, passage")))
                .satisfies(e -> assertThat(SqlFixture.messages(e).lines()).contains(line));
    }

    private static String predict(String table, String columns) {
        return "SELECT * FROM ML_PREDICT(%s, MODEL reranker, DESCRIPTOR(%s))"
                .formatted(table, columns);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'cutof-layers' = '4' | option 'cutof-layers' is not known; did you mean cutoff-layers?",
                "'cutoff-layers' = 'four' | option 'cutoff-layers' = 'four': For input string: \"four\"",
                "'cutoff-layers' = '9' | option cutoff-layers 9: this BERT model has heads at layers 3-6",
                "'max-length' = '7' | option max-length must be between 8 and 1048576, but is 7",
                "'top-n' = '3' | option 'top-n' is for a model whose INPUT is a list of documents",
                "'tenant' = 'a b' | option 'tenant' must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}, but is \"a b\"",
                "'timeout' = '5 min' | option 'timeout' (300000 ms) must be shorter than table.exec.async-ml-predict.timeout (180000 ms), after which Flink fails the job",
                "'device' = 'gpu' | option device \"gpu\" is not known; use cpu, cuda, cpu:N or cuda:N, or auto",
                "'model' = '/' | option model: /config.json: no such file",
                "'model' = '' | option 'model' is missing: the checkpoint's folder, or its id in the Hub's cache",
                "'limits.documents' = '0' | option 'limits.documents' must be at least 1, but is 0"
            })
    void options(String option, String line) {
        assertRefused(PAIR, SCORE, ", " + option, line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scores DOUBLE | OUTPUT column scores is not known; did you mean score?",
                "score INT | OUTPUT column score must be DOUBLE or FLOAT, but is INT",
                "status STRING | OUTPUT has no column score, which this INPUT makes",
                "score DOUBLE, status INT | OUTPUT column status must be STRING, but is INT"
            })
    void outputs(String output, String line) {
        assertRefused(PAIR, output, "", line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "query STRING, passage INT | score DOUBLE | INPUT must be (query STRING, passage STRING) or (query STRING, documents ARRAY<...>), but is ROW<`query` STRING, `passage` INT>",
                "query STRING | score DOUBLE | INPUT must be (query STRING, passage STRING) or (query STRING, documents ARRAY<...>), but is ROW<`query` STRING>",
                "query STRING, d ARRAY<INT> | ranked ARRAY<ROW<i INT>> | documents must be ARRAY<STRING> or ARRAY<ROW<text STRING>>, whose rows may also have an id (STRING, INT or BIGINT) and a score (DOUBLE or FLOAT), but are ARRAY<INT>",
                "query STRING, d ARRAY<ROW<body STRING>> | ranked ARRAY<ROW<i INT>> | documents must be ARRAY<STRING> or ARRAY<ROW<text STRING>>, whose rows may also have an id (STRING, INT or BIGINT) and a score (DOUBLE or FLOAT), but are ARRAY<ROW<`body` STRING>>",
                "query STRING, d ARRAY<STRING> | ranked ARRAY<ROW<place INT>> | ranked must be an ARRAY<ROW<...>> of fields among index INT, id STRING, score DOUBLE or FLOAT, text STRING and error STRING, but is ARRAY<ROW<`place` INT>>"
            })
    void columns(String input, String output, String line) {
        assertThatThrownBy(() -> ModelOutput.of(row(output), ModelInput.of(row(input))))
                .isInstanceOf(ValidationException.class)
                .hasMessage(line);
    }

    private static RowType row(String fields) {
        return (RowType)
                LogicalTypeParser.parse(
                        "ROW<" + fields + ">", PlanningErrorsTest.class.getClassLoader());
    }

    @Test
    void theCallsOwnTimeoutCounts() {
        TableEnvironment sql = pairs();
        SqlFixture.createModel(sql, SCORE, ", 'timeout' = '5 s'");
        assertThatThrownBy(
                        () ->
                                sql.explainSql(
                                        "SELECT * FROM ML_PREDICT(TABLE pairs, MODEL reranker, DESCRIPTOR(query, passage), MAP['timeout', '2 s'])"))
                .satisfies(
                        e ->
                                assertThat(SqlFixture.messages(e))
                                        .contains(
                                                "option 'timeout' (5000 ms) must be shorter than the call's own timeout (2000 ms)"));
    }

    /** As the README says. */
    @Test
    void flinkRefusesUpdatingTables() {
        TableEnvironment sql = pairs();
        SqlFixture.createModel(sql, SCORE, "");
        sql.executeSql(
                "CREATE TEMPORARY VIEW updating AS SELECT query, MAX(passage) AS passage FROM pairs GROUP BY query");
        assertThatThrownBy(() -> sql.explainSql(predict("TABLE updating", "query, passage")))
                .hasMessageContaining("doesn't support consuming update changes");
    }

    /** As the README says. */
    @Test
    void batchModeIsPlannedFromFlink23On() {
        TableEnvironment batch = SqlFixture.batch();
        SqlFixture.pairsView(batch, List.of(new SqlFixture.ScoredPair("q", "p", 0, 0)));
        SqlFixture.createModel(batch, SCORE, "");
        String query = predict("TABLE pairs", "query, passage");
        if (FlinkVersion.current().isNewerVersionThan(FlinkVersion.v2_2)) {
            assertThat(batch.explainSql(query)).contains("MLPredict");
        } else {
            assertThatThrownBy(() -> batch.explainSql(query))
                    .hasMessageContaining("Cannot generate a valid execution plan");
        }
    }
}
