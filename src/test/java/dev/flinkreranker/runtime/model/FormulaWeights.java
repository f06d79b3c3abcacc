package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.SafetensorsWriter;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Weights that anybody can make: each is {@code base + amplitude * v}, where v in [-1, 1) comes
 * from the tensor's name and the element's row-major index (FNV-1a, then SplitMix64).
 *
 * @param rules which base and amplitude a name gets; the first match decides
 */
public record FormulaWeights(List<Rule> rules) {

    /** The rules of the golden encoder cases. */
    public static final FormulaWeights ENCODER =
            new FormulaWeights(
                    List.of(
                            new Rule(FormulaWeights::isNormScale, 1, 0.25f),
                            new Rule(name -> name.endsWith("bias"), 0, 0.125f),
                            new Rule(name -> name.contains("embeddings"), 0, 0.5f),
                            new Rule(name -> true, 0, 0.25f)));

    /** The rules of the golden Gemma case. */
    public static final FormulaWeights GEMMA =
            new FormulaWeights(
                    List.of(
                            Rule.naming("norm", 0, 0.25f),
                            Rule.naming("embed_tokens", 0, 0.5f),
                            Rule.naming("", 0, 0.25f)));

    /** The rules of the golden lightweight Gemma 2 case. */
    public static final FormulaWeights GEMMA2 =
            new FormulaWeights(
                    List.of(
                            Rule.naming("norm", 0, 0.25f),
                            Rule.naming("embed_tokens", 0, 0.5f),
                            Rule.naming("lm_head", 0, 2),
                            Rule.naming("q_proj", 0, 1),
                            Rule.naming("k_proj", 0, 1),
                            Rule.naming("", 0, 0.25f)));

    /** The rules of the golden MiniCPM case. */
    public static final FormulaWeights MINICPM =
            new FormulaWeights(
                    List.of(
                            Rule.naming("norm", 1, 0.25f),
                            Rule.naming("embed_tokens", 0, 0.5f),
                            Rule.naming("lm_head", 0, 2),
                            Rule.naming("", 0, 0.25f)));

    /** One rule. */
    public record Rule(Predicate<String> matches, float base, float amplitude) {

        /** A rule for names that contain a text. */
        public static Rule naming(String text, float base, float amplitude) {
            return new Rule(name -> name.contains(text), base, amplitude);
        }
    }

    /** Whether a tensor scales a norm of an encoder, by either of its names. */
    static boolean isNormScale(String name) {
        return name.matches(".*(LayerNorm|emb_ln|norm[12])\\.weight");
    }

    /** The values of a tensor. */
    public float[] values(String name, int count) {
        Rule rule = rules.stream().filter(r -> r.matches().test(name)).findFirst().orElseThrow();
        long hash = 0xcbf29ce484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            long z = hash + (i + 1) * 0x9E3779B97F4A7C15L;
            z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
            z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
            z ^= z >>> 31;
            double v = ((z >>> 40) - 0x1p23) / 0x1p23;
            values[i] = (float) (rule.base() + rule.amplitude() * v);
        }
        return values;
    }

    /** A safetensors file of tensors in the given shapes. */
    public SafetensorsWriter write(Map<String, long[]> shapes, StoredType type) {
        SafetensorsWriter writer = new SafetensorsWriter();
        shapes.forEach(
                (name, shape) -> {
                    int count = 1;
                    for (long dimension : shape) {
                        count *= (int) dimension;
                    }
                    writer.add(name, type, values(name, count), shape);
                });
        return writer;
    }
}
