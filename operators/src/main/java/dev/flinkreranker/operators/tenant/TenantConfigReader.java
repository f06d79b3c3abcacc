package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.operators.config.InvalidConfigException;

/**
 * Reads tenants' configs and refuses those that could not work: by their own fields, and by the
 * names of the catalogue. Configs of the job's file, of the topic and of the command line are
 * checked here alike.
 *
 * @param catalog the models that may be named
 */
public record TenantConfigReader(ModelCatalog catalog) {

    /**
     * Reads a config.
     *
     * @param tree the tenant's fields; null for none
     * @param defaults fields for those that the tenant does not set; null for none
     * @param path where the tree stands, for messages
     * @throws InvalidConfigException with every violation, each beginning with the field's path
     */
    public TenantConfig read(JsonNode tree, JsonNode defaults, String path) {
        TenantConfig config = TenantConfig.read(tree, defaults, path);
        String alias = config.settings().model();
        if (!catalog.knows(alias)) {
            throw new InvalidConfigException(path + ".model: " + catalog.unknown(alias));
        }
        return config;
    }
}
