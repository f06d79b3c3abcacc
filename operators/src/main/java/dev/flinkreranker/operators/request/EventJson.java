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
import dev.flinkreranker.runtime.json.JsonFault;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event's value as one JSON object, whoever wrote it: bounded in bytes, depth and the
 * length of names and numbers, no field twice, nothing after the object, every text and number well
 * formed. A schema registry's prefix in front of it is passed over.
 */
@Internal
public final class EventJson {

    private static final int MAX_NAME_CHARS = 256;
    private static final int MAX_NUMBER_CHARS = 100;

    /** A zero and the schema's id, four bytes, as the serializers of schema registries write. */
    private static final int PREFIX_BYTES = 5;

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
        int start = start(value);
        JsonNode node;
        try {
            node = mapper.readTree(value, start, value.length - start);
        } catch (IOException e) {
            throw new RejectedEventException(
                    ReasonCode.INVALID_JSON,
                    start == 0 && isPrefixed(value)
                            ? "a schema registry's prefix, and no JSON object behind it; write JSON"
                            : at(e, start) + JsonFault.of(e).problem());
        } catch (NumberFormatException e) {
            // An exponent beyond those of decimals, 1e3000000000: Jackson lets it pass as it is.
            throw new RejectedEventException(
                    ReasonCode.INVALID_JSON, "a number's exponent is out of range");
        }
        if (!(node instanceof ObjectNode object)) {
            throw new RejectedEventException(
                    ReasonCode.INVALID_JSON,
                    "the value must be a JSON object, but is " + JsonTypeName.of(node));
        }
        WellFormedValues.check(object, "");
        return object;
    }

    /** Where a value's JSON begins: 0, or behind a schema registry's prefix. */
    public static int start(byte[] value) {
        return isPrefixed(value) && value[PREFIX_BYTES] == '{' ? PREFIX_BYTES : 0;
    }

    private static boolean isPrefixed(byte[] value) {
        return value.length > PREFIX_BYTES && value[0] == 0;
    }

    /** Jackson names no place where a limit is exceeded or its decoder fails. */
    private static String at(IOException e, int start) {
        return e instanceof JsonProcessingException found
                        && found.getLocation() != null
                        && found.getLocation().getByteOffset() >= 0
                ? "byte %d: ".formatted(start + found.getLocation().getByteOffset())
                : "";
    }
}
