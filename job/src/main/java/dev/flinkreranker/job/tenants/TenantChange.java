package dev.flinkreranker.job.tenants;

import dev.flinkreranker.operators.tenant.TenantUpdate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What one record of the tenants' topic did.
 *
 * @param record the record
 * @param update what it changed; null when it changed nothing
 * @param refusal why the job refuses it; null when it does not
 * @param version the version that it names, refused or not; 0 for none
 */
record TenantChange(
        ConsumerRecord<byte[], byte[]> record,
        @Nullable TenantUpdate update,
        @Nullable String refusal,
        long version) {

    /** Whether it brought a config that was taken. */
    boolean isConfig() {
        return update != null && update.config() != null;
    }

    /** Whether its record deletes, whether there was anything to delete or not. */
    boolean isTombstone() {
        return record.value() == null;
    }

    /** One word: accepted, deleted, refused or unchanged. */
    String outcome() {
        if (refusal != null) {
            return "refused";
        }
        if (update == null) {
            return "unchanged";
        }
        return update.config() == null ? "deleted" : "accepted";
    }
}
