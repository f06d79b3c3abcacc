package dev.flinkreranker.workbench.replay.scoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one input line: scores, or a problem.
 *
 * @param file index into the plan's files
 * @param line its number from 1
 * @param problem why it was not replayed; null when it was
 * @param request the request's id
 * @param candidates ids, in the order of the first stage
 * @param firstStage the first stage's scores; null where it gave none
 * @param outcomes one per configuration
 * @param encodedIds ids of request and candidates that are percent-encoded; null when it was not
 *     replayed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReplayRow(
        int file,
        long line,
        String problem,
        String request,
        List<String> candidates,
        List<Float> firstStage,
        List<Outcome> outcomes,
        Integer encodedIds) {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /**
     * One request under one configuration.
     *
     * @param scores what each candidate reranked is ranked by, in their order; null where it could
     *     not be scored
     * @param tokens tokens of all pairs, padding excluded
     * @param truncated pairs cut to the length limit
     * @param flops by the analytic count
     * @param deviceNanos the request's share, by FLOPs, of its batches' time on the device
     * @param result what the stream would have answered, as JSON
     */
    public record Outcome(
            List<@Nullable Float> scores,
            long tokens,
            int truncated,
            long flops,
            long deviceNanos,
            String result) {

        /** The same with another result. */
        Outcome withResult(RankedResult result) {
            return new Outcome(
                    scores,
                    tokens,
                    truncated,
                    flops,
                    deviceNanos,
                    new String(ResultCodec.encode(result), StandardCharsets.UTF_8));
        }

        /** The result, read. */
        RankedResult decoded() {
            try {
                return ResultCodec.decode(result.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException("a result that was just written", e);
            }
        }
    }

    public static ReplayRow problem(int file, long line, String reason) {
        return new ReplayRow(file, line, reason, null, null, null, null, null);
    }

    public String toJson() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of plain values is always writable", e);
        }
    }

    public static ReplayRow fromJson(String json) throws JsonProcessingException {
        return MAPPER.readValue(json, ReplayRow.class);
    }
}
