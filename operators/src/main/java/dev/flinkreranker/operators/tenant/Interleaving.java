package dev.flinkreranker.operators.tenant;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.apache.flink.annotation.Internal;

/**
 * A second configuration, side by side with the tenant's own: requests are ranked by both, and
 * their results are interleaved.
 *
 * @param name told in the results, so that its clicks can be counted
 * @param settings complete: the tenant's, with what the second configuration says laid over them
 */
@Internal
public record Interleaving(String name, RerankSettings settings) implements Serializable {

    /**
     * Whether the same documents get the same scores under these settings, so that one pass does.
     */
    public boolean sharesScores(RerankSettings other) {
        List<Stage> own = settings.cascade();
        List<Stage> others = other.cascade();
        int last = own.size() - 1;
        return own.size() == others.size()
                && own.subList(0, last).equals(others.subList(0, last))
                && sharesScores(own.get(last).settings(), others.get(last).settings())
                && settings.choosesByFirstStage() == other.choosesByFirstStage()
                && settings.scoredOf(Integer.MAX_VALUE) == other.scoredOf(Integer.MAX_VALUE)
                && Objects.equals(settings.maxCandidates(), other.maxCandidates());
    }

    private static boolean sharesScores(RerankSettings one, RerankSettings other) {
        return one.model().equals(other.model())
                && one.tokenization().equals(other.tokenization())
                && one.scoring().equals(other.scoring());
    }
}
