package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What a stage has scored of a request.
 *
 * @param documents places of the documents in the request, from 0, ascending
 * @param scored one score for each of them
 */
@Internal
public record StageScores(List<Integer> documents, RerankOutcome.Scored scored) {

    /** Copies the list. */
    public StageScores {
        documents = List.copyOf(documents);
    }

    /**
     * What the documents are ranked by, as {@link RankingScores} has it.
     *
     * @param settings those of the stage, complete
     * @return one for each of the documents; null where it has none
     */
    public List<@Nullable Float> ranking(RerankRequest request, RerankSettings settings) {
        return RankingScores.of(
                documents.stream().map(request.candidates()::get).toList(),
                settings,
                scored.scores());
    }

    /** Whether they are told as their sigmoids, under settings of the stage. */
    boolean normalized(RerankSettings settings) {
        return settings.normalizeAsDeclared()
                ? scored.declared().isSigmoid()
                : settings.normalize();
    }

    /** Whether at least one document has a score. */
    boolean hasScore() {
        return scored.scores().stream().anyMatch(PassageScore.Logits.class::isInstance);
    }
}
