package dev.flinkreranker.workbench.scoring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Writes a pair's logits as a JSON line: {@code {"score": s}}, with several cutoffs {@code
 * {"score": deepest, "scores": {"8": ..., "28": deepest}}}.
 */
final class ScoreLineWriter {

    private static final JsonFactory JSON = new JsonFactory();

    private final List<Integer> cutoffs;
    private final boolean normalize;

    /**
     * @param cutoffs the layers asked for, ascending; may be empty
     * @param normalize whether scores are passed through a sigmoid, in float64 as the reference
     *     does
     */
    ScoreLineWriter(List<Integer> cutoffs, boolean normalize) {
        this.cutoffs = cutoffs;
        this.normalize = normalize;
    }

    String line(float[] logits) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            number(json, "score", logits[logits.length - 1]);
            if (logits.length > 1) {
                json.writeObjectFieldStart("scores");
                for (int i = 0; i < logits.length; i++) {
                    number(json, cutoffs.get(i).toString(), logits[i]);
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void number(JsonGenerator json, String field, float logit) throws IOException {
        if (normalize) {
            json.writeNumberField(field, 1 / (1 + Math.exp(-logit)));
        } else {
            json.writeNumberField(field, logit);
        }
    }
}
