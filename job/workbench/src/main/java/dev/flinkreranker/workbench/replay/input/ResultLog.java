package dev.flinkreranker.workbench.replay.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.ZstdOutputStream;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Turns results that carry their query and documents back into the requests they answered, in the
 * documents' order there, and into the answers.
 */
public final class ResultLog {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Bad lines at the beginning that do not hide what a file holds. */
    private static final int LOOK_AT = 1000;

    private ResultLog() {}

    /** Whether a file holds results rather than requests, by its first line that is either. */
    public static boolean is(Path file) throws IOException {
        try (LineReader lines = LineReader.open(file)) {
            while (lines.number() < LOOK_AT && lines.next()) {
                JsonNode root = parsed(lines.bytes());
                if (root.has("documents") || root.has("results")) {
                    return !root.has("documents");
                }
            }
        }
        return false;
    }

    /** A bad line says nothing; it is listed when the file is read as what it is. */
    private static JsonNode parsed(byte[] line) {
        try {
            return MAPPER.readTree(line);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    /**
     * Writes requests and answers, Zstandard compressed, a line for each line of the results, so
     * that numbers stay what they are. It is empty where there is a problem.
     *
     * @param problems takes the lines that cannot be replayed and why
     */
    public static void write(
            Path results, Path requests, Path answers, Consumer<InputProblem> problems)
            throws IOException {
        try (LineReader lines = LineReader.open(results);
                OutputStream requestLines = open(requests);
                OutputStream answerLines = open(answers)) {
            while (lines.next()) {
                try {
                    if (lines.fault() != null) {
                        throw new BadLineException(lines.fault());
                    }
                    if (!lines.isBlank()) {
                        write(lines.bytes(), requestLines, answerLines);
                    }
                } catch (BadLineException e) {
                    problems.accept(
                            new InputProblem(results.toString(), lines.number(), e.getMessage()));
                }
                requestLines.write('\n');
                answerLines.write('\n');
            }
        }
    }

    private static OutputStream open(Path file) throws IOException {
        return new ZstdOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    private static void write(byte[] line, OutputStream requests, OutputStream answers)
            throws BadLineException, IOException {
        RankedResult result = decode(line);
        List<RankedDocument> documents = new ArrayList<>(result.results());
        documents.sort(Comparator.comparingInt(RankedDocument::index));
        byte[] request = request(result, documents);
        RequestLine.parse(request);
        requests.write(request);
        answers.write(answer(result, documents));
    }

    private static RankedResult decode(byte[] line) throws BadLineException {
        InputText.checkUtf8(line);
        JsonNode root = parsed(line);
        if (root.isObject() && !(root.hasNonNull("request_id") && root.hasNonNull("results"))) {
            throw new BadLineException("not a result: request_id or results is missing");
        }
        RankedResult result = ResultLine.decode(line);
        if (result.query() == null) {
            throw new BadLineException(
                    "the result carries no query: set return_query for tenant " + result.tenant());
        }
        if (result.results().isEmpty()) {
            throw new BadLineException("the result has no documents (min_score)");
        }
        if (result.results().stream().anyMatch(document -> document.document() == null)) {
            throw new BadLineException(
                    "the result carries no documents: set return_documents for tenant "
                            + result.tenant());
        }
        return result;
    }

    private static byte[] request(RankedResult result, List<RankedDocument> documents)
            throws JsonProcessingException {
        ObjectNode request = MAPPER.createObjectNode();
        request.put("request_id", result.requestId());
        request.put("tenant", result.tenant());
        request.put("query", result.query());
        ArrayNode sources = request.putArray("documents");
        for (RankedDocument document : documents) {
            JsonNode source = document.document();
            if (source instanceof ObjectNode object && !object.hasNonNull("id")) {
                // Its place in the request names it, also where others were left out.
                source = object.deepCopy().put("id", document.index());
            }
            sources.add(source);
        }
        return MAPPER.writeValueAsBytes(request);
    }

    /** The result in short, with places among the documents that it carries. */
    private static byte[] answer(RankedResult result, List<RankedDocument> documents)
            throws JsonProcessingException {
        ObjectNode answer = MAPPER.createObjectNode();
        answer.put("request_id", result.requestId());
        ArrayNode ranked = answer.putArray("results");
        for (RankedDocument document : result.results()) {
            ranked.addObject()
                    .put("index", documents.indexOf(document))
                    .put("relevance_score", document.relevanceScore());
        }
        if (result.meta() != null) {
            answer.putObject("meta").put("documents", result.meta().documents());
        }
        return MAPPER.writeValueAsBytes(answer);
    }
}
