package dev.flinkreranker.workbench.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.job.file.InputFile;
import dev.flinkreranker.runtime.json.JsonFault;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.QrelsReader;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.RunReader;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A data set in BEIR's layout with a first stage: {@code corpus.jsonl.gz}, {@code
 * queries.test.jsonl}, {@code qrels/test.tsv} and {@code bm25.test.run.gz}.
 *
 * @param queries text by id, in the order of the file
 * @param passages by id
 * @param qrels the judgments
 * @param firstStage BM25's ranking of each query
 */
public record DataSet(
        Map<String, String> queries, Map<String, Passage> passages, Qrels qrels, Run firstStage) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * Reads the files of a directory and checks that they belong together.
     *
     * @throws IOException naming the file, and the line where there is one
     */
    public static DataSet read(Path directory) throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        readLines(
                directory.resolve("queries.test.jsonl"),
                node -> queries.put(field(node, "_id"), field(node, "text")));
        Map<String, Passage> passages = new LinkedHashMap<>();
        readLines(
                directory.resolve("corpus.jsonl.gz"),
                node -> {
                    String id = field(node, "_id");
                    passages.put(id, new Passage(id, field(node, "title"), field(node, "text")));
                });
        Path runFile = directory.resolve("bm25.test.run.gz");
        Run firstStage = RunReader.read(runFile);
        for (Map.Entry<String, List<ScoredPassage>> ranking : firstStage.rankings().entrySet()) {
            if (!queries.containsKey(ranking.getKey())) {
                throw new IOException(runFile + ": query " + ranking.getKey() + " has no text");
            }
            for (ScoredPassage candidate : ranking.getValue()) {
                if (!passages.containsKey(candidate.id())) {
                    throw new IOException(runFile + ": no passage " + candidate.id());
                }
            }
        }
        return new DataSet(
                Collections.unmodifiableMap(queries),
                Collections.unmodifiableMap(passages),
                QrelsReader.read(directory.resolve("qrels").resolve("test.tsv")),
                firstStage);
    }

    private static void readLines(Path file, Consumer<JsonNode> consumer) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file; --data names the data set's directory");
        }
        long number = 0;
        try (BufferedReader reader = InputFile.reader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    consumer.accept(MAPPER.readTree(line));
                }
            }
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + ":" + number + ": not JSON: " + JsonFault.of(e).inLine(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ":" + number + ": " + e.getMessage(), e);
        }
    }

    private static String field(JsonNode node, String name) {
        JsonNode value = node.get(name);
        if (value == null || !value.isTextual()) {
            throw new IllegalArgumentException("no text in field " + name);
        }
        return value.textValue();
    }
}
