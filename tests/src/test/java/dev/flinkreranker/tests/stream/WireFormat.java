package dev.flinkreranker.tests.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.flinkreranker.job.schema.WireSchema;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Holds what a job wrote to the schemas that are given to users. */
enum WireFormat {
    RESULT(WireSchema.RESULT),
    USAGE(WireSchema.USAGE),
    DEAD_LETTER(WireSchema.DEAD_LETTER);

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final JsonSchema schema;

    WireFormat(WireSchema schema) {
        this.schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(schema.text());
    }

    void assertValid(byte[] json) {
        try {
            assertValid(MAPPER.readTree(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertValid(JsonNode tree) {
        assertThat(schema.validate(tree)).as("%s", tree).isEmpty();
    }

    static void assertLetterOrMark(Headers headers) {
        if (headers.lastHeader(DeadLetter.SENT_AGAIN) != null) {
            return;
        }
        ObjectNode texts = MAPPER.createObjectNode();
        for (Header header : headers) {
            if (header.value() != null) {
                texts.put(header.key(), new String(header.value(), UTF_8));
            }
        }
        DEAD_LETTER.assertValid(texts);
    }
}
