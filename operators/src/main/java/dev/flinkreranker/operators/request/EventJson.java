package dev.flinkreranker.operators.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event's value as one JSON object, whoever wrote it: bounded in bytes, depth and the
 * length of names and numbers, no field twice, nothing after the object, every text and number well
 * formed.
 */
public final class EventJson {

    private static final int MAX_NAME_CHARS = 256;
    private static final int MAX_NUMBER_CHARS = 100;

    private final int maxBytes;
    private final String limit;
    private final JsonMapper mapper;

    /**
     * @param maxBytes most bytes of a value
     * @param limit what sets that limit, for messages
     * @param depth most levels of nesting
     */
    public EventJson(int maxBytes, String limit, int depth) {
        this.maxBytes = maxBytes;
        this.limit = limit;
        JsonFactory factory =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(depth)
                                        .maxStringLength(maxBytes)
                                        .maxNameLength(MAX_NAME_CHARS)
                                        .maxNumberLength(MAX_NUMBER_CHARS)
                                        .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .build();
        this.mapper =
                JsonMapper.builder(factory)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        // What is given back is given back digit by digit.
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                        .build();
    }

    /**
     * Reads a value.
     *
     * @throws RejectedEventException if it is not such an object; the message says where
     */
    public ObjectNode read(byte @Nullable [] value) throws RejectedEventException {
        if (value == null) {
            throw new RejectedEventException(ReasonCode.NO_VALUE, "the record has no value");
        }
        if (value.length > maxBytes) {
            throw new RejectedEventException(
                    ReasonCode.EVENT_TOO_LARGE,
                    "the value has %d bytes; the limit is %d (%s)"
                            .formatted(value.length, maxBytes, limit));
        }
        JsonNode node;
        try {
            node = mapper.readTree(value);
        } catch (JsonProcessingException e) {
            throw new RejectedEventException(
                    ReasonCode.INVALID_JSON, firstLine(e.getOriginalMessage()) + at(e));
        } catch (IOException e) {
            // Malformed UTF-8 or UTF-32: Jackson's decoder reports it without a location.
            throw new RejectedEventException(ReasonCode.INVALID_JSON, firstLine(e.getMessage()));
        } catch (NumberFormatException e) {
            // An exponent beyond those of decimals, 1e3000000000: Jackson lets it pass as it is.
            throw new RejectedEventException(ReasonCode.INVALID_JSON, firstLine(e.getMessage()));
        }
        if (!(node instanceof ObjectNode object)) {
            throw new RejectedEventException(
                    ReasonCode.INVALID_JSON,
                    "the value must be a JSON object, but is " + JsonTypeName.of(node));
        }
        WellFormedValues.check(object, "");
        return object;
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "malformed" : message.lines().findFirst().orElse("malformed");
    }

    private static String at(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
    }
}
