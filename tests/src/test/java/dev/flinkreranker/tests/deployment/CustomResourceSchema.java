package dev.flinkreranker.tests.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * The schema of a custom resource, read more strictly than the API server reads it.
 *
 * <p>Kubernetes prunes fields it does not know, so a typo silently changes nothing. Here an object
 * that lists its properties may have no others.
 */
final class CustomResourceSchema {

    private final JsonSchema schema;

    private CustomResourceSchema(JsonSchema schema) {
        this.schema = schema;
    }

    /**
     * The {@code FlinkDeployment} of the Flink Kubernetes operator.
     *
     * <p>The newest operator API in Maven Central is 1.10.0. Operator 1.15.0, which the manifests
     * are for, differs from it in what they use by the Flink versions it accepts.
     */
    static CustomResourceSchema flinkDeployment() {
        ObjectNode definition;
        String resource = "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";
        try (InputStream in = CustomResourceSchema.class.getResourceAsStream(resource)) {
            Objects.requireNonNull(in, resource);
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            definition = Yaml.documents(text).get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ObjectNode schema =
                (ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema").deepCopy();
        ArrayNode versions = (ArrayNode) schema.at("/properties/spec/properties/flinkVersion/enum");
        List.of("v2_0", "v2_1", "v2_2").forEach(versions::add);
        ObjectNode properties = (ObjectNode) schema.get("properties");
        properties.putObject("apiVersion").put("const", "flink.apache.org/v1beta1");
        properties.putObject("kind").put("const", "FlinkDeployment");
        properties.putObject("metadata").put("type", "object");
        tighten(schema);
        return new CustomResourceSchema(
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(schema));
    }

    /** What is wrong with a document, whole or a patch; empty when nothing is. */
    List<String> errors(JsonNode document) {
        return schema.validate(document).stream().map(ValidationMessage::getMessage).toList();
    }

    private static void tighten(JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (object.path("x-kubernetes-int-or-string").asBoolean()) {
                object.removeAll();
                object.putArray("type").add("integer").add("string");
                return;
            }
            if (object.path("properties").isObject() && !object.has("additionalProperties")) {
                object.put("additionalProperties", false);
            }
        }
        node.forEach(CustomResourceSchema::tighten);
    }
}
