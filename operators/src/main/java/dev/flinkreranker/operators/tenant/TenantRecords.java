package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.EventJson;
import dev.flinkreranker.operators.request.RequestParser;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a record of the tenants' topic changes: the key is a tenant's id, the value its
 * config as JSON, no value deletes it. A function of the record and of the tenant's present config,
 * so that the job, after any restart, and the command line decide alike.
 *
 * <p>Every config has a {@code version} of 1 and up, above that of the present one. The same config
 * once more changes nothing. A deletion forgets the version.
 */
@Internal
public final class TenantRecords {

    /** Most bytes of a config. */
    public static final int MAX_BYTES = 131_072;

    /** Name of the field that orders a tenant's configs. */
    public static final String VERSION = "version";

    private static final int DEPTH = 16;
    private static final int MAX_ID_BYTES = 64;
    private static final JsonMapper STORED =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private final TenantConfigReader reader;
    private final @Nullable JsonNode defaults;
    private final EventJson json = new EventJson(MAX_BYTES, "of a tenant's config", DEPTH);

    /**
     * @param catalog the models that may be named
     * @param defaults fields for those that a config does not set
     */
    public TenantRecords(ModelCatalog catalog, @Nullable JsonNode defaults) {
        this.reader = new TenantConfigReader(catalog);
        this.defaults = defaults;
    }

    /** The tenant that a record with this key is about; empty when the key is no tenant's id. */
    public static Optional<String> tenant(byte @Nullable [] key) {
        if (key == null || key.length > MAX_ID_BYTES) {
            return Optional.empty();
        }
        // An id is ASCII; in Latin 1 every other byte becomes a character that no id has.
        String id = new String(key, StandardCharsets.ISO_8859_1);
        return Optional.of(id).filter(RequestParser.TENANT_ID.asMatchPredicate());
    }

    /**
     * What a record changes.
     *
     * @param key of the record
     * @param value of the record; without one the config is deleted
     * @param present the tenant's config on the topic, as compact JSON, if it has one
     * @return empty when nothing changes
     * @throws RejectedEventException if the record is refused, and the present config stays
     */
    public Optional<TenantUpdate> decide(
            byte @Nullable [] key, byte @Nullable [] value, @Nullable String present)
            throws RejectedEventException {
        String tenant =
                tenant(key)
                        .orElseThrow(
                                () ->
                                        new RejectedEventException(
                                                ReasonCode.INVALID_KEY,
                                                "the key must be a tenant's id and match "
                                                        + RequestParser.TENANT_ID.pattern()));
        try {
            if (value == null) {
                return present == null
                        ? Optional.empty()
                        : Optional.of(new TenantUpdate(tenant, null));
            }
            return accept(tenant, json.read(value), present);
        } catch (RejectedEventException e) {
            throw e.of(null, tenant);
        } catch (InvalidConfigException e) {
            throw new RejectedEventException(ReasonCode.INVALID_CONFIG, e.getMessage())
                    .of(null, tenant);
        }
    }

    private Optional<TenantUpdate> accept(
            String tenant, ObjectNode config, @Nullable String present)
            throws RejectedEventException {
        JsonNode version = config.get(VERSION);
        if (version == null || version.isNull()) {
            throw new InvalidConfigException(
                    tenant + ".version is missing: it orders the changes of a tenant's config");
        }
        long wanted = reader.read(config, defaults, tenant).version();
        if (wanted < 1) {
            throw new InvalidConfigException(
                    tenant + ".version must be an integer of 1 and up, but is " + wanted);
        }
        if (present != null) {
            ObjectNode before = stored(present);
            long current = before.get(VERSION).longValue();
            if (wanted == current && config.equals(before)) {
                return Optional.empty();
            }
            if (wanted <= current) {
                throw new RejectedEventException(
                        ReasonCode.STALE_CONFIG,
                        wanted == current
                                ? "version %d is taken by another config; the next is %d"
                                        .formatted(wanted, current + 1)
                                : "version %d is not above the present one, %d"
                                        .formatted(wanted, current));
            }
        }
        return Optional.of(new TenantUpdate(tenant, config.toString()));
    }

    /**
     * Reads a config that was accepted before, as it is understood now.
     *
     * @param text of a {@link TenantUpdate}
     * @throws RejectedEventException if it is wrong under the job's present file
     */
    public TenantConfig present(String tenant, String text) throws RejectedEventException {
        try {
            return reader.read(stored(text), defaults, tenant);
        } catch (InvalidConfigException e) {
            throw new RejectedEventException(
                    ReasonCode.INVALID_CONFIG,
                    "the tenant's config was good once, but is not with the job's present file: "
                            + e.getMessage());
        }
    }

    /**
     * The version that a record's value names, whether the record is accepted or not.
     *
     * @param value of the record
     * @return 0 where there is none
     */
    public long version(byte @Nullable [] value) {
        try {
            JsonNode version = json.read(value).path(VERSION);
            return version.isIntegralNumber() && version.canConvertToLong()
                    ? Math.max(0, version.longValue())
                    : 0;
        } catch (RejectedEventException e) {
            return 0;
        }
    }

    /** The fields of a config that was accepted before, digit by digit: this class wrote them. */
    public static ObjectNode stored(String text) {
        try {
            return (ObjectNode) STORED.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored config cannot be read: " + text, e);
        }
    }
}
