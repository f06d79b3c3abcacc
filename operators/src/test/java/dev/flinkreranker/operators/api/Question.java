package dev.flinkreranker.operators.api;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A user's class: a record, which Flink serializes field by field. */
public record Question(
        String id,
        @Nullable String tenant,
        @Nullable String language,
        @Nullable String text,
        @Nullable List<@Nullable Answer> answers,
        long patienceMs) {

    /** A passage of it. */
    public record Answer(@Nullable String body, @Nullable Double bm25) {}

    static Question of(String id, String text, String... answers) {
        return ofTenant("default", id, "en", text, answers);
    }

    static Question ofTenant(
            String tenant, String id, String language, String text, String... answers) {
        return new Question(
                id,
                tenant,
                language,
                text,
                Arrays.stream(answers).map(a -> new Answer(a, null)).toList(),
                60_000);
    }
}
