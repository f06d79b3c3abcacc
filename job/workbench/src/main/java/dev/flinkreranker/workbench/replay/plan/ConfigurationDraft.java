package dev.flinkreranker.workbench.replay.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A configuration in the making.
 *
 * @param file name of the file or model it comes from
 * @param variation the values that vary, as {@code field=value}; empty when none does
 * @param fields as in the file
 * @param base where a relative directory counts from
 */
public record ConfigurationDraft(String file, String variation, ObjectNode fields, Path base) {

    /** The same with other fields. */
    public ConfigurationDraft with(ObjectNode others) {
        return new ConfigurationDraft(file, variation, others, base);
    }

    /** One for each value of a grid. */
    public List<ConfigurationDraft> vary(Grid grid) {
        List<ConfigurationDraft> varied = new ArrayList<>();
        for (String value : grid.values()) {
            ObjectNode own = fields.deepCopy();
            own.set(grid.field(), grid.value(value));
            String named = variation;
            if (grid.values().size() > 1) {
                named += (variation.isEmpty() ? "" : ",") + grid.field() + "=" + value;
            }
            varied.add(
                    new ConfigurationDraft(
                            file, named.replaceAll("[^A-Za-z0-9._=,-]", "_"), own, base));
        }
        return varied;
    }

    /**
     * The configuration's name.
     *
     * @param onlyFile whether no other file or model is tried
     */
    String name(boolean onlyFile) {
        if (variation.isEmpty()) {
            return file;
        }
        return onlyFile ? variation : file + "-" + variation;
    }
}
