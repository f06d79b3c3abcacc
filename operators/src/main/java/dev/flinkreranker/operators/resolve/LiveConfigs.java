package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.metrics.ResolveMetrics;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.tenant.TenantRecords;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * The configs that came while the job ran, over those that it was started with. Updates come
 * checked and in order, the same to every parallel instance; each keeps the last of every tenant as
 * JSON, in broadcast state, and reads it when the first request needs it.
 */
@Internal
public final class LiveConfigs {

    /** Configs by tenant. */
    public static final MapStateDescriptor<String, String> STATE =
            new MapStateDescriptor<>("tenants", Types.STRING, Types.STRING);

    private final ResolveSettings settings;
    private final TenantRecords records;
    private final ResolveMetrics metrics;
    private final Map<String, ReadConfig> read = new HashMap<>();

    /**
     * @param restored how many tenants the state has
     */
    public LiveConfigs(ResolveSettings settings, ResolveMetrics metrics, int restored) {
        this.settings = settings;
        this.records = settings.records();
        this.metrics = metrics;
        metrics.tenants(restored);
    }

    /** How many tenants a restored state has. */
    public static int count(OperatorStateStore store) throws Exception {
        int tenants = 0;
        for (Map.Entry<String, String> ignored :
                store.getBroadcastState(STATE).immutableEntries()) {
            tenants++;
        }
        return tenants;
    }

    /** Takes a change. */
    public void update(TenantUpdate update, BroadcastState<String, String> configs)
            throws Exception {
        boolean known = configs.contains(update.tenant());
        if (update.config() == null) {
            configs.remove(update.tenant());
            metrics.tenants(known ? -1 : 0);
        } else {
            configs.put(update.tenant(), update.config());
            metrics.tenants(known ? 0 : 1);
        }
        read.remove(update.tenant());
    }

    /**
     * A tenant's config; empty when the tenant is not known.
     *
     * @param live its config that came while the job ran, if one did
     * @throws RejectedEventException if that is wrong under the job's present settings
     */
    public Optional<TenantConfig> find(String tenant, @Nullable String live)
            throws RejectedEventException {
        if (live == null) {
            return settings.tenants().find(tenant);
        }
        ReadConfig config = read.computeIfAbsent(tenant, id -> ReadConfig.of(records, id, live));
        return Optional.of(config.get());
    }
}
