package dev.flinkreranker.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/** SQL on a cluster inside the process, and a small real model with what its scores must be. */
final class SqlFixture {

    /** The checkpoint. */
    static final Path MODEL =
            Path.of("../../tests/models/scifact-minilm-layerwise").toAbsolutePath().normalize();

    private SqlFixture() {}

    /**
     * A pair and its scores.
     *
     * @param layer6 the whole model's
     * @param layer4 that of its first four layers
     */
    record ScoredPair(String query, String passage, double layer6, double layer4) {}

    static TableEnvironment streaming() {
        return environment(EnvironmentSettings.inStreamingMode());
    }

    static TableEnvironment batch() {
        return environment(EnvironmentSettings.inBatchMode());
    }

    private static TableEnvironment environment(EnvironmentSettings settings) {
        TableEnvironment sql = TableEnvironment.create(settings);
        sql.getConfig().set("parallelism.default", "1");
        sql.getConfig().set("restart-strategy.type", "disable");
        return sql;
    }

    /** The first pairs of the model's expected scores, which are of at most 256 tokens. */
    static List<ScoredPair> pairs(int count) throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        List<ScoredPair> pairs = new ArrayList<>();
        for (String line :
                Files.readAllLines(MODEL.resolve("expected-scores.jsonl")).subList(0, count)) {
            JsonNode pair = json.readTree(line);
            pairs.add(
                    new ScoredPair(
                            pair.get("query").textValue(),
                            pair.get("passage").textValue(),
                            pair.get("scores").get("6").doubleValue(),
                            pair.get("scores").get("4").doubleValue()));
        }
        return pairs;
    }

    /** A view {@code pairs} of id, query and passage. */
    static void pairsView(TableEnvironment sql, List<ScoredPair> pairs) {
        DataType row =
                DataTypes.ROW(
                        DataTypes.FIELD("id", DataTypes.INT()),
                        DataTypes.FIELD("query", DataTypes.STRING()),
                        DataTypes.FIELD("passage", DataTypes.STRING()));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            rows.add(Row.of(i, pairs.get(i).query(), pairs.get(i).passage()));
        }
        sql.createTemporaryView("pairs", sql.fromValues(row, rows));
    }

    /**
     * A view {@code requests} of one row: the query of these pairs, and their passages as {@code
     * texts}, as {@code documents} with ids, and as {@code scored} with descending scores.
     */
    static void requestsView(TableEnvironment sql, List<ScoredPair> pairs) {
        DataType document =
                DataTypes.ROW(
                        DataTypes.FIELD("id", DataTypes.STRING()),
                        DataTypes.FIELD("text", DataTypes.STRING()));
        DataType scored =
                DataTypes.ROW(
                        DataTypes.FIELD("text", DataTypes.STRING()),
                        DataTypes.FIELD("score", DataTypes.DOUBLE()));
        DataType row =
                DataTypes.ROW(
                        DataTypes.FIELD("query", DataTypes.STRING()),
                        DataTypes.FIELD("texts", DataTypes.ARRAY(DataTypes.STRING())),
                        DataTypes.FIELD("documents", DataTypes.ARRAY(document)),
                        DataTypes.FIELD("scored", DataTypes.ARRAY(scored)));
        String[] texts = pairs.stream().map(ScoredPair::passage).toArray(String[]::new);
        Row[] documents = new Row[texts.length];
        Row[] withScores = new Row[texts.length];
        for (int i = 0; i < texts.length; i++) {
            documents[i] = Row.of("d" + i, texts[i]);
            withScores[i] = Row.of(texts[i], -1.0 * i);
        }
        sql.createTemporaryView(
                "requests",
                sql.fromValues(row, Row.of(pairs.get(0).query(), texts, documents, withScores)));
    }

    /** A pairwise model, whose options may name another checkpoint. */
    static void createModel(TableEnvironment sql, String output, String options) {
        String model = options.contains("'model'") ? "" : ", 'model' = '" + MODEL + "'";
        sql.executeSql(
                "CREATE TEMPORARY MODEL reranker INPUT (query STRING, passage STRING) OUTPUT (%s) WITH ('provider' = 'reranker', 'dtype' = 'float32'%s%s)"
                        .formatted(output, model, options));
    }

    /** The rows of a query. */
    static List<Row> rows(TableEnvironment sql, String query) throws Exception {
        List<Row> rows = new ArrayList<>();
        CloseableIterator<Row> results = sql.executeSql(query).collect();
        try {
            results.forEachRemaining(rows::add);
        } finally {
            results.close();
        }
        return rows;
    }

    /** What went wrong, from the outside in, in one text. */
    static String messages(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable t = failure; t != null; t = t.getCause()) {
            text.append(t.getMessage()).append('\n');
        }
        return text.toString();
    }
}
