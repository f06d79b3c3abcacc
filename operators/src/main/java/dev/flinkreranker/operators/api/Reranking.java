package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import dev.flinkreranker.operators.usage.UsageEntry;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.function.SerializableFunction;
import org.jspecify.annotations.Nullable;

/**
 * Ranks the passages of a stream's elements by a model.
 *
 * <pre>{@code
 * DataStream<Reranked<Query>> ranked =
 *         Reranking.of("/models/bge-reranker-v2-m3")
 *                 .query(Query::text)
 *                 .passages(Query::documents, Document::body)
 *                 .topN(10)
 *                 .uid("rerank")
 *                 .apply(queries);
 * DataStream<Rejected<Query>> failed = Reranking.failures(ranked);
 * }</pre>
 *
 * <p>Every element leaves once, ranked or rejected; none can fail the job. All rerankings of a
 * process share its engine. Functions are called more than once for an element, and must give the
 * same each time.
 *
 * @param <T> the type of the elements
 */
@PublicEvolving
public final class Reranking<T> extends TenantSteps<Reranking<T>> {

    /** The model of elements that keep their own order. */
    public static final String NO_MODEL = RerankSettings.NO_MODEL;

    static final String DEFAULT_UID = "reranking";

    private static final int MAX_PASSAGES = 1_000;
    static final int MAX_TEXT_CHARS = 100_000;

    private final Map<String, ModelReference> models = new LinkedHashMap<>();
    private final Map<String, TenantSettings> tenants = new LinkedHashMap<>();
    private final Map<String, SerializableFunction<T, ?>> attributes = new LinkedHashMap<>();
    private final SerializableFunction<T, String> query;
    private @Nullable Passages<T, ?> passages;
    private @Nullable SerializableFunction<T, String> id;
    private @Nullable SerializableFunction<T, String> tenant;
    private @Nullable SerializableFunction<T, Duration> deadline;
    private @Nullable SerializableFunction<T, String> trace;
    private @Nullable DataStream<TenantChange> configs;
    private UnknownTenant unknownTenants = UnknownTenant.DEFAULTS;
    private boolean preload;
    private int maxPassages = MAX_PASSAGES;
    private int maxTextChars = MAX_TEXT_CHARS;
    private Execution execution = Execution.defaults();
    private String uid = DEFAULT_UID;

    private Reranking(ModelReference model, SerializableFunction<T, String> query) {
        String alias = aliasOf(model);
        models.put(alias, model);
        set("model", alias);
        this.query = query;
    }

    /** The passages of an element. */
    record Passages<T, D>(
            SerializableFunction<T, ? extends Iterable<D>> all,
            SerializableFunction<D, String> text,
            @Nullable SerializableFunction<D, ? extends Number> firstStage) {}

    /** A model is chosen, and elements have no type yet. */
    @PublicEvolving
    public static final class OfModel {

        private final ModelReference model;

        private OfModel(ModelReference model) {
            this.model = model;
        }

        /** Where an element has its query; it may be empty, not null. */
        public <T> Reranking<T> query(SerializableFunction<T, String> query) {
            return new Reranking<>(model, query);
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
     * Elements that could not be ranked, or may not be under their tenant's settings.
     *
     * @param ranked what {@link #apply} returned
     */
    public static <T> DataStream<Rejected<T>> failures(DataStream<Reranked<T>> ranked) {
        return RowStream.<T, Reranked<T>>of(ranked).failures();
    }

    /**
     * What is counted for each element that was ranked, or rejected once its settings were known.
     *
     * @param ranked what {@link #apply} returned
     */
    public static <T> DataStream<UsageEntry> usage(DataStream<Reranked<T>> ranked) {
        return RowStream.<T, Reranked<T>>of(ranked).usage();
    }

    /**
     * Changes of {@link #configs} that were refused; the configs before them stay.
     *
     * @param ranked what {@link #apply} returned
     */
    public static <T> DataStream<Rejected<TenantChange>> refusedConfigs(
            DataStream<Reranked<T>> ranked) {
        DataStream<Rejected<TenantChange>> refused =
                RowStream.<T, Reranked<T>>of(ranked).refusedConfigs();
        if (refused == null) {
            throw new IllegalArgumentException("this reranking has no configs(…) to refuse");
        }
        return refused;
    }

    static String aliasOf(ModelReference model) {
        String path = model.directory().replaceAll("[/\\\\]+$", "");
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    @Override
    Reranking<T> self() {
        return this;
    }

    /** Where an element has its passages, as texts. */
    public Reranking<T> passages(SerializableFunction<T, ? extends Iterable<String>> texts) {
        return passages(texts, text -> text);
    }

    /**
     * Where an element has its passages, and a passage its text.
     *
     * @param all at least one, none null
     * @param text may be empty, not null
     */
    public <D> Reranking<T> passages(
            SerializableFunction<T, ? extends Iterable<D>> all,
            SerializableFunction<D, String> text) {
        passages = new Passages<>(all, text, null);
        return this;
    }

    /**
     * Likewise, with the first stage's scores for a {@link #fusion}.
     *
     * @param firstStage higher is better; null for a passage that has none
     */
    public <D> Reranking<T> passages(
            SerializableFunction<T, ? extends Iterable<D>> all,
            SerializableFunction<D, String> text,
            SerializableFunction<D, ? extends Number> firstStage) {
        passages = new Passages<>(all, text, firstStage);
        return this;
    }

    /** Where an element has its id, which an {@link #interleave} needs. */
    public Reranking<T> id(SerializableFunction<T, String> function) {
        id = function;
        return this;
    }

    /**
     * Whose an element is: the unit of fairness, of settings and of metrics. Null is the tenant
     * {@code default}, as are all elements without this step.
     */
    public Reranking<T> tenant(SerializableFunction<T, String> function) {
        tenant = function;
        return this;
    }

    /** Settings of a tenant that differ from those set here for all. */
    public Reranking<T> tenant(String tenantId, Consumer<TenantSettings> settings) {
        TenantSettings own = new TenantSettings();
        settings.accept(own);
        tenants.put(tenantId, own);
        return this;
    }

    /**
     * What becomes of elements of tenants that have no settings of their own.
     *
     * @param policy {@code DEFAULTS}, where the settings for all hold, or {@code REJECT}
     */
    public Reranking<T> unknownTenants(UnknownTenant policy) {
        unknownTenants = policy;
        return this;
    }

    /**
     * Tenants' configs that come while the job runs, over those given here.
     *
     * @param changes those of one tenant in their order
     */
    public Reranking<T> configs(DataStream<TenantChange> changes) {
        configs = changes;
        return this;
    }

    /** How long an element's result is wanted, at most as long as its tenant's deadline. */
    public Reranking<T> deadline(SerializableFunction<T, Duration> function) {
        deadline = function;
        return this;
    }

    /**
     * The trace that an element belongs to, where the job sends spans.
     *
     * @param traceparent as W3C's Trace Context has it; null for an element without one
     */
    public Reranking<T> trace(SerializableFunction<T, String> traceparent) {
        trace = traceparent;
        return this;
    }

    /**
     * What a {@link #route} may look at.
     *
     * @param function gives a string, a number, a boolean or null
     */
    public Reranking<T> attribute(String name, SerializableFunction<T, ?> function) {
        attributes.put(name, function);
        return this;
    }

    /** Another model, for tenants, routes and second configurations to name by its alias. */
    public Reranking<T> model(String alias, ModelReference model) {
        if (alias.equals(NO_MODEL) || models.putIfAbsent(alias, model) != null) {
            throw new InvalidConfigException(
                    "model: the alias %s is taken; known are %s".formatted(alias, models.keySet()));
        }
        return this;
    }

    /**
     * Loads the first model when a task starts, which fails without it. Otherwise it is loaded with
     * the first element, and elements are rejected while it cannot be.
     */
    public Reranking<T> preload() {
        preload = true;
        return this;
    }

    /** Most passages of an element, 1,000 without this step. One with more is rejected. */
    public Reranking<T> maxPassages(int most) {
        maxPassages = most;
        return this;
    }

    /**
     * Most UTF-16 characters of the query and of each passage, 100,000 without this step. An
     * element with more is rejected.
     */
    public Reranking<T> maxTextChars(int most) {
        maxTextChars = most;
        return this;
    }

    /** How the operators run. */
    public Reranking<T> execution(Execution how) {
        execution = how;
        return this;
    }

    /**
     * What the operators' uids and names begin with. Of several rerankings in one job each needs
     * its own.
     */
    public Reranking<T> uid(String prefix) {
        uid = prefix;
        return this;
    }

    /**
     * Attaches the operators.
     *
     * @return the elements with their rankings, in no order unless {@link Execution#ordered}
     * @throws InvalidConfigException with everything that is missing or contradicts
     */
    public DataStream<Reranked<T>> apply(DataStream<T> elements) {
        return new RerankingPlan<>(
                        uid,
                        reader(),
                        models,
                        preload,
                        fields(),
                        tenants,
                        unknownTenants,
                        configs,
                        execution)
                .attach(elements);
    }

    private RowReader<T, ?> reader() {
        if (passages == null) {
            throw new InvalidConfigException(
                    "passages is missing: say where an element has the texts to rank,"
                            + " passages(Query::documents, Document::body)");
        }
        return reader(passages);
    }

    private <D> RowReader<T, D> reader(Passages<T, D> given) {
        return new RowReader<>(
                query,
                given.all(),
                given.text(),
                given.firstStage(),
                id,
                tenant,
                deadline,
                trace,
                new LinkedHashMap<>(attributes),
                maxPassages,
                maxTextChars);
    }
}
