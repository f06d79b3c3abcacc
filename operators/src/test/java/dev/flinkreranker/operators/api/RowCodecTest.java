package dev.flinkreranker.operators.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.flink.util.function.SerializableFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which trace an element belongs to. */
class RowCodecTest {

    private static @Nullable String header(
            @Nullable SerializableFunction<Question, String> trace, String name) {
        RowCodec<Question> codec =
                new RowCodec<>(
                        new RowReader<>(
                                Question::text,
                                Question::answers,
                                Question.Answer::body,
                                null,
                                null,
                                null,
                                null,
                                trace,
                                Map.of(),
                                10,
                                10));
        Question question = Question.of("00-1-2-01", "q", "a");
        return codec.header(
                new ResolvedRow<>(question, new RowStamp(null, 0L, null, null, null, -1, 2)), name);
    }

    @Test
    void anElementsTraceIsWhatItsFunctionSays() {
        assertThat(header(Question::id, "traceparent")).isEqualTo("00-1-2-01");
        assertThat(header(Question::id, "tracestate")).isNull();
        assertThat(header(null, "traceparent")).isNull();
    }

    @Test
    void aTraceThatFailsCostsNothing() {
        SerializableFunction<Question, String> failing =
                question -> {
                    throw new IllegalStateException("no trace");
                };

        assertThat(header(failing, "traceparent")).isNull();
    }
}
