package dev.flinkreranker.operators.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.NearestName;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.rerank.OperatorNames;
import dev.flinkreranker.operators.resolve.LiveConfigs;
import dev.flinkreranker.operators.resolve.ResolveSettings;
import dev.flinkreranker.operators.resolve.TenantConfigFunction;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.tenant.TenantConfigReader;
import dev.flinkreranker.operators.tenant.TenantDirectory;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ModelDescriptor;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.ClosureCleaner;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.InstantiationUtil;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reranking whose steps are all taken: what is missing or contradicts, and the operators.
 *
 * @param uid what the operators' uids and names begin with
 * @param reader reads elements
 * @param models by alias
 * @param preload whether the settings' model is loaded when a task starts
 * @param settings fields of the config of all tenants
 * @param tenants what differs, by tenant
 * @param unknownTenants what becomes of the others
 * @param configs configs that come while the job runs, if any do
 * @param execution how the operators run
 */
record RerankingPlan<T>(
        String uid,
        RowReader<T, ?> reader,
        Map<String, ModelReference> models,
        boolean preload,
        ObjectNode settings,
        Map<String, TenantSettings> tenants,
        UnknownTenant unknownTenants,
        @Nullable DataStream<TenantChange> configs,
        Execution execution) {

    private static final Logger LOG = LoggerFactory.getLogger(RerankingPlan.class);

    /** A config that was refused is not shortened: no broker stands behind it. */
    private static final int ANY_SIZE = Integer.MAX_VALUE;

    private static final String PATH = "reranking";

    RowStream<T, Reranked<T>> attach(DataStream<T> elements) {
        check(elements.getExecutionEnvironment());
        ResolveSettings resolve = resolveSettings();
        OperatorNames names = new OperatorNames(uid + " ", uid + "-");
        OutputTag<Rejected<T>> rejected =
                new OutputTag<>("rejected", ValueTypeInfo.rejected(elements.getType()));
        SingleOutputStreamOperator<TenantUpdate> updates = updates(resolve, names);
        SingleOutputStreamOperator<ResolvedRow<T>> resolved =
                resolved(elements, updates, resolve, rejected, names)
                        .name(names.name("resolve"))
                        .uid(names.uid("resolve"));
        SingleOutputStreamOperator<RowOutput<T>> outputs =
                execution
                        .stage(resolve.catalog())
                        .attach(
                                resolved,
                                new RowCodec<>(reader),
                                ValueTypeInfo.output(elements.getType()),
                                names,
                                false);
        SingleOutputStreamOperator<Reranked<T>> rankings =
                outputs.process(
                                new RowSplitFunction<>(rejected),
                                ValueTypeInfo.reranked(elements.getType()))
                        .name(names.name("route"))
                        .uid(names.uid("route"));
        if (execution.ordered()) {
            // Between operators of unequal parallelism elements overtake one another.
            int partitions = elements.getParallelism();
            resolved.setParallelism(partitions);
            outputs.setParallelism(partitions);
            rankings.setParallelism(partitions);
        }
        return new RowStream<>(
                rankings,
                resolved.getSideOutput(rejected).union(rankings.getSideOutput(rejected)),
                rankings.getSideOutput(RowSplitFunction.USAGE),
                updates == null ? null : refused(updates, names));
    }

    private SingleOutputStreamOperator<ResolvedRow<T>> resolved(
            DataStream<T> elements,
            @Nullable DataStream<TenantUpdate> updates,
            ResolveSettings resolve,
            OutputTag<Rejected<T>> rejected,
            OperatorNames names) {
        TypeInformation<ResolvedRow<T>> type = ValueTypeInfo.resolved(elements.getType());
        return updates == null
                ? elements.process(new RowResolveFunction<>(reader, resolve, rejected), type)
                : elements.connect(updates.broadcast(LiveConfigs.STATE))
                        .process(new LiveRowResolveFunction<>(reader, resolve, rejected), type);
    }

    private @Nullable SingleOutputStreamOperator<TenantUpdate> updates(
            ResolveSettings resolve, OperatorNames names) {
        if (configs == null) {
            return null;
        }
        DataStream<RawEvent> records =
                configs.map(ConfigRecords::record)
                        .returns(ConfigRecords.TYPE)
                        .name(names.name("config records"))
                        .uid(names.uid("config-records"))
                        // Else the changes of a tenant would lose their order.
                        .setParallelism(configs.getParallelism());
        return TenantConfigFunction.updates(
                records, resolve, names.name("tenants"), names.uid("tenants"));
    }

    private static DataStream<Rejected<TenantChange>> refused(
            SingleOutputStreamOperator<TenantUpdate> updates, OperatorNames names) {
        return updates.getSideOutput(DeadLetterOutput.TAG)
                .map(ConfigRecords::refused)
                .returns(ValueTypeInfo.rejected(TypeInformation.of(TenantChange.class)))
                .name(names.name("refused configs"))
                .uid(names.uid("refused-configs"))
                .setParallelism(1);
    }

    private ResolveSettings resolveSettings() {
        String model = settings.get("model").textValue();
        ModelCatalog catalog = new ModelCatalog(models, preload ? Set.of(model) : Set.of());
        TenantConfigReader configReader = new TenantConfigReader(catalog);
        List<String> violations = new ArrayList<>();
        TenantConfig defaults = read(configReader, settings, null, PATH, violations);
        Map<String, TenantConfig> own = new LinkedHashMap<>();
        tenants.forEach(
                (id, tenant) -> {
                    String path = PATH + ".tenants." + id;
                    TenantConfig config =
                            read(configReader, tenant.fields(), settings, path, violations);
                    if (config != null) {
                        own.put(id, config);
                    }
                });
        refuse(violations);
        return new ResolveSettings(
                new RequestLimits(
                        null, reader.maxPassages(), reader.maxTextChars(), null, ANY_SIZE, null),
                new TenantDirectory(defaults, own, unknownTenants),
                catalog,
                settings.deepCopy());
    }

    private static @Nullable TenantConfig read(
            TenantConfigReader configReader,
            JsonNode fields,
            @Nullable JsonNode defaults,
            String path,
            List<String> violations) {
        try {
            return configReader.read(fields, defaults, path);
        } catch (InvalidConfigException e) {
            violations.addAll(e.violations());
            return null;
        }
    }

    private void check(StreamExecutionEnvironment env) {
        List<String> violations = new ArrayList<>();
        checkUid(env, violations);
        checkReader(violations);
        checkTenants(violations);
        checkRoutes(violations);
        models.forEach((alias, model) -> checkModel(alias, model, violations));
        refuse(violations);
    }

    private static void refuse(List<String> violations) {
        if (!violations.isEmpty()) {
            throw new InvalidConfigException(violations);
        }
    }

    private void checkUid(StreamExecutionEnvironment env, List<String> violations) {
        if (uid.isBlank()) {
            violations.add("uid must not be blank");
        }
        String route = uid + "-route";
        if (env.getTransformations().stream().anyMatch(t -> route.equals(t.getUid()))) {
            violations.add(
                    ("the job has another operator with the uid %s-route: give each reranking and"
                                    + " scoring a uid(…) of its own, by which its state is found")
                            .formatted(uid));
        }
    }

    private void checkReader(List<String> violations) {
        if (reader.maxPassages() < 1) {
            violations.add("maxPassages must be at least 1, but is " + reader.maxPassages());
        }
        if (reader.maxTextChars() < 1) {
            violations.add("maxTextChars must be at least 1, but is " + reader.maxTextChars());
        }
        reader.functions().forEach((step, function) -> checkFunction(step, function, violations));
    }

    private static void checkFunction(
            String step, @Nullable Object function, List<String> violations) {
        if (function == null) {
            violations.add(step + " has no function: it is null");
            return;
        }
        try {
            // Of an anonymous class, what it does not use of the class around it is let go.
            ClosureCleaner.clean(function, ExecutionConfig.ClosureCleanerLevel.RECURSIVE, false);
            InstantiationUtil.serializeObject(function);
        } catch (IOException e) {
            violations.add(
                    "%s: the function cannot be sent to the cluster, since it holds what is not Serializable: %s"
                            .formatted(step, e.getMessage()));
        }
    }

    private void checkTenants(List<String> violations) {
        if (unknownTenants == UnknownTenant.HOLD) {
            violations.add(
                    "unknownTenants must be DEFAULTS or REJECT: elements are not held back here");
        }
        if (reader.tenant() == null) {
            Set<String> others = new TreeSet<>(tenants.keySet());
            others.remove(RequestParser.DEFAULT_TENANT);
            if (!others.isEmpty()) {
                violations.add(
                        "tenants %s have settings, but no element is theirs: add tenant(Query::tenant)"
                                .formatted(others));
            }
            if (unknownTenants == UnknownTenant.REJECT
                    && configs == null
                    && !tenants.containsKey(RequestParser.DEFAULT_TENANT)) {
                violations.add(
                        "unknownTenants REJECT rejects every element: add tenant(Query::tenant)");
            }
        }
        tenants.keySet().stream()
                .filter(id -> !RequestParser.TENANT_ID.matcher(id).matches())
                .forEach(
                        id ->
                                violations.add(
                                        "tenant \"%s\" must match %s"
                                                .formatted(id, RequestParser.TENANT_ID.pattern())));
    }

    private void checkRoutes(List<String> violations) {
        List<ObjectNode> all = new ArrayList<>(List.of(settings));
        tenants.values().forEach(tenant -> all.add(tenant.fields()));
        for (ObjectNode fields : all) {
            for (JsonNode route : fields.path("routes")) {
                String attribute = route.path("when").path("field").asText();
                if (!reader.attributes().containsKey(attribute)) {
                    violations.add(
                            "route %s looks at %s, which no attribute(…) gives%s"
                                    .formatted(
                                            route.path("name").asText(),
                                            attribute,
                                            NearestName.hint(
                                                    attribute, reader.attributes().keySet())));
                }
            }
            if (fields.has("interleave") && reader.id() == null) {
                violations.add("interleave needs ids, which toss the coins: add id(Query::id)");
            }
            if (reader.firstStage() == null) {
                firstStageUser(fields)
                        .ifPresent(
                                user ->
                                        violations.add(
                                                user
                                                        + " needs the first stage's scores: add them"
                                                        + " to passages, passages(Query::documents,"
                                                        + " Document::body, Document::score)"));
            }
        }
    }

    /**
     * What in a tenant's settings, or in those that some of its elements get, takes these scores.
     */
    private static Optional<String> firstStageUser(ObjectNode fields) {
        if (fields.findValuesAsText("fusion").contains("z_sum")) {
            return Optional.of("fusion Z_SUM");
        }
        return fields.findValuesAsText("by").contains("first_stage")
                ? Optional.of("candidates by FIRST_STAGE")
                : Optional.empty();
    }

    /** A model that is not on this machine may well be in the cluster. */
    private static void checkModel(String alias, ModelReference model, List<String> violations) {
        try {
            if (model.isHere()) {
                ModelDescriptor.read(model.path(), model.basePath());
            } else {
                LOG.warn(
                        "model {}: {} is not on this machine; if it is not on the TaskManagers"
                                + " either, every element is rejected",
                        alias,
                        model.directory());
            }
        } catch (InvalidCheckpointException e) {
            violations.add("model %s: %s".formatted(alias, e.getMessage()));
        } catch (InvalidPathException e) {
            violations.add(
                    "model %s: \"%s\" is not a path: %s"
                            .formatted(alias, model.directory(), e.getReason()));
        }
    }
}
