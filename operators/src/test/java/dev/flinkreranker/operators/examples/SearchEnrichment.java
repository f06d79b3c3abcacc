package dev.flinkreranker.operators.examples;

import dev.flinkreranker.operators.api.RankedPassage;
import dev.flinkreranker.operators.api.Reranked;
import dev.flinkreranker.operators.api.Reranking;
import dev.flinkreranker.operators.tenant.Fallback;
import dev.flinkreranker.operators.tenant.Fusion;
import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/** Gives the hits of frequent searches their ranks before they are indexed. */
public final class SearchEnrichment {

    public record Hit(String url, String snippet, double bm25) {}

    public record Page(String search, List<Hit> hits) {}

    public record IndexEntry(String search, String url, int rank, Float score) {}

    static DataStream<IndexEntry> entries(DataStream<Page> pages, String model) {
        return Reranking.of(model)
                .query(Page::search)
                .passages(Page::hits, Hit::snippet, Hit::bm25)
                .fusion(Fusion.Z_SUM)
                .fusionWeight(0.3)
                .onFailure(Fallback.PASSTHROUGH) // in BM25's order rather than not at all
                .uid("hits")
                .apply(pages)
                .flatMap(SearchEnrichment::split)
                .returns(IndexEntry.class);
    }

    private static void split(Reranked<Page> ranked, Collector<IndexEntry> out) {
        Page page = ranked.value();
        int rank = 1;
        for (RankedPassage passage : ranked.passages()) {
            String url = page.hits().get(passage.index()).url();
            out.collect(new IndexEntry(page.search(), url, rank++, passage.score()));
        }
    }

    public static void main(String[] model) throws Exception {
        var env = StreamExecutionEnvironment.getExecutionEnvironment();
        Page page =
                new Page(
                        "aspirin and prostaglandin",
                        List.of(
                                new Hit("/mice", "Cell cycle in mouse embryos.", 7.5),
                                new Hit("/aspirin", "Aspirin inhibits cyclooxygenase.", 7.1)));
        entries(env.fromData(page), model[0]).print();
        env.execute("search enrichment");
    }
}
