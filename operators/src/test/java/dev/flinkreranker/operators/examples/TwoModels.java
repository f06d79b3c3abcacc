package dev.flinkreranker.operators.examples;

import dev.flinkreranker.operators.api.Reranked;
import dev.flinkreranker.operators.api.Reranking;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Tells which claims two models find other evidence for. */
public final class TwoModels {

    public record Claim(String id, String text, List<String> abstracts) {}

    public record Best(String id, int small, int large) {

        Best and(Best other) {
            return new Best(id, Math.max(small, other.small), Math.max(large, other.large));
        }
    }

    static DataStream<Best> compared(DataStream<Claim> claims, String small, String large) {
        DataStream<Best> bySmall =
                Reranking.of(small)
                        .query(Claim::text)
                        .passages(Claim::abstracts)
                        .uid("small")
                        .apply(claims)
                        .map(ranked -> new Best(ranked.value().id(), first(ranked), -1));
        DataStream<Best> byLarge =
                Reranking.of(large)
                        .query(Claim::text)
                        .passages(Claim::abstracts)
                        .uid("large")
                        .apply(claims)
                        .map(ranked -> new Best(ranked.value().id(), -1, first(ranked)));
        return bySmall.union(byLarge)
                .keyBy(Best::id, Types.STRING)
                .reduce(Best::and)
                .filter(best -> best.small() >= 0 && best.large() >= 0);
    }

    private static int first(Reranked<Claim> ranked) {
        return ranked.passages().get(0).index();
    }

    public static void main(String[] models) throws Exception {
        var env = StreamExecutionEnvironment.getExecutionEnvironment();
        Claim claim =
                new Claim(
                        "claim-1",
                        "Aspirin inhibits the production of PGE2.",
                        List.of(
                                "Visualization of cell cycle in mouse embryos.",
                                "Aspirin inhibits cyclooxygenase and so prostaglandin E2."));
        compared(env.fromData(claim), models[0], models[1]).print();
        env.execute("two models");
    }
}
