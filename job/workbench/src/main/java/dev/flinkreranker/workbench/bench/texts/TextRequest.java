package dev.flinkreranker.workbench.bench.texts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.workbench.dataset.DataSet;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A query with the passages to score. */
public record TextRequest(String query, List<String> passages) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Copies the passages. */
    public TextRequest {
        passages = List.copyOf(passages);
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
            requests.add(
                    new TextRequest(
                            data.queries().get(id),
                            data.firstStage().ranking(id).stream()
                                    .limit(candidates)
                                    .map(p -> data.passages().get(p.id()).content())
                                    .toList()));
        }
        return requests;
    }

    /** As the requests topic takes it. */
    public byte[] json(String requestId) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("request_id", requestId);
        request.put("query", query);
        request.put("documents", passages);
        try {
            return JSON.writeValueAsBytes(request);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
