package dev.flinkreranker.workbench.bench.texts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.workbench.dataset.DataSet;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A query with the passages to score.
 *
 * @param scores what a first stage gave the passages; empty where none did
 */
public record TextRequest(String query, List<String> passages, List<Float> scores) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Copies the lists. */
    public TextRequest {
        passages = List.copyOf(passages);
        scores = List.copyOf(scores);
    }

    /**
     * Queries taken evenly from the data set, again from the first when they are used up.
     *
     * @param candidates how many of the first stage's passages, from the top
     */
    public static List<TextRequest> of(DataSet data, int count, int candidates) {
        List<String> ids =
                data.queries().keySet().stream()
                        .filter(data.firstStage().queries()::contains)
                        .toList();
        List<TextRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = ids.get((int) ((long) i * Math.max(1, ids.size() / count) % ids.size()));
            List<ScoredPassage> ranking =
                    data.firstStage().ranking(id).stream().limit(candidates).toList();
            requests.add(
                    new TextRequest(
                            data.queries().get(id),
                            ranking.stream()
                                    .map(p -> data.passages().get(p.id()).content())
                                    .toList(),
                            ranking.stream().map(ScoredPassage::score).toList()));
        }
        return requests;
    }

    /** As the requests topic takes it. */
    public byte[] json(String requestId, String tenant) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("request_id", requestId);
        request.put("tenant", tenant);
        request.put("query", query);
        request.put("documents", scores.isEmpty() ? passages : documents());
        try {
            return JSON.writeValueAsBytes(request);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Map<String, Object>> documents() {
        return IntStream.range(0, passages.size())
                .mapToObj(
                        i ->
                                Map.<String, Object>of(
                                        "text", passages.get(i), "score", scores.get(i)))
                .toList();
    }
}
