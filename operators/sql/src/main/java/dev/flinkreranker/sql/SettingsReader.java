package dev.flinkreranker.sql;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.NearestName;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.batching.BatchSettings;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.checkpoint.Sha256Sums;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ModelDescriptor;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * Reads options. What is wrong with them is one line that names the option: an unknown name with
 * the nearest known one, a value of another type or out of range, and, where the model's folder is
 * on this machine, what the model cannot do.
 */
final class SettingsReader {

    private static final String FIELD_SEPARATOR = "_";
    private static final String OPTION_SEPARATOR = "-";

    private final Configuration options;

    private SettingsReader(Configuration options) {
        this.options = options;
    }

    /** Every option, in the order of the reference. */
    static List<ConfigOption<?>> known() {
        return Stream.of(
                        RerankerOptions.CHECKPOINT,
                        RerankerOptions.SCORING,
                        RerankerOptions.RANKING,
                        RerankerOptions.TERMS)
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Reads options.
     *
     * @param options by name; without those that are Flink's own
     * @throws ValidationException with one line about the first thing that is wrong
     */
    static SqlSettings read(Map<String, String> options) {
        checkNames(options.keySet());
        return new SettingsReader(Configuration.fromMap(options)).settings();
    }

    private static void checkNames(Set<String> names) {
        Set<String> known = known().stream().map(ConfigOption::key).collect(Collectors.toSet());
        for (String name : new TreeSet<>(names)) {
            if (!known.contains(name)) {
                String hint = NearestName.hint(name, known);
                throw new ValidationException(
                        "option '%s' is not known%s"
                                .formatted(
                                        name,
                                        hint.isEmpty()
                                                ? "; known are "
                                                        + String.join(", ", new TreeSet<>(known))
                                                : hint));
            }
        }
    }

    private SqlSettings settings() {
        ModelReference model = model();
        RerankSettings settings = ranking();
        checkModel(model, settings);
        return new SqlSettings(
                model,
                settings,
                tenant(),
                timeout(),
                get(RerankerOptions.ON_ERROR),
                limits(),
                engine());
    }

    private ModelReference model() {
        String directory = get(RerankerOptions.MODEL);
        if (directory == null || directory.isBlank()) {
            throw new ValidationException(
                    "option 'model' is missing: the checkpoint's folder, or its id in the Hub's cache");
        }
        String base = get(RerankerOptions.BASE);
        checkPath(RerankerOptions.MODEL, directory);
        if (base != null) {
            checkPath(RerankerOptions.BASE, base);
        }
        String device = get(RerankerOptions.DEVICE);
        String sha256 = get(RerankerOptions.SHA256);
        String baseSha256 = get(RerankerOptions.BASE_SHA256);
        check("option ", () -> ModelCatalog.checkDevice(device));
        if (sha256 != null) {
            check("option sha256 ", () -> Sha256Sums.parse(sha256));
        }
        if (baseSha256 != null) {
            check("option base-sha256 ", () -> Sha256Sums.parse(baseSha256));
        }
        return new ModelReference(
                directory, get(RerankerOptions.DTYPE), device, null, sha256, base, baseSha256);
    }

    private static void check(String before, Runnable reading) {
        try {
            reading.run();
        } catch (IllegalArgumentException e) {
            throw new ValidationException(before + e.getMessage());
        }
    }

    private static void checkPath(ConfigOption<String> option, String path) {
        try {
            Path.of(path);
        } catch (InvalidPathException e) {
            throw new ValidationException(
                    "option '%s' is not a path: %s".formatted(option.key(), e.getReason()));
        }
    }

    private RerankSettings ranking() {
        Map<String, Object> fields = new HashMap<>();
        fields.put("model", "sql");
        Stream.of(RerankerOptions.SCORING, RerankerOptions.RANKING)
                .flatMap(List::stream)
                .forEach(
                        option -> {
                            Object value = get(option);
                            if (value != null) {
                                fields.put(field(option), value);
                            }
                        });
        try {
            return TenantConfig.read(StrictReader.tree(fields), null, "").settings();
        } catch (InvalidConfigException e) {
            throw new ValidationException("option " + asOptions(e.getMessage()));
        }
    }

    private static void checkModel(ModelReference model, RerankSettings settings) {
        if (!model.isHere()) {
            // It may lie on the TaskManagers alone. There, a row's error says if it does not.
            return;
        }
        List<String> objections = new ArrayList<>();
        try {
            ModelDescriptor descriptor = ModelDescriptor.read(model.path(), model.basePath());
            objections.addAll(descriptor.check(settings.scoring()));
            objections.addAll(descriptor.check(settings.tokenization()));
        } catch (InvalidCheckpointException e) {
            throw new ValidationException("option model: " + e.getMessage());
        }
        if (!objections.isEmpty()) {
            throw new ValidationException("option " + asOptions(String.join("; ", objections)));
        }
    }

    private String tenant() {
        String tenant = get(RerankerOptions.TENANT);
        if (!RequestParser.TENANT_ID.matcher(tenant).matches()) {
            throw new ValidationException(
                    "option 'tenant' must match %s, but is \"%s\""
                            .formatted(RequestParser.TENANT_ID.pattern(), tenant));
        }
        return tenant;
    }

    private @Nullable Duration timeout() {
        Duration timeout = get(RerankerOptions.TIMEOUT);
        if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
            throw new ValidationException("option 'timeout' must be above zero");
        }
        return timeout;
    }

    private RowLimits limits() {
        return new RowLimits(
                positive(RerankerOptions.LIMITS_DOCUMENTS),
                positive(RerankerOptions.LIMITS_TEXT_CHARS),
                positive(RerankerOptions.LIMITS_ROW_CHARS));
    }

    private EngineSettings engine() {
        EngineSettings engine =
                get(RerankerOptions.ENGINE_BATCH_TOKENS) == null
                        ? EngineSettings.defaults()
                        : EngineSettings.ofBatchTokens(
                                positive(RerankerOptions.ENGINE_BATCH_TOKENS));
        BatchSettings batch =
                engine.batch().withMaxPairs(positive(RerankerOptions.ENGINE_BATCH_PAIRS));
        engine =
                engine.withBatch(batch)
                        .withCacheBytes(get(RerankerOptions.ENGINE_CACHE_SIZE).getBytes());
        return get(RerankerOptions.ENGINE_TOKENIZER_THREADS) == null
                ? engine
                : engine.withTokenizerThreads(positive(RerankerOptions.ENGINE_TOKENIZER_THREADS));
    }

    private int positive(ConfigOption<Integer> option) {
        int value = get(option);
        if (value < 1) {
            throw new ValidationException(
                    "option '%s' must be at least 1, but is %d".formatted(option.key(), value));
        }
        return value;
    }

    private <T> @Nullable T get(ConfigOption<T> option) {
        try {
            return options.get(option);
        } catch (IllegalArgumentException e) {
            throw new ValidationException(
                    "option '%s' = '%s': %s"
                            .formatted(
                                    option.key(),
                                    options.toMap().get(option.key()),
                                    rootMessage(e)));
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }

    private static String field(ConfigOption<?> option) {
        return option.key().replace(OPTION_SEPARATOR, FIELD_SEPARATOR);
    }

    /** A line about fields of a tenant's settings, with the options' names for theirs. */
    private static String asOptions(String line) {
        String named = line;
        for (ConfigOption<?> option : known()) {
            named = named.replaceAll("\\b" + field(option) + "\\b", option.key());
        }
        return named;
    }
}
