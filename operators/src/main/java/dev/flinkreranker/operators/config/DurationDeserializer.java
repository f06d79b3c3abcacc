package dev.flinkreranker.operators.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code 500ms}, {@code 5s}, {@code 10min}, {@code 1h}. */
final class DurationDeserializer extends StdDeserializer<Duration> {

    @Serial private static final long serialVersionUID = 1L;

    private static final Pattern FORM = Pattern.compile("([0-9]{1,9}) ?(ms|s|min|h)");

    DurationDeserializer() {
        super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
            throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            Matcher form = FORM.matcher(parser.getText().strip());
            if (form.matches()) {
                long amount = Long.parseLong(form.group(1));
                return switch (form.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "min" -> Duration.ofMinutes(amount);
                    default -> Duration.ofHours(amount);
                };
            }
        }
        throw MismatchedInputException.from(parser, Duration.class, "not a duration");
    }
}
