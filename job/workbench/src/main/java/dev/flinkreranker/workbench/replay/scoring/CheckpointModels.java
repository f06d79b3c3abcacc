package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.runtime.engine.ModelOpener;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.PairScorer;
import java.io.Serial;

/** The models of checkpoint directories. */
public final class CheckpointModels implements ReplayModels {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public PairScorer open(ModelReference model) throws Exception {
        return ModelOpener.checkpoints().open(model);
    }
}
