package dev.flinkreranker.operators.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.operators.config.FieldFault;
import dev.flinkreranker.runtime.json.JsonFault;
import java.io.IOException;
import org.apache.flink.annotation.Internal;

/**
 * Results to and from JSON in UTF-8. Fields come in the order of the records. A score is the
 * shortest decimal that reads back as the same float32, on every JDK.
 */
@Internal
public final class ResultCodec {

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    // Float.toString is not always the shortest before JDK 19.
                                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                                    .build())
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();
    private static final ObjectWriter WRITER = MAPPER.writerFor(RankedResult.class);
    private static final ObjectReader READER = MAPPER.readerFor(RankedResult.class);

    private ResultCodec() {}

    /** The bytes of a result. */
    public static byte[] encode(RankedResult result) {
        try {
            return WRITER.writeValueAsBytes(result);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result that JSON cannot carry: " + e, e);
        }
    }

    /**
     * Reads a result; fields that this version does not know are ignored.
     *
     * @throws IOException if it is not a result; the message is one line
     */
    public static RankedResult decode(byte[] json) throws IOException {
        try {
            return READER.readValue(json);
        } catch (JsonMappingException e) {
            throw new IOException(
                    e.getCause() instanceof StreamReadException malformed
                            ? JsonFault.of(malformed).inLine()
                            : FieldFault.of(e, ""),
                    e);
        } catch (IOException e) {
            throw new IOException(JsonFault.of(e).inLine(), e);
        }
    }
}
