package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.operators.config.NearestName;
import dev.flinkreranker.runtime.engine.ModelReference;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/**
 * The models of a job. Tenants and requests name them by alias, never by directory.
 *
 * @param models by alias
 * @param preloaded aliases of those that are loaded when a task starts, and without which it fails;
 *     the others are loaded with the first request that names them
 */
@Internal
public record ModelCatalog(Map<String, ModelReference> models, Set<String> preloaded)
        implements Serializable {

    /** Copies map and set. */
    public ModelCatalog {
        models = Map.copyOf(models);
        preloaded = Set.copyOf(preloaded);
    }

    /** All models are loaded on first use. */
    public ModelCatalog(Map<String, ModelReference> models) {
        this(models, Set.of());
    }

    /** Whether settings may name this alias. */
    public boolean knows(String alias) {
        return alias.equals(RerankSettings.NO_MODEL) || models.containsKey(alias);
    }

    /** One line for a person, about an alias that is not known. */
    public String unknown(String alias) {
        String hint = NearestName.hint(alias, models.keySet());
        return "model \"%s\" is not in the catalogue%s"
                .formatted(
                        alias,
                        hint.isEmpty()
                                ? "; known are " + models.keySet().stream().sorted().toList()
                                : hint);
    }
}
