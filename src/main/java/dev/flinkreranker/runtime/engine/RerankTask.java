package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request's work for the engine: score every passage against the query.
 *
 * @param tenant who pays; the unit of fairness
 * @param model which model, in which number format
 * @param tokenization how text becomes token ids
 * @param scoring the knobs of the forward pass
 * @param query the query; may be empty
 * @param passages at least one passage; each may be empty
 * @param timeout how long the result is wanted, from now; null: for ever
 * @param admission share and limit of the tenant
 * @param since when the request came that this goes on with, in {@link System#nanoTime}: it keeps
 *     that request's place and is held to no limit of what is under way. Null for one that comes
 *     now.
 * @param from what a task has left before, of the same query, some of whose passages this one
 *     scores; null for none. Freed when this one has taken what it needs.
 * @param to where to leave states for a task that goes on; null where none does
 */
public record RerankTask(
        String tenant,
        ModelReference model,
        TokenizationSettings tokenization,
        ScoringSettings scoring,
        String query,
        List<String> passages,
        @Nullable Duration timeout,
        Admission admission,
        @Nullable Long since,
        @Nullable KeptStates from,
        @Nullable KeptStates to) {

    /** The tenant of a task that names none. */
    public static final String DEFAULT_TENANT = "default";

    /**
     * Copies the passages.
     *
     * @throws IllegalArgumentException if the query, the passages or one of them is null
     */
    public RerankTask {
        passages = List.copyOf(present("passages", passages));
        present("query", query);
    }

    /** A task that comes now. */
    public RerankTask(
            String tenant,
            ModelReference model,
            TokenizationSettings tokenization,
            ScoringSettings scoring,
            String query,
            List<String> passages,
            @Nullable Duration timeout,
            Admission admission) {
        this(
                tenant,
                model,
                tokenization,
                scoring,
                query,
                passages,
                timeout,
                admission,
                null,
                null,
                null);
    }

    /** Refuses nulls by their place: a copy would do so without a word. */
    private static List<String> present(String name, List<String> values) {
        present(name, (Object) values);
        for (int i = 0; i < values.size(); i++) {
            present(name + "[" + i + "]", values.get(i));
        }
        return values;
    }

    private static void present(String name, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is null");
        }
    }

    /** A task with every default: no tenant, no timeout, the model's own limits. */
    public static RerankTask of(ModelReference model, String query, List<String> passages) {
        return new RerankTask(
                DEFAULT_TENANT,
                model,
                TokenizationSettings.defaults(),
                ScoringSettings.defaults(),
                query,
                passages,
                null,
                Admission.defaults());
    }

    /** The same for a tenant, with its share and limit. */
    public RerankTask withTenant(String newTenant, Admission newAdmission) {
        return new RerankTask(
                newTenant,
                model,
                tokenization,
                scoring,
                query,
                passages,
                timeout,
                newAdmission,
                since,
                from,
                to);
    }

    /** The same with other tokens. */
    public RerankTask withTokenization(TokenizationSettings settings) {
        return new RerankTask(
                tenant, model, settings, scoring, query, passages, timeout, admission, since, from,
                to);
    }

    /** The same with another forward pass. */
    public RerankTask withScoring(ScoringSettings settings) {
        return new RerankTask(
                tenant,
                model,
                tokenization,
                settings,
                query,
                passages,
                timeout,
                admission,
                since,
                from,
                to);
    }

    /** The same, wanted no longer than that from when the engine gets it. */
    public RerankTask withTimeout(@Nullable Duration newTimeout) {
        return new RerankTask(
                tenant,
                model,
                tokenization,
                scoring,
                query,
                passages,
                newTimeout,
                admission,
                since,
                from,
                to);
    }

    /** The same, as what goes on with a request that came then. */
    public RerankTask withSince(long came) {
        return new RerankTask(
                tenant,
                model,
                tokenization,
                scoring,
                query,
                passages,
                timeout,
                admission,
                came,
                from,
                to);
    }

    /** The same, between two others that score passages of the same query. */
    public RerankTask withStates(@Nullable KeptStates left, @Nullable KeptStates leaves) {
        return new RerankTask(
                tenant,
                model,
                tokenization,
                scoring,
                query,
                passages,
                timeout,
                admission,
                since,
                left,
                leaves);
    }

    /** Bytes of its text at two for a character. */
    long bytes() {
        long characters = query.length();
        for (String passage : passages) {
            characters += passage.length();
        }
        return 2 * characters;
    }

    /** Whether it goes on with a request that the engine had before. */
    boolean goesOn() {
        return since != null;
    }

    /** The timeout in nanoseconds; {@link Long#MAX_VALUE} for ever. */
    long timeoutNanos() {
        if (timeout == null) {
            return Long.MAX_VALUE;
        }
        try {
            return timeout.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }
}
