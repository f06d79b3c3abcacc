package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains of modules that make no score, or that cannot be followed, are refused in one line. */
class ModuleHeadTest {

    private static final JsonNode MODEL = ModernBertModels.reference("chain");

    @TempDir Path directory;

    private final ObjectNode files = MODEL.path("files").deepCopy();
    private final Map<String, long[]> tensors = ModernBertModels.shapes(MODEL);

    @Test
    void theHeadsWeightsLieInTheModulesFolders() {
        write();
        ModelDescriptor model = ModelDescriptor.read(directory);

        assertThat(model.weights().fixed().stream().map(weight -> weight.name()))
                .containsSubsequence(
                        "2_Dense/linear.weight",
                        "3_LayerNorm/norm.weight",
                        "3_LayerNorm/norm.bias",
                        "4_Dense/linear.weight",
                        "4_Dense/linear.bias");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "1_Pooling | pooling_mode | 'max' | field \"pooling_mode\" is [max]; supported are cls and mean",
                "1_Pooling | pooling_mode | ['cls', 'mean'] | field \"pooling_mode\" must be a text",
                "1_Pooling | embedding_dimension | 31 | field \"embedding_dimension\" is 31, but what comes before is 32 wide",
                "2_Dense | in_features | 31 | field \"in_features\" is 31, but what comes before is 32 wide",
                "2_Dense | in_features | null | field \"in_features\" is missing",
                "2_Dense | out_features | 31 | 3_LayerNorm/config.json: field \"dimension\" is 32, but what comes before is 31 wide",
                "2_Dense | out_features | 2147483648 | must be a whole number of at least 1",
                "2_Dense | bias | true | tensor \"2_Dense/linear.bias\" is missing",
                "2_Dense | use_residual | true | field \"use_residual\" is true",
                "2_Dense | activation_function | 'os.system' | field \"activation_function\" is \"os.system\"; supported are",
                "2_Dense | module_output_name | 'scores' | field \"module_output_name\" is \"scores\", but must be \"sentence_embedding\" in module 2",
                "2_Dense | module_input_name | 'token_embeddings' | field \"module_input_name\" is \"token_embeddings\"",
                "3_LayerNorm | dimension | 16 | field \"dimension\" is 16, but what comes before is 32 wide",
                "4_Dense | activation_function | 'torch.nn.modules.activation.GELU' | in the module that makes scores",
                "4_Dense | out_features | 2 | tensor \"4_Dense/linear.weight\": shape [1, 32], but config.json asks for [2, 32]",
                "4_Dense | out_features | 3 | field \"out_features\" is 3; a reranker has one or two",
                "4_Dense | module_output_name | 'sentence_embedding' | this is an embedding checkpoint, not a reranker",
                "4_Dense | module_output_name | 'logits' | but must be \"scores\" in module 4",
            })
    void refusesAModuleItCannotFollow(String folder, String field, String value, String problem)
            throws IOException {
        ((ObjectNode) files.path(folder + "/config.json")).set(field, json(value));

        assertRefused(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "0 | 'sentence_transformers.models.CLIPModel' | module 0 must be Sentence Transformers' Transformer",
                "1 | 'sentence_transformers.models.WordWeights' | module 1 is of type \"sentence_transformers.models.WordWeights\"",
                "2 | 'sentence_transformers.models.Normalize' | module 2 is of type",
                "3 | 'my_code.LayerNorm' | module 3 is of type \"my_code.LayerNorm\"",
                "4 | 'sentence_transformers.cross_encoder.modules.logit_score.LogitScore' | module 4 is of type",
                "4 | 'sentence_transformers.models.LayerNorm' | field \"dimension\" is missing",
                "2 | 7 | module 2 is of type \"7\"",
            })
    void refusesTypesItDoesNotKnow(int index, String type, String problem) throws IOException {
        ((ObjectNode) files.path("modules.json").get(index)).set("type", json(type));

        assertRefused(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../2_Dense", "..", ".", "/tmp", "2_Dense/..", "a\\b", "2_Dense/sub"})
    void refusesAPathOutOfItsDirectory(String path) {
        ((ObjectNode) files.path("modules.json").get(2)).put("path", path);

        assertRefused(
                "modules.json: module 2 has the path \"%s\", which is no folder beside this file"
                        .formatted(path));
    }

    @Test
    void refusesAFolderThatIsUsedTwice() {
        ((ObjectNode) files.path("modules.json").get(4)).put("path", "2_Dense");

        assertRefused("module 4 has the path \"2_Dense\", as another has");
    }

    @Test
    void refusesAFolderThatLeadsBackToTheDirectory() throws IOException {
        write();
        Path norm = directory.resolve("3_LayerNorm");
        Files.delete(norm.resolve("config.json"));
        Files.delete(norm.resolve("model.safetensors"));
        Files.delete(norm);
        Files.createSymbolicLink(norm, directory);

        assertOpenRefused("3_LayerNorm/config.json: field \"dimension\" is missing");
    }

    @Test
    void refusesAChainThatNeverEnds() {
        ArrayNode chain = (ArrayNode) files.path("modules.json");
        for (int i = 5; i <= 16; i++) {
            chain.addObject().put("type", "sentence_transformers.models.Dense").put("path", "" + i);
        }

        assertRefused("modules.json: must be a list of 1 to 16 modules");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "7", ""})
    void refusesWhatIsNoList(String text) throws IOException {
        write();
        Files.writeString(directory.resolve("modules.json"), text);

        assertOpenRefused("modules.json: must be a list of 1 to 16 modules");
    }

    @ParameterizedTest
    @ValueSource(ints = {2_000, 1_000_000})
    void refusesAMegabyteOfBrackets(int depth) throws IOException {
        write();
        Files.writeString(directory.resolve("modules.json"), "[".repeat(depth));

        assertOpenRefused("modules.json: not valid JSON");
    }

    @Test
    void refusesMissingParts() throws IOException {
        write();
        Files.delete(directory.resolve("4_Dense/model.safetensors"));
        assertOpenRefused("tensor \"4_Dense/linear.weight\" is missing");

        Files.writeString(directory.resolve("4_Dense/pytorch_model.bin"), "");
        assertOpenRefused("pytorch_model.bin is a pickle and is not read");

        Files.delete(directory.resolve("4_Dense/config.json"));
        Files.delete(directory.resolve("4_Dense/pytorch_model.bin"));
        assertOpenRefused("4_Dense/config.json: no such file");
    }

    @Test
    void aTransformerAloneLeavesTheHeadToTheModel() {
        ObjectNode config = ModernBertModels.config(48, 4, 40, 3, "cls");
        ArrayNode chain = (ArrayNode) files.path("modules.json");
        while (chain.size() > 1) {
            chain.remove(1);
        }
        ModernBertModels.writeFiles(directory, files);
        ModernBertModels.write(directory, config);

        assertThat(ModelDescriptor.read(directory).weights().fixed().stream().map(w -> w.name()))
                .contains("classifier.weight");
    }

    @Test
    void aFileOfAModuleThatChangesMeanwhileIsSeen() throws IOException {
        write();
        Checkpoint checkpoint = Checkpoint.open(directory);
        Files.writeString(directory.resolve("2_Dense/config.json"), "{ }");

        assertThatThrownBy(checkpoint::checkUnchanged)
                .hasMessageContaining("2_Dense/config.json: was changed or replaced");
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    private void write() {
        ModernBertModels.writeFiles(directory, files);
        ModernBertModels.write(
                directory, MODEL.path("config"), tensors, ModernBertModels.referenceWeights());
    }

    private void assertRefused(String problem) {
        write();
        assertOpenRefused(problem);
    }

    private void assertOpenRefused(String problem) {
        assertThatThrownBy(() -> Reranker.open(directory, ComputeType.FLOAT32, "cpu"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(directory.toString())
                .hasMessageContaining(problem)
                .hasMessageNotContaining("\n");
    }
}
