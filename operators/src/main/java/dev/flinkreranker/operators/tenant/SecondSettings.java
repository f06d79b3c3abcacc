package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.request.RequestParser;
import org.jspecify.annotations.Nullable;

/** What a tenant's route and its interleaved configuration both have: a name and some fields. */
final class SecondSettings {

    private SecondSettings() {}

    /**
     * @param path where the name's parent stands, for messages
     */
    static void checkName(@Nullable String name, String path) {
        if (name == null || !RequestParser.TENANT_ID.matcher(name).matches()) {
            throw new InvalidConfigException(
                    name == null
                            ? path + ".name is missing"
                            : "%s.name must match %s, but is \"%s\""
                                    .formatted(path, RequestParser.TENANT_ID.pattern(), name));
        }
    }

    /**
     * @param path where the settings' parent stands, for messages
     */
    static void checkFields(@Nullable JsonNode settings, String path) {
        if (settings == null || !settings.isObject()) {
            throw new InvalidConfigException(
                    path + ".settings must be a map of the fields that differ from the tenant's");
        }
    }
}
