package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an embedding model of BAAI has after its transformer: Pooling of the first token, Normalize.
 */
final class EmbeddingModules {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODELS = "sentence_transformers.models.";

    private EmbeddingModules() {}

    /**
     * Writes {@code modules.json}, and what the pooling's folder holds.
     *
     * @param hidden width of a state
     */
    static void write(Path directory, long hidden) throws IOException {
        ArrayNode chain = JSON.createArrayNode();
        chain.addObject().put("type", MODELS + "Transformer").put("path", "");
        chain.addObject().put("type", MODELS + "Pooling").put("path", "1_Pooling");
        chain.addObject().put("type", MODELS + "Normalize").put("path", "2_Normalize");
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve("modules.json").toFile(), chain);
        Path pooling = Files.createDirectories(directory.resolve("1_Pooling"));
        JSON.writeValue(
                pooling.resolve(Checkpoint.CONFIG).toFile(),
                JSON.createObjectNode()
                        .put("word_embedding_dimension", hidden)
                        .put("pooling_mode_cls_token", true)
                        .put("pooling_mode_mean_tokens", false));
    }
}
