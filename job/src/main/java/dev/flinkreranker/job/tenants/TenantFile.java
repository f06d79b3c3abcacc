package dev.flinkreranker.job.tenants;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.config.Yaml;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.tenant.TenantRecords;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's config in a file, YAML or JSON: the fields of an entry of the job's {@code tenants}.
 *
 * @param path the file
 * @param tenant the tenant's id: the file's name without what follows its last dot
 * @param fields as they stand there
 */
record TenantFile(Path path, String tenant, ObjectNode fields) {

    private static final String VERSION = TenantRecords.VERSION;

    /** Numbers become those that YAML's become, so that equal ones are equal. */
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Reads files.
     *
     * @param tenant the id, where the one file is not named after it; else null
     * @throws InvalidConfigException if one is no map of fields, or one tenant is in two of them
     */
    static List<TenantFile> read(List<Path> paths, @Nullable String tenant) throws IOException {
        if (tenant != null && paths.size() > 1) {
            throw new InvalidConfigException("--tenant names one tenant, but there are more files");
        }
        List<TenantFile> files = new ArrayList<>();
        for (Path path : paths) {
            TenantFile file = read(path, tenant);
            for (TenantFile other : files) {
                if (other.tenant.equals(file.tenant)) {
                    throw new InvalidConfigException(
                            "%s and %s are both of tenant %s"
                                    .formatted(other.path, path, file.tenant));
                }
            }
            files.add(file);
        }
        return files;
    }

    private static TenantFile read(Path path, @Nullable String tenant) throws IOException {
        String name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        if (!(Yaml.read(path) instanceof ObjectNode fields)) {
            throw new InvalidConfigException(path + ": must be a map of fields");
        }
        String id = tenant != null ? tenant : dot > 0 ? name.substring(0, dot) : name;
        return new TenantFile(path, id, fields);
    }

    boolean hasVersion() {
        return fields.hasNonNull(VERSION);
    }

    /**
     * Whether a config says the same, whatever its version.
     *
     * @param config JSON that was accepted
     */
    boolean sameAs(String config) {
        try {
            return withoutVersion(fields)
                    .equals(withoutVersion((ObjectNode) JSON.readTree(config)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode withoutVersion(ObjectNode fields) {
        return fields.deepCopy().without(VERSION);
    }

    /** The same with a version, which stands first. */
    TenantFile withVersion(long version) {
        ObjectNode versioned = fields.objectNode().put(VERSION, version);
        versioned.setAll(withoutVersion(fields));
        return new TenantFile(path, tenant, versioned);
    }

    byte[] key() {
        return tenant.getBytes(StandardCharsets.UTF_8);
    }

    byte[] value() {
        return fields.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What the job makes of it.
     *
     * @param present the tenant's config on the topic; null for none
     * @return empty when it is the present config once more
     * @throws InvalidConfigException if the job refuses it, in the job's words
     */
    Optional<TenantUpdate> check(TenantRecords records, @Nullable String present) {
        try {
            return records.decide(key(), value(), present);
        } catch (RejectedEventException e) {
            throw new InvalidConfigException(path + ": " + e.getMessage());
        }
    }
}
