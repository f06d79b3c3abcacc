package dev.flinkreranker.workbench.tune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.config.Yaml;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.tenant.CalibratedStage;
import dev.flinkreranker.operators.tenant.Calibration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Writes a cascade as a tenant's config.
 *
 * @param fields the tenant's other fields; those that a cascade decides are left out
 * @param hasHeads whether the model has several heads, so that a depth can be named
 * @param byFirstStage as of {@link Simulation}
 */
record TenantFile(ObjectNode fields, boolean hasHeads, boolean byFirstStage) {
    /** What a cascade decides. */
    static final Set<String> DECIDED =
            Set.of(
                    "cutoff_layers",
                    "fusion",
                    "fusion_weight",
                    "fusion_k",
                    "max_candidates",
                    "stages",
                    "calibration");

    /** The config with the calibration of these stages. */
    String yaml(Cascade cascade, Calibration calibration) {
        StringBuilder yaml = new StringBuilder(yaml(cascade)).append("calibration:\n");
        StrictReader.tree(calibration)
                .properties()
                .forEach(
                        field -> {
                            if (field.getValue().isNumber()) {
                                yaml.append("  ").append(field.getKey()).append(": ");
                                yaml.append(value(field.getValue())).append('\n');
                            }
                        });
        yaml.append("  fitted_for:\n");
        for (CalibratedStage stage : calibration.fittedFor()) {
            yaml.append("    - ").append(flow(StrictReader.tree(stage))).append('\n');
        }
        return yaml.toString();
    }

    /** The config as YAML; a single stage goes without a list where that says it all. */
    String yaml(Cascade cascade) {
        ObjectNode own = fields.deepCopy();
        own.remove(DECIDED);
        boolean some = cascade.candidates() != Stage.ALL;
        StringBuilder yaml = new StringBuilder();
        if (cascade.stages().size() == 1 && !(some && byFirstStage)) {
            own.setAll(stage(cascade.stages().get(0)));
            if (some) {
                own.put("max_candidates", cascade.candidates());
            }
            return lines(own, yaml).toString();
        }
        lines(own, yaml).append("stages:\n");
        List<ObjectNode> items = new ArrayList<>();
        if (some) {
            ObjectNode first = JsonNodeFactory.instance.objectNode();
            first.put("candidates", cascade.candidates());
            items.add(byFirstStage ? first.put("by", "first_stage") : first);
        }
        cascade.stages().forEach(stage -> items.add(stage(stage)));
        items.forEach(item -> yaml.append("  - ").append(flow(item)).append('\n'));
        return yaml.toString();
    }

    private ObjectNode stage(Stage stage) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        if (hasHeads) {
            fields.putArray("cutoff_layers").add(stage.layer());
        }
        fields.setAll(stage.blend().fields());
        if (stage.keep() != Stage.ALL) {
            fields.put("keep", stage.keep());
        }
        return fields;
    }

    private static StringBuilder lines(ObjectNode fields, StringBuilder yaml) {
        fields.properties()
                .forEach(
                        field ->
                                yaml.append(field.getKey())
                                        .append(": ")
                                        .append(value(field.getValue()))
                                        .append('\n'));
        return yaml;
    }

    private static String flow(ObjectNode fields) {
        StringJoiner text = new StringJoiner(", ", "{", "}");
        fields.properties()
                .forEach(field -> text.add(field.getKey() + ": " + value(field.getValue())));
        return text.toString();
    }

    /** JSON is YAML too; a plain word goes without quotes. */
    private static String value(JsonNode value) {
        return value.isTextual()
                        && value.textValue().matches("[A-Za-z_/][A-Za-z0-9_./-]*")
                        && Yaml.parse(value.textValue()).equals(value)
                ? value.textValue()
                : value.toString();
    }
}
