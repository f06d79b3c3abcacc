package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.result.ResultStatus;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * An element and the ranking of its passages.
 *
 * @param value the element, as it came
 * @param ranking the ranking
 * @param <T> the type of the element, whose own serializer is used
 */
@PublicEvolving
@TypeInfo(ValueTypeInfoFactory.OfReranked.class)
public record Reranked<T>(T value, PassageRanking ranking) {

    /**
     * How it fared. In every status but {@code RANKED} and {@code PARTIAL} no passage has a score.
     */
    public ResultStatus status() {
        return ranking.status();
    }

    /** The passages, best first. */
    public List<RankedPassage> passages() {
        return ranking.passages();
    }

    /**
     * Passages in the order of the ranking, without those that it leaves out.
     *
     * @param passages those of the element, in its own order
     */
    public <D> List<D> order(List<D> passages) {
        return ranking.passages().stream().map(passage -> passages.get(passage.index())).toList();
    }
}
