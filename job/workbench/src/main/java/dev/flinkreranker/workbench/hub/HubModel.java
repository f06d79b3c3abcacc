package dev.flinkreranker.workbench.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One revision of a model on a Hub.
 *
 * @param id {@code org/name}
 * @param commit the revision's full name, 40 hexadecimal digits
 * @param files those that a reranker is read from, the small ones first
 */
record HubModel(String id, String commit, List<HubFile> files) {

    private static final String WEIGHTS = "model.safetensors";
    private static final String ADAPTER = "adapter_model.safetensors";
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHARD =
            Pattern.compile(
                    "model-[0-9]+-of-[0-9]+\\.safetensors|model\\.safetensors\\.index\\.json");

    /** Configurations, and the parts of a Sentence Transformers model, which lie in folders. */
    private static final Pattern ALWAYS =
            Pattern.compile(
                    "(config|tokenizer|tokenizer_config|special_tokens_map|modules"
                            + "|sentence_bert_config|config_sentence_transformers|adapter_config)\\.json"
                            + "|[0-9]+_[A-Za-z]+/(config\\.json|model\\.safetensors)"
                            + "|chat_template\\.jinja|adapter_model\\.safetensors"
                            + "|model\\.safetensors");

    /** Copies the list. */
    HubModel {
        files = List.copyOf(files);
    }

    /**
     * Reads what the Hub's {@code /api/models/ID/revision/REVISION?blobs=true} answers.
     *
     * @throws IOException if it is not such an answer, or the model has no weights that we read
     */
    static HubModel of(String id, JsonNode answer) throws IOException {
        String commit = answer.path("sha").asText();
        if (!COMMIT.matcher(commit).matches() || !answer.path("siblings").isArray()) {
            throw new IOException(id + ": the answer is not a Hub's description of a model");
        }
        List<HubFile> files = new ArrayList<>();
        for (JsonNode sibling : answer.path("siblings")) {
            String name = sibling.path("rfilename").asText();
            if (ALWAYS.matcher(name).matches() || SHARD.matcher(name).matches()) {
                files.add(file(id, name, sibling));
            }
        }
        if (has(files, WEIGHTS::equals)) {
            // Shards beside it would be the same weights once more.
            files.removeIf(file -> SHARD.matcher(file.name()).matches());
        } else if (!has(files, SHARD.asMatchPredicate()) && !has(files, ADAPTER::equals)) {
            throw new IOException(
                    id + ": has no safetensors weights; another revision of it may have them");
        }
        files.sort(Comparator.comparingLong(HubFile::size));
        return new HubModel(id, commit, files);
    }

    private static boolean has(List<HubFile> files, Predicate<String> name) {
        return files.stream().map(HubFile::name).anyMatch(name);
    }

    private static HubFile file(String id, String name, JsonNode sibling) throws IOException {
        boolean large = sibling.hasNonNull("lfs");
        HubFile.Check check = large ? HubFile.Check.SHA256 : HubFile.Check.GIT_BLOB;
        String hash = large ? sibling.at("/lfs/sha256").asText() : sibling.path("blobId").asText();
        JsonNode size = large ? sibling.at("/lfs/size") : sibling.path("size");
        if (!check.fits(hash) || !size.isIntegralNumber() || size.asLong() < 0) {
            throw new IOException(
                    "%s: the Hub does not tell size and hash of %s".formatted(id, name));
        }
        return new HubFile(name, size.asLong(), check, hash);
    }

    /** Bytes of all files. */
    long size() {
        return files.stream().mapToLong(HubFile::size).sum();
    }
}
