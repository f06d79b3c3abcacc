package dev.flinkreranker.workbench.replay.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.Overrides;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The line of a request log: the JSON that the stream takes, read by the stream's own parser with
 * wider limits.
 */
public final class RequestLine {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final RequestParser PARSER =
            new RequestParser(
                    new RequestLimits(
                            LineReader.MAX_LINE, 100_000, LineReader.MAX_LINE, 32, null, null),
                    Overrides.POSSIBLE);

    private RequestLine() {}

    /**
     * A passage to write.
     *
     * @param id of the passage
     * @param text of the passage
     * @param score of the first stage; null where only its order is known
     */
    record Passage(String id, String text, @Nullable Float score) {}

    /**
     * Reads a line.
     *
     * @throws BadLineException saying what is wrong with it
     */
    public static ReplayRequest parse(byte[] line) throws BadLineException {
        InputText.checkUtf8(line);
        RerankRequest request;
        try {
            request = PARSER.parse(line);
        } catch (RejectedEventException e) {
            throw new BadLineException(e.getMessage());
        }
        String requestId = InputText.id("request_id", request.requestId());
        int encoded = requestId.equals(request.requestId()) ? 0 : 1;
        List<String> ids = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Candidate candidate : request.candidates()) {
            String given =
                    candidate.id() == null ? Integer.toString(ids.size()) : candidate.id().asText();
            String id = InputText.id("document id", given);
            encoded += id.equals(given) ? 0 : 1;
            if (!seen.add(id)) {
                throw new BadLineException("document id \"" + id + "\" comes twice");
            }
            Double score = candidate.firstStageScore();
            if (score != null && !Float.isFinite(score.floatValue())) {
                throw new BadLineException("the score of document " + id + " is no float32");
            }
            ids.add(id);
        }
        return new ReplayRequest(request, requestId, ids, encoded);
    }

    /** Writes a request as such a line, without line end. */
    static byte[] write(String id, String query, List<Passage> passages) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("request_id", id);
        root.put("query", query);
        ArrayNode documents = root.putArray("documents");
        for (Passage passage : passages) {
            ObjectNode document = documents.addObject();
            document.put("id", passage.id());
            document.put("text", passage.text());
            if (passage.score() != null) {
                document.put("score", passage.score());
            }
        }
        try {
            return MAPPER.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always writable", e);
        }
    }
}
