package dev.flinkreranker.operators.resolve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.TenantDirectory;
import dev.flinkreranker.operators.tenant.TenantRecords;
import java.io.Serializable;
import org.apache.flink.annotation.Internal;

/**
 * What requests are resolved with: all that the job's file says about requests and tenants.
 *
 * @param limits what an event may be at most
 * @param tenants the configs of the job's file
 * @param catalog the models that configs may name
 * @param defaults fields for those that a config of the tenants' topic does not set
 */
@Internal
public record ResolveSettings(
        RequestLimits limits, TenantDirectory tenants, ModelCatalog catalog, ObjectNode defaults)
        implements Serializable {

    /** Reads the configs of the tenants' topic. */
    TenantRecords records() {
        return new TenantRecords(catalog, defaults);
    }
}
