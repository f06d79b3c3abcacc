package dev.flinkreranker.client;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/**
 * Why an event got no result: the headers of a record of the dead letters topic. Its key and value
 * are those of the event.
 *
 * @param code the reason, such as {@code INVALID_JSON}; the README of the operators lists them, and
 *     later versions may have more
 * @param message one line for a person
 * @param sourceTopic the topic of the event
 * @param sourcePartition the partition of the event
 * @param sourceOffset the offset of the event
 * @param tenant the tenant; null when the event could not be read that far
 * @param requestId the request's id; null when the event could not be read that far
 * @param omittedBytes bytes of the event's value, where it was too large to be repeated; else null
 */
public record DeadLetter(
        String code,
        String message,
        String sourceTopic,
        int sourcePartition,
        long sourceOffset,
        String tenant,
        String requestId,
        Integer omittedBytes) {

    /**
     * Reads the headers of a record. With Kafka's Java client:
     *
     * <pre>{@code
     * DeadLetter.of(name -> {
     *     Header header = record.headers().lastHeader(name);
     *     return header == null ? null : header.value();
     * });
     * }</pre>
     *
     * @param headers the last header of a name; null where there is none
     * @return empty when they are not those of a dead letter
     */
    public static Optional<DeadLetter> of(Function<String, byte[]> headers) {
        String code = text(headers, "rerank.error.code");
        if (code == null) {
            return Optional.empty();
        }
        String omitted = text(headers, "rerank.value.omitted_bytes");
        return Optional.of(
                new DeadLetter(
                        code,
                        text(headers, "rerank.error.message"),
                        text(headers, "rerank.source.topic"),
                        Integer.parseInt(text(headers, "rerank.source.partition")),
                        Long.parseLong(text(headers, "rerank.source.offset")),
                        text(headers, "rerank.tenant"),
                        text(headers, "rerank.request_id"),
                        omitted == null ? null : Integer.valueOf(omitted)));
    }

    private static String text(Function<String, byte[]> headers, String name) {
        byte[] value = headers.apply(name);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }
}
