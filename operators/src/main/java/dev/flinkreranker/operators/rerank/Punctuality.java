package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.Cascade;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.Resolved;
import dev.flinkreranker.operators.tenant.Stage;
import dev.flinkreranker.runtime.engine.KeptStates;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.engine.RerankTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Decides which course a request takes: that of late requests, where it has one and its own would
 * miss its deadline, as the engine predicts. It is decided once, when the request is taken up,
 * before anything of it is tokenized. A request that is done again after a failure is decided anew.
 */
final class Punctuality {

    private static final double NANOS = 1e9;

    private final RerankEngine engine;
    private final ModelCatalog catalog;
    private final @Nullable Duration timeout;

    /**
     * @param timeout how long a request may take, whatever its deadline; without it, for ever
     */
    Punctuality(RerankEngine engine, ModelCatalog catalog, @Nullable Duration timeout) {
        this.engine = engine;
        this.catalog = catalog;
        this.timeout = timeout;
    }

    /** The course of a request that is taken up now. */
    Course of(Resolved resolved, RerankRequest request) {
        return resolved.whenLate() != null && isLate(request, resolved.settings())
                ? Course.whenLate(resolved)
                : Course.own(resolved);
    }

    private boolean isLate(RerankRequest request, RerankSettings settings) {
        Optional<List<RerankTask>> tasks = tasks(request, settings);
        if (tasks.isEmpty() || tasks.get().get(0).timeout() == null) {
            return false;
        }
        OptionalDouble seconds = engine.secondsUntilScored(tasks.get());
        return seconds.isPresent()
                && seconds.getAsDouble() > tasks.get().get(0).timeout().toNanos() / NANOS;
    }

    /**
     * What the engine will be asked, as far as it is known before anything is scored: a stage is
     * taken to keep as many documents as it is to, or all of them, and their states.
     */
    private Optional<List<RerankTask>> tasks(RerankRequest request, RerankSettings settings) {
        List<RerankTask> tasks = new ArrayList<>();
        List<Integer> documents = new Cascade(request, settings).documents();
        RerankSettings before = null;
        for (Stage stage : settings.cascade()) {
            RerankSettings now = stage.settings();
            ModelReference model = catalog.models().get(now.model());
            if (model == null) {
                return Optional.empty();
            }
            KeptStates left =
                    before == null || !before.sharesTokens(now)
                            ? null
                            : new KeptStates(before.scoring(), now.scoring());
            tasks.add(
                    EngineTask.of(request, documents, now, model, timeout).withStates(left, null));
            before = now;
            if (stage.cut() != null && stage.cut().keep() != null) {
                documents = documents.subList(0, Math.min(documents.size(), stage.cut().keep()));
            }
        }
        return Optional.of(tasks);
    }
}
