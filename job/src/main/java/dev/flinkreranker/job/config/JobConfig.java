package dev.flinkreranker.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.tenant.TenantConfigReader;
import dev.flinkreranker.operators.tenant.TenantDirectory;
import dev.flinkreranker.operators.tenant.TenantRecords;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import dev.flinkreranker.runtime.engine.ModelReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a streaming job; {@code example-stream.yaml} shows every field with what it
 * means.
 *
 * @param name the job's name: letters, digits, {@code _ . -}; it begins the transactional ids, so
 *     two jobs on one Kafka cluster need different ones
 * @param parallelism the job's parallelism; null for Flink's own setting
 * @param requests where requests come from
 * @param results where results go
 * @param deadLetters where events go that get no result
 * @param overflow where requests wait that exceed their tenant's share; null for nowhere
 * @param usage where usage is written; null for nowhere
 * @param kafka properties of every Kafka client
 * @param source properties of the consumer, over {@code kafka}
 * @param sink properties of the producers, over {@code kafka}
 * @param delivery what is promised about delivery
 * @param rerank how the rerank operator works
 * @param limits what an event may be at most
 * @param models the models' catalogue, by alias
 * @param defaults fields of the tenants' configs where they do not set them; null for none
 * @param tenants the tenants' configs, by id
 * @param tenantConfigs where tenants' configs come from while the job runs, over those here; null
 *     for nowhere
 * @param unknownTenant what becomes of requests of other tenants
 */
public record JobConfig(
        String name,
        @Nullable Integer parallelism,
        RequestsConfig requests,
        ResultsConfig results,
        TopicConfig deadLetters,
        @Nullable OverflowConfig overflow,
        @Nullable UsageConfig usage,
        Map<String, JsonNode> kafka,
        Map<String, JsonNode> source,
        Map<String, JsonNode> sink,
        DeliveryConfig delivery,
        RerankConfig rerank,
        RequestLimits limits,
        Map<String, ModelConfig> models,
        @Nullable JsonNode defaults,
        Map<String, JsonNode> tenants,
        @Nullable TenantTopicConfig tenantConfigs,
        UnknownTenant unknownTenant) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

    /** Fills in defaults and checks what concerns one field. */
    @NullUnmarked
    public JobConfig {
        name = Objects.requireNonNullElse(name, "flink-reranker");
        if (!NAME.matcher(name).matches()) {
            throw new InvalidConfigException(
                    "name must match " + NAME.pattern() + ", but is \"" + name + "\"");
        }
        if (name.equals(".") || name.equals("..")) {
            throw new InvalidConfigException(
                    "name must not be . or .., which are no folders of their own");
        }
        if (parallelism != null) {
            FieldChecks.atLeast(1, "parallelism", parallelism, 1);
        }
        present("requests", requests);
        present("results", results);
        present("dead_letters", deadLetters);
        kafka = copy(kafka);
        source = copy(source);
        sink = copy(sink);
        delivery = Objects.requireNonNullElse(delivery, DeliveryConfig.defaults());
        rerank = Objects.requireNonNullElse(rerank, RerankConfig.defaults());
        limits = Objects.requireNonNullElse(limits, RequestLimits.defaults());
        models = copy(models);
        models.forEach((alias, model) -> present("models." + alias, model));
        tenants = copy(tenants);
        unknownTenant = Objects.requireNonNullElse(unknownTenant, UnknownTenant.DEFAULTS);
    }

    private static void present(String name, @Nullable Object section) {
        if (section == null) {
            throw new InvalidConfigException(name + " is missing");
        }
    }

    private static <V> Map<String, V> copy(@Nullable Map<String, V> map) {
        return map == null ? Map.of() : new TreeMap<>(map);
    }

    /**
     * The overflow topic as the job uses it: a job that ends by itself has none, since it would end
     * before what it set aside has come back.
     */
    public @Nullable OverflowConfig overflowInUse() {
        return requests.bounded() ? null : overflow;
    }

    /** The consumer group of the overflow topic. */
    public String overflowGroup() {
        return requests.group() + "-overflow";
    }

    /** The models' catalogue. */
    public ModelCatalog catalog() {
        Map<String, ModelReference> references = new TreeMap<>();
        models.forEach((alias, model) -> references.put(alias, model.reference()));
        return new ModelCatalog(references, preloaded());
    }

    /**
     * Unless told otherwise, the models of the defaults alone: a job without them would do nothing.
     */
    private Set<String> preloaded() {
        Set<String> needed = new TreeSet<>();
        if (defaults != null) {
            needed.add(defaults.path("model").asText());
            defaults.path("stages").forEach(stage -> needed.add(stage.path("model").asText()));
        }
        Set<String> preloaded = new TreeSet<>();
        models.forEach(
                (name, model) -> {
                    if (Objects.requireNonNullElse(model.preload(), needed.contains(name))) {
                        preloaded.add(name);
                    }
                });
        return preloaded;
    }

    /** Decides what records of the tenants' topic change. */
    public TenantRecords tenantRecords() {
        return new TenantRecords(catalog(), defaults);
    }

    /**
     * The tenants' configs of this file.
     *
     * @throws InvalidConfigException with every violation, by what models can do too where their
     *     directories can be read here
     */
    public TenantDirectory directory() {
        List<String> violations = new ArrayList<>();
        Map<String, TenantConfig> configs = new TreeMap<>();
        TenantConfigReader reader = new TenantConfigReader(catalog());
        TenantConfig base = null;
        try {
            base = reader.read(defaults, null, "defaults");
        } catch (InvalidConfigException e) {
            violations.addAll(e.violations());
        }
        for (Map.Entry<String, JsonNode> tenant : tenants.entrySet()) {
            try {
                configs.put(
                        tenant.getKey(),
                        reader.read(tenant.getValue(), defaults, "tenants." + tenant.getKey()));
            } catch (InvalidConfigException e) {
                violations.addAll(e.violations());
            }
        }
        if (!violations.isEmpty()) {
            throw new InvalidConfigException(violations.stream().distinct().toList());
        }
        return new TenantDirectory(base, configs, unknownTenant);
    }

    /**
     * The models whose directories cannot be read here, one line each. What settings ask of them is
     * checked where the job runs.
     */
    public List<String> unread() {
        return models.entrySet().stream()
                .filter(model -> !model.getValue().reference().isHere())
                .map(
                        model ->
                                ("models.%s: %s is not here, so what settings ask of this model is"
                                                + " checked where the job runs")
                                        .formatted(model.getKey(), model.getValue().directory()))
                .toList();
    }
}
