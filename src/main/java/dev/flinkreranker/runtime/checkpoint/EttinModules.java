package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an Ettin reranker has after its transformer, as Sentence Transformers saves it: Pooling of
 * the first token, Dense with GELU, LayerNorm, and a Dense that makes the score.
 *
 * @param hidden width of a state
 * @param type F32 or BF16
 */
record EttinModules(long hidden, StoredType type) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODULES = "sentence_transformers.base.modules.";
    private static final String MODELS = "sentence_transformers.sentence_transformer.modules.";
    private static final String STATE = "sentence_embedding";

    /** The tensors of each module, by its folder. */
    Map<String, List<NewTensor>> tensors() {
        Map<String, List<NewTensor>> tensors = new LinkedHashMap<>();
        tensors.put("2_Dense", List.of(tensor("linear.weight", hidden, hidden)));
        tensors.put(
                "3_LayerNorm", List.of(tensor("norm.weight", hidden), tensor("norm.bias", hidden)));
        tensors.put(
                "4_Dense", List.of(tensor("linear.weight", 1L, hidden), tensor("linear.bias", 1L)));
        return tensors;
    }

    /** Writes {@code modules.json}, each module's folder, and what says that they make scores. */
    void write(Path directory, TensorValues values) throws IOException {
        ArrayNode chain = JSON.createArrayNode();
        chain.addObject().put("type", MODULES + "transformer.Transformer").put("path", "");
        chain.addObject().put("type", MODELS + "pooling.Pooling").put("path", "1_Pooling");
        chain.addObject().put("type", MODULES + "dense.Dense").put("path", "2_Dense");
        chain.addObject().put("type", MODELS + "layer_norm.LayerNorm").put("path", "3_LayerNorm");
        chain.addObject().put("type", MODULES + "dense.Dense").put("path", "4_Dense");
        for (int i = 0; i < chain.size(); i++) {
            ((ObjectNode) chain.get(i)).put("idx", i).put("name", String.valueOf(i));
        }
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve("modules.json").toFile(), chain);
        JSON.writeValue(
                directory.resolve(Checkpoint.DECLARATION).toFile(),
                JSON.createObjectNode()
                        .put("model_type", "CrossEncoder")
                        .put("activation_fn", "torch.nn.modules.linear.Identity"));
        config(
                directory.resolve("1_Pooling"),
                JSON.createObjectNode()
                        .put("embedding_dimension", hidden)
                        .put("pooling_mode", "cls"));
        config(directory.resolve("2_Dense"), dense(hidden, "activation.GELU", STATE));
        config(directory.resolve("3_LayerNorm"), JSON.createObjectNode().put("dimension", hidden));
        config(directory.resolve("4_Dense"), dense(1, "linear.Identity", "scores"));
        for (Map.Entry<String, List<NewTensor>> module : tensors().entrySet()) {
            Path folder = directory.resolve(module.getKey());
            new CheckpointWriter(folder, CheckpointWriter.DEFAULT_SHARD_BYTES)
                    .write(module.getValue(), values);
        }
    }

    private ObjectNode dense(long outputs, String activation, String output) {
        return JSON.createObjectNode()
                .put("in_features", hidden)
                .put("out_features", outputs)
                .put("bias", outputs == 1)
                .put("activation_function", "torch.nn.modules." + activation)
                .put("module_input_name", STATE)
                .put("module_output_name", output);
    }

    private static void config(Path folder, ObjectNode config) throws IOException {
        Files.createDirectories(folder);
        JSON.writeValue(folder.resolve("config.json").toFile(), config);
    }

    private NewTensor tensor(String name, Long... shape) {
        return new NewTensor(name, type, List.of(shape));
    }
}
