package dev.flinkreranker.operators.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant used in an interval, as it is written. Add the records up: an interval may have
 * more than one.
 *
 * @param tenant who
 * @param from when the interval begins, ISO 8601 in UTC
 * @param to when it ends, ISO 8601 in UTC; the first instant beyond
 * @param requests number of requests that were answered in it, by the status of their results, or
 *     DEAD_LETTER for those that got none
 * @param pairs (query, passage) pairs scored; the sum over the results, exact and repeatable
 * @param tokens tokens of those pairs, padding excluded; the sum over the results, exact and
 *     repeatable
 * @param flops floating point operations of those pairs by the analytic count; the sum over the
 *     results, exact and repeatable
 * @param deviceNanos how long devices were busy with those pairs, in nanoseconds; a measurement,
 *     which differs from run to run
 * @param stages of pairs, tokens and flops, what the first stage of requests with stages cost, then
 *     the second, and so on; null, and absent on the wire, where no result tells it
 */
@Internal
public record UsageRecord(
        String tenant,
        String from,
        String to,
        Map<String, Long> requests,
        long pairs,
        long tokens,
        long flops,
        long deviceNanos,
        @JsonInclude(Include.NON_NULL) @Nullable List<StageTotal> stages) {

    private static final ObjectWriter WRITER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build()
                    .writerFor(UsageRecord.class);

    /** Of the totals of an interval of that many milliseconds. */
    static UsageRecord of(String tenant, UsageTotals totals, long interval) {
        return new UsageRecord(
                tenant,
                Instant.ofEpochMilli(totals.from()).toString(),
                Instant.ofEpochMilli(totals.from() + interval).toString(),
                new TreeMap<>(totals.requests()),
                totals.pairs(),
                totals.tokens(),
                totals.flops(),
                totals.deviceNanos(),
                totals.stages());
    }

    /** JSON in UTF-8, fields in the order of the record. */
    byte[] encode() {
        try {
            return WRITER.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
