package dev.flinkreranker.workbench.bench.subject;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.bench.texts.TextPair;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/** {@code ML_PREDICT} of pairs on a cluster in this process. */
public final class PredictedPairs {

    private final ModelReference model;
    private final int maxLength;

    /**
     * @param maxLength limit of a pair in tokens
     */
    public PredictedPairs(ModelReference model, int maxLength) {
        this.model = model;
        this.maxLength = maxLength;
    }

    /**
     * Seconds from the first row's score to the last one's.
     *
     * @param concurrent rows under way at once, and pairs of a batch
     */
    public double seconds(List<TextPair> pairs, int concurrent) {
        StreamExecutionEnvironment flink =
                StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(1);
        StreamTableEnvironment sql = StreamTableEnvironment.create(flink);
        sql.createTemporaryView(
                "pairs",
                sql.fromDataStream(
                                flink.fromData(
                                        Types.ROW(Types.STRING, Types.STRING),
                                        pairs.stream()
                                                .map(p -> Row.of(p.query(), p.passage()))
                                                .toArray(Row[]::new)))
                        .as("query", "passage"));
        sql.executeSql(
                "CREATE TEMPORARY MODEL reranker INPUT (query STRING, passage STRING) OUTPUT (score DOUBLE) WITH ('provider' = 'reranker', 'model' = '%s', 'dtype' = '%s', 'max-length' = '%d', 'engine.batch-pairs' = '%d')"
                        .formatted(
                                model.directory(),
                                model.computeType().name().toLowerCase(Locale.ROOT),
                                maxLength,
                                concurrent));
        sql.getConfig()
                .set(
                        "table.exec.async-ml-predict.max-concurrent-operations",
                        String.valueOf(concurrent));
        CloseableIterator<Row> scores =
                sql.executeSql(
                                "SELECT score FROM ML_PREDICT(TABLE pairs, MODEL reranker, DESCRIPTOR(query, passage))")
                        .collect();
        long first = 0;
        int rows = 0;
        while (scores.hasNext()) {
            scores.next();
            first = rows++ == 0 ? System.nanoTime() : first;
        }
        if (rows != pairs.size()) {
            throw new IllegalStateException(pairs.size() + " pairs gave " + rows + " scores");
        }
        return (System.nanoTime() - first) / 1e9;
    }
}
