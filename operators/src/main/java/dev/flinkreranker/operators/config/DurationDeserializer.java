package dev.flinkreranker.operators.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** Reads a {@link DurationText}. */
final class DurationDeserializer extends StdDeserializer<Duration> {

    @Serial private static final long serialVersionUID = 1L;

    DurationDeserializer() {
        super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
            throws IOException {
        Optional<Duration> duration =
                parser.currentToken() == JsonToken.VALUE_STRING
                        ? DurationText.parse(parser.getText())
                        : Optional.empty();
        if (duration.isPresent()) {
            return duration.get();
        }
        throw MismatchedInputException.from(parser, Duration.class, "not a duration");
    }
}
