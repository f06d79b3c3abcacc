package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.tenant.TenantRecords;
import org.jspecify.annotations.Nullable;

/**
 * A config of the tenants' topic as it is understood now, good or not: up to 128 KiB of JSON that
 * is not read for every request.
 *
 * @param tenant the tenant's id
 * @param text the config as JSON
 * @param config what it says, unless the job's present file makes it wrong
 * @param rejection why it is wrong, if it is
 */
record ReadConfig(
        String tenant,
        String text,
        @Nullable TenantConfig config,
        @Nullable RejectedEventException rejection) {

    static ReadConfig of(TenantRecords records, String tenant, String text) {
        try {
            return new ReadConfig(tenant, text, records.present(tenant, text), null);
        } catch (RejectedEventException e) {
            return new ReadConfig(tenant, text, null, e);
        }
    }

    boolean isOf(String otherTenant, String otherText) {
        return tenant.equals(otherTenant) && text.equals(otherText);
    }

    /**
     * The config.
     *
     * @throws RejectedEventException if it is wrong
     */
    TenantConfig get() throws RejectedEventException {
        if (rejection != null) {
            throw rejection;
        }
        return config;
    }
}
