package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.runtime.engine.ModelOpener;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.PairScorer;
import java.util.HashMap;
import java.util.Map;

/** The models of a replay, each opened once. Safe from any thread. */
final class OpenModels implements AutoCloseable {
    private final ModelOpener opener;
    private final Map<ModelReference, PairScorer> models = new HashMap<>();

    OpenModels(ModelOpener opener) {
        this.opener = opener;
    }

    /**
     * A model, opened by whoever comes first.
     *
     * @throws Exception when it cannot be opened; the message is one line for a person
     */
    synchronized PairScorer open(ModelReference reference) throws Exception {
        PairScorer model = models.get(reference);
        if (model == null) {
            // Several devices give the same scores; a replay takes turns on one.
            model = opener.open(reference.on(reference.devices().names().get(0)));
            models.put(reference, model);
        }
        return model;
    }

    /**
     * The same.
     *
     * @throws ReplayFailedException when it cannot be opened
     */
    PairScorer get(ModelReference reference) {
        try {
            return open(reference);
        } catch (Exception e) {
            throw new ReplayFailedException(e);
        }
    }

    @Override
    public synchronized void close() {
        models.values().forEach(PairScorer::close);
        models.clear();
    }
}
