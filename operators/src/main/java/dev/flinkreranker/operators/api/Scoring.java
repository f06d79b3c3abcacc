package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.tenant.Fallback;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import dev.flinkreranker.operators.usage.UsageEntry;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.function.SerializableFunction;
import org.jspecify.annotations.Nullable;

/**
 * Scores a pair of texts in each element of a stream, for features and filters.
 *
 * <pre>{@code
 * DataStream<Scored<Claim>> scored =
 *         Scoring.of("/models/bge-reranker-v2-m3")
 *                 .pair(Claim::text, Claim::evidence)
 *                 .uid("support")
 *                 .apply(claims);
 * DataStream<Rejected<Claim>> failed = Scoring.failures(scored);
 * }</pre>
 *
 * <p>Every element leaves once, scored or rejected; none can fail the job. Pairs are batched across
 * elements, with those of all other scorings and rerankings of the process.
 *
 * @param <T> the type of the elements
 */
@PublicEvolving
public final class Scoring<T> extends SettingsSteps<Scoring<T>> {

    private final ModelReference model;
    private final SerializableFunction<T, String> query;
    private final SerializableFunction<T, String> passage;
    private @Nullable SerializableFunction<T, String> tenant;
    private boolean preload;
    private int maxTextChars = Reranking.MAX_TEXT_CHARS;
    private Execution execution = Execution.defaults();
    private String uid = "scoring";

    private Scoring(
            ModelReference model,
            SerializableFunction<T, String> query,
            SerializableFunction<T, String> passage) {
        this.model = model;
        this.query = query;
        this.passage = passage;
    }

    /** A model is chosen, and elements have no type yet. */
    @PublicEvolving
    public static final class OfModel {

        private final ModelReference model;

        private OfModel(ModelReference model) {
            this.model = model;
        }

        /** Where an element has the two texts; either may be empty, neither null. */
        public <T> Scoring<T> pair(
                SerializableFunction<T, String> query, SerializableFunction<T, String> passage) {
            return new Scoring<>(model, query, passage);
        }
    }

    /**
     * By the model of a directory, on the CPU, in the number format that suits the processor.
     *
     * @param directory an unconverted Hugging Face checkpoint, at the same path on every
     *     TaskManager
     */
    public static OfModel of(String directory) {
        return of(new ModelReference(directory, ComputeType.AUTO, "cpu"));
    }

    /** By a model on the device, in the number format and of the revision that it names. */
    public static OfModel of(ModelReference model) {
        return new OfModel(Objects.requireNonNull(model, "model"));
    }

    /**
     * Elements that have no score.
     *
     * @param scored what {@link #apply} returned
     */
    public static <T> DataStream<Rejected<T>> failures(DataStream<Scored<T>> scored) {
        return RowStream.<T, Scored<T>>of(scored).failures();
    }

    /**
     * What is counted for each element that reached the model.
     *
     * @param scored what {@link #apply} returned
     */
    public static <T> DataStream<UsageEntry> usage(DataStream<Scored<T>> scored) {
        return RowStream.<T, Scored<T>>of(scored).usage();
    }

    @Override
    Scoring<T> self() {
        return this;
    }

    /** Whose an element is, the unit of fairness and of metrics; {@code default} where null. */
    public Scoring<T> tenant(SerializableFunction<T, String> function) {
        tenant = function;
        return this;
    }

    /**
     * Loads the model when a task starts, which fails without it. Otherwise it is loaded with the
     * first element, and elements are rejected while it cannot be.
     */
    public Scoring<T> preload() {
        preload = true;
        return this;
    }

    /** Most UTF-16 characters of a text, 100,000 without this step. */
    public Scoring<T> maxTextChars(int most) {
        maxTextChars = most;
        return this;
    }

    /** How the operators run. */
    public Scoring<T> execution(Execution how) {
        execution = how;
        return this;
    }

    /** What the operators' uids and names begin with; each scoring of a job needs its own. */
    public Scoring<T> uid(String prefix) {
        uid = prefix;
        return this;
    }

    /**
     * Attaches the operators.
     *
     * @return the elements with their scores, in no order unless {@link Execution#ordered}
     * @throws InvalidConfigException with everything that is missing or contradicts
     */
    public DataStream<Scored<T>> apply(DataStream<T> elements) {
        String alias = Reranking.aliasOf(model);
        set("model", alias);
        set("on_timeout", Fallback.DEAD_LETTER);
        set("on_failure", Fallback.DEAD_LETTER);
        RowReader<T, T> reader =
                new RowReader<>(
                        query,
                        List::of,
                        passage,
                        null,
                        null,
                        tenant,
                        null,
                        null,
                        Map.of(),
                        1,
                        maxTextChars);
        RowStream<T, Reranked<T>> ranked =
                new RerankingPlan<>(
                                uid,
                                reader,
                                Map.of(alias, model),
                                preload,
                                fields(),
                                Map.of(),
                                UnknownTenant.DEFAULTS,
                                null,
                                execution)
                        .attach(elements);
        return ranked.with(
                ranked.map(Scoring::scored)
                        .returns(ValueTypeInfo.scored(elements.getType()))
                        .name(uid + " score")
                        .uid(uid + "-score"));
    }

    /** Of the one passage. It has a score: an element whose passage has none is rejected. */
    private static <T> Scored<T> scored(Reranked<T> ranked) {
        RankedPassage passage = ranked.passages().get(0);
        return new Scored<>(ranked.value(), new PairScore(passage.score(), passage.layerScores()));
    }
}
