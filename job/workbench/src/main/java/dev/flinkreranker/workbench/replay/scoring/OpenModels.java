package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.operators.tenant.ModelCatalog;
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
            model = opener.open(onOneDevice(reference));
            models.put(reference, model);
        }
        return model;
    }

    /** Flink gives a replay no GPU, so any device is the CPU; of several the first has them all. */
    private static ModelReference onOneDevice(ModelReference model) {
        return model.on(
                model.device().equals(ModelCatalog.ANY_DEVICE)
                        ? "cpu"
                        : model.devices().names().get(0));
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
