package dev.flinkreranker.job.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The committed schemas are those of the code, and an old program gets along with them.
 *
 * <p>With {@code -Dschemas=write} the schemas are written anew; with {@code -Dschemas=release}
 * those of today become those that later ones are held to.
 */
class SchemasTest {

    private static final Path COMMITTED = Path.of("src/main/resources/schemas");
    private static final Path RELEASED = Path.of("src/test/resources/released-schemas");
    private static final String HOW =
            "mvn -pl job -am test -Dtest=SchemasTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Dschemas=write";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final ObjectWriter WRITER =
            MAPPER.writer(
                    new DefaultPrettyPrinter()
                            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                            .withArrayIndenter(new DefaultPrettyPrinter.FixedSpaceIndenter()));

    @ParameterizedTest
    @EnumSource
    void areFresh(WireSchema schema) throws IOException {
        String made = WRITER.writeValueAsString(new SchemaFactory().make(schema)) + "\n";
        String mode = System.getProperty("schemas", "");
        if (mode.equals("write") || mode.equals("release")) {
            Files.writeString(COMMITTED.resolve(schema.file()), made);
        }
        if (mode.equals("release")) {
            Files.writeString(RELEASED.resolve(schema.file()), made);
        }

        assertThat(COMMITTED.resolve(schema.file()))
                .as("%s is not fresh; write it anew with: %s", schema.file(), HOW)
                .content()
                .isEqualTo(made);
    }

    @ParameterizedTest
    @EnumSource
    void areSchemas(WireSchema schema) throws IOException {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
        JsonNode tree = MAPPER.readTree(COMMITTED.resolve(schema.file()).toFile());
        assertThat(
                        factory.getSchema(
                                        SchemaLocation.of(
                                                "https://json-schema.org/draft/2020-12/schema"))
                                .validate(tree))
                .isEmpty();
        assertThat(tree.path("$id").asText()).isEqualTo(schema.urn());
        assertThat(tree.path("properties").findValues("description"))
                .as("every field is described")
                .hasSizeGreaterThanOrEqualTo(tree.path("properties").size());
    }

    @ParameterizedTest
    @EnumSource
    void anOldProgramGetsAlongWithThem(WireSchema schema) throws IOException {
        JsonNode released = MAPPER.readTree(RELEASED.resolve(schema.file()).toFile());
        JsonNode today = new SchemaFactory().make(schema);

        assertThat(new SchemaCompatibility(schema.direction()).violations(released, today))
                .as("changes that need a new version of %s", schema.file())
                .isEmpty();
    }

    @Test
    void aDescriptionComesFromTheRecordsJavadoc() {
        JsonNode properties = new SchemaFactory().make(WireSchema.TENANT).get("properties");
        assertThat(properties.at("/model/description").asText())
                .isEqualTo(
                        "alias of a model of the job's catalogue, or none to pass requests through"
                                + " in their own order");
    }
}
