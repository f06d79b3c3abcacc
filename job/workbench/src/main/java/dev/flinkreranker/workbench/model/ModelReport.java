package dev.flinkreranker.workbench.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredTensor;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.checkpoint.WeightsFingerprint;
import dev.flinkreranker.runtime.model.BatchMemory;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.DeclaredScore;
import dev.flinkreranker.runtime.model.ModelDescriptor;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.Gpu;
import dev.flinkreranker.runtime.program.MatrixLayout;
import dev.flinkreranker.runtime.program.WeightMemory;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The facts about a checkpoint that can be used. Bytes are counted in units of 1000. */
final class ModelReport {

    private static final int BATCH_TOKENS = 8192;

    /** How a CPU runs the model in each format, whether or not this one can. */
    private static final Map<String, ExecutionPlan> ON_CPU =
            new TreeMap<>(
                    Map.of(
                            "float32", ExecutionPlan.of(ComputeDevice.CPU, StoredType.F32),
                            "bfloat16", ExecutionPlan.of(ComputeDevice.CPU, StoredType.BF16),
                            "int8", ExecutionPlan.onCpu(StoredType.F32, MatrixLayout.INT8)));

    /** Of compute capability 8.0 or more, which all formats need. */
    private static final Gpu GPU = new Gpu(80);

    private final Checkpoint checkpoint;
    private final ModelDescriptor model;
    private final int maxLength;
    private final ScoringSettings settings;
    private final TokenCounts tokens;
    private final String pair;
    private final DeclaredScore declared;
    private final ComputeDevice device;

    /**
     * @param maxLength what {@code max_length} is where nobody says it
     * @param settings settings that the model has nothing against
     * @param tokens the pair whose operations are counted
     * @param pair what the tokens of a pair spell
     * @param declared what the checkpoint says of scores
     * @param device whose memory is counted; need not be there
     */
    ModelReport(
            Checkpoint checkpoint,
            ModelDescriptor model,
            int maxLength,
            ScoringSettings settings,
            TokenCounts tokens,
            String pair,
            DeclaredScore declared,
            ComputeDevice device) {
        this.checkpoint = checkpoint;
        this.model = model;
        this.maxLength = maxLength;
        this.settings = settings;
        this.tokens = tokens;
        this.pair = pair;
        this.declared = declared;
        this.device = device;
    }

    /** Lines of a name and a value. */
    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "directory", checkpoint.directory().toString());
        line(text, "architecture", model.family());
        line(text, "supported", "yes");
        line(
                text,
                "layers",
                "%d of width %d; heads at %s"
                        .formatted(model.layers(), model.hiddenSize(), heads()));
        line(text, "a pair", TextNode.valueOf(pair).toString());
        line(text, "score", model.formula());
        line(text, "", "raw; " + library());
        line(text, "parameters", "%,d".formatted(model.parameters()));
        line(text, "vocabulary", "%,d".formatted(model.vocabularySize()));
        line(
                text,
                "longest pair",
                model.maxTokens() == Integer.MAX_VALUE
                        ? "any length"
                        : "%,d tokens".formatted(model.maxTokens()));
        line(text, "max_length", "%,d tokens by default".formatted(maxLength));
        line(
                text,
                "weights",
                "%s in %d file%s"
                        .formatted(
                                bytesByType().entrySet().stream()
                                        .map(e -> e.getKey() + " " + bytes(e.getValue()))
                                        .collect(Collectors.joining(", ")),
                                files(),
                                files() == 1 ? "" : "s"));
        line(text, "dtype auto", auto().name().toLowerCase(Locale.ROOT) + " " + where());
        line(text, "fingerprint", fingerprint());
        plans().forEach(
                        (name, plan) -> {
                            WeightMemory weights = weightMemory(plan);
                            BatchMemory batch = model.batchMemory(plan);
                            line(
                                    text,
                                    "in " + name,
                                    "weights %s mapped + %s converted"
                                            .formatted(
                                                    bytes(weights.mapped()),
                                                    bytes(weights.converted())));
                            line(
                                    text,
                                    "",
                                    "call at most %,d B x its tokens + %,d B x its longest pair + %,d B"
                                            .formatted(
                                                    batch.perToken(),
                                                    batch.perTokenOfLongest(),
                                                    batch.fixed()));
                            line(
                                    text,
                                    "",
                                    "  = %s at %,d tokens and a longest pair of %,d"
                                            .formatted(
                                                    bytes(
                                                            batch.bytes(
                                                                    BATCH_TOKENS, tokens.total())),
                                                    BATCH_TOKENS,
                                                    tokens.total()));
                            if (model.prefixBytes(plan) > 0) {
                                line(
                                        text,
                                        "",
                                        "keys and values kept for later calls at most "
                                                + bytes(model.prefixBytes(plan)));
                            }
                        });
        line(
                text,
                "FLOPs per pair",
                "%s for %d + %d + %d tokens"
                        .formatted(
                                scaled(flops(), "FLOP"),
                                tokens.query(),
                                tokens.passage(),
                                tokens.prompt()));
        if (flops() != fullFlops()) {
            line(
                    text,
                    "saved",
                    "%.1f %% of %s with every layer and no compression"
                            .formatted(100 * saved(), scaled(fullFlops(), "FLOP")));
        }
        return text.toString();
    }

    /** The same as one object: sizes in bytes, operations as whole numbers, shares from 0 to 1. */
    ObjectNode json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("directory", checkpoint.directory().toString());
        root.put("supported", true);
        root.put("architecture", model.family());
        root.put("layers", model.layers());
        model.cutoffLayers().forEach(root.putArray("cutoff_layers")::add);
        root.put("pair", pair);
        root.put("score", model.formula());
        root.put("declared_activation", declared.activation());
        root.put("hidden_size", model.hiddenSize());
        root.put("attention_heads", model.attentionHeads());
        root.put("intermediate_size", model.intermediateSize());
        root.put("parameters", model.parameters());
        root.put("vocabulary_size", model.vocabularySize());
        if (model.maxTokens() != Integer.MAX_VALUE) {
            root.put("max_tokens", model.maxTokens());
        }
        root.put("default_max_length", maxLength);
        ObjectNode weights = root.putObject("weight_bytes");
        bytesByType().forEach((type, size) -> weights.put(type.name(), size));
        root.put("files", files());
        root.put("dtype_auto", auto().name().toLowerCase(Locale.ROOT));
        root.put("weights_fingerprint", fingerprint());
        ObjectNode memory = root.putObject("memory");
        plans().forEach(
                        (name, plan) -> {
                            WeightMemory weight = weightMemory(plan);
                            BatchMemory batch = model.batchMemory(plan);
                            memory.putObject(name)
                                    .put("weights_mapped", weight.mapped())
                                    .put("weights_converted", weight.converted())
                                    .put("batch_per_token", batch.perToken())
                                    .put(
                                            "batch_per_token_of_longest_pair",
                                            batch.perTokenOfLongest())
                                    .put("batch_fixed", batch.fixed())
                                    .put("kept_prefixes", model.prefixBytes(plan));
                        });
        root.putObject("tokens")
                .put("query", tokens.query())
                .put("passage", tokens.passage())
                .put("prompt", tokens.prompt());
        root.put("flops", flops());
        root.put("flops_full", fullFlops());
        root.put("flops_saved", saved());
        return root;
    }

    /** What {@code auto} comes to: on this machine's CPU, or on a GPU that has all formats. */
    private ComputeType auto() {
        return device.isCpu()
                ? ComputeType.AUTO.on(device, model.fitsFloat16())
                : ComputeType.BFLOAT16;
    }

    private String where() {
        return device.isCpu()
                ? "on this machine's CPU"
                : "from compute capability 8.0 on, %s below"
                        .formatted(model.fitsFloat16() ? "float16" : "float32");
    }

    /** How the device runs the model in each format that it can have. */
    private Map<String, ExecutionPlan> plans() {
        if (device.isCpu()) {
            return ON_CPU;
        }
        Map<String, ExecutionPlan> plans = new TreeMap<>();
        plans.put("float32", ExecutionPlan.onGpu(device, StoredType.F32, GPU));
        plans.put("bfloat16", ExecutionPlan.onGpu(device, StoredType.BF16, GPU));
        if (model.fitsFloat16()) {
            plans.put("float16", ExecutionPlan.onGpu(device, StoredType.F16, GPU));
        }
        return plans;
    }

    private String library() {
        return "Sentence Transformers takes %s of it, %s"
                .formatted(
                        declared.name(),
                        declared.source().isEmpty()
                                ? "its default"
                                : "as " + declared.source() + " says");
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("%-16s%s%n".formatted(name, value));
    }

    private String heads() {
        List<Integer> heads = model.cutoffLayers();
        int first = heads.get(0);
        int last = heads.get(heads.size() - 1);
        boolean all = heads.size() > 2 && heads.size() == last - first + 1;
        return all
                ? first + " to " + last
                : heads.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private Map<StoredType, Long> bytesByType() {
        Map<StoredType, Long> sizes = new EnumMap<>(StoredType.class);
        for (StoredTensor tensor : checkpoint.tensors().values()) {
            sizes.merge(tensor.type(), tensor.bytes(), Long::sum);
        }
        return sizes;
    }

    private long files() {
        return checkpoint.tensors().values().stream().map(StoredTensor::file).distinct().count();
    }

    private String fingerprint() {
        return WeightsFingerprint.of(checkpoint.directory(), checkpoint.baseDirectory());
    }

    private WeightMemory weightMemory(ExecutionPlan plan) {
        List<Integer> cutoffs = settings.cutoffLayers();
        int deepest = cutoffs.isEmpty() ? model.layers() : cutoffs.get(cutoffs.size() - 1);
        return WeightMemory.of(checkpoint, model.weights(), deepest, plan.fitting(model.weights()));
    }

    private long flops() {
        return model.flops(tokens.pair(), settings);
    }

    private long fullFlops() {
        return model.flops(tokens.pair(), ScoringSettings.defaults());
    }

    private double saved() {
        return 1 - (double) flops() / fullFlops();
    }

    private static String bytes(long bytes) {
        return scaled(bytes, "B");
    }

    /** {@code 2.27 GB}: three digits and a unit. */
    private static String scaled(double value, String unit) {
        String[] prefixes = {"", "k", "M", "G", "T", "P"};
        int power = 0;
        double scaled = value;
        while (scaled >= 1000 && power < prefixes.length - 1) {
            scaled /= 1000;
            power++;
        }
        return String.format(
                Locale.ROOT, power == 0 ? "%.0f %s%s" : "%.2f %s%s", scaled, prefixes[power], unit);
    }
}
