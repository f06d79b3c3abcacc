package dev.flinkreranker.workbench.replay.scoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
     *     not be scored. Of a cascade, those of each stage in turn.
     * @param tokens tokens of all pairs, padding excluded
     * @param truncated pairs cut to the length limit
     * @param pairFlops operations by the analytic count, one for each of {@code scores}
     * @param sharedFlops those of them before the deepest layer, which a deeper stage of the same
     *     model need not repeat
     * @param deviceNanos the request's share, by FLOPs, of its batches' time on the device
     * @param result what the stream would have answered, as JSON; null where it would have written
     *     a dead letter
     * @param refusal why, in that case
     * @param order of a cascade, all candidates, best first, as places from 0; null elsewhere,
     *     where scores tell it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Outcome(
            List<@Nullable Float> scores,
            long tokens,
            int truncated,
            List<Long> pairFlops,
            List<Long> sharedFlops,
            long deviceNanos,
            @Nullable String result,
            @Nullable String refusal,
            @Nullable List<Integer> order) {

        /** Operations of all pairs. */
        public long flops() {
            return pairFlops.stream().mapToLong(Long::longValue).sum();
        }
    }

    /** The same with other outcomes. */
    public ReplayRow with(List<Outcome> others) {
        return new ReplayRow(
                file, line, problem, request, candidates, firstStage, others, encodedIds);
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
