package dev.flinkreranker.operators.result;

import dev.flinkreranker.runtime.engine.RerankOutcome;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request's scoring.
 *
 * @param stages what has been scored, in the order of the stages
 * @param unfinished what became of the stage behind these, where it gave no score: it timed out,
 *     failed, was throttled, or scored no document. Null where all is done.
 */
@Internal
public record CascadeOutcome(List<StageScores> stages, @Nullable RerankOutcome unfinished) {

    /** Copies the list. */
    public CascadeOutcome {
        stages = List.copyOf(stages);
    }

    /** Of one stage, which has scored the first documents of a request. */
    public static CascadeOutcome of(RerankOutcome.Scored scored) {
        List<Integer> documents = IntStream.range(0, scored.scores().size()).boxed().toList();
        return new CascadeOutcome(List.of(new StageScores(documents, scored)), null);
    }

    /** How long devices were busy with it, nanoseconds; a measurement. */
    public long deviceNanos() {
        long nanos = unfinished instanceof RerankOutcome.Scored scored ? scored.deviceNanos() : 0;
        for (StageScores stage : stages) {
            nanos += stage.scored().deviceNanos();
        }
        return nanos;
    }
}
