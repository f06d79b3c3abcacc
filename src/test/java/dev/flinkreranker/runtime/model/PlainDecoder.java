package dev.flinkreranker.runtime.model;

import java.util.Arrays;
import java.util.List;

/**
 * A decoder as its papers write it, in float64: one pair, position by position, every norm by its
 * name in the checkpoint. Knows plain norms, SiLU, tied answers and full attention alone.
 */
record PlainDecoder(
        DecoderDescriptor model, boolean postNorms, boolean headNorms, FormulaWeights formula) {

    /** The logit of the first answer less that of the second, after the last position. */
    double score(long[] ids) {
        double[][] x = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            x[t] = embedding((int) ids[t]);
        }
        for (int layer = 0; layer < model.layers(); layer++) {
            add(x, attention("model.layers." + layer + ".", x));
            add(x, feedForward("model.layers." + layer + ".", x));
        }
        double[] state = norm("model.norm", x[x.length - 1]);
        List<Integer> answers = model.answers().answers();
        return dot(state, embedding(answers.get(0)), 0) - dot(state, embedding(answers.get(1)), 0);
    }

    private double[][] attention(String layer, double[][] x) {
        int size = model.headSize();
        int repeat = model.attentionHeads() / model.keyValueHeads();
        double[][] q = new double[x.length][];
        double[][] k = new double[x.length][];
        double[][] v = new double[x.length][];
        double[][] out = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double[] a = norm(layer + "input_layernorm", x[t]);
            q[t] = rotated(t, heads(layer + "self_attn.q", model.attentionHeads() * size, a));
            k[t] = rotated(t, heads(layer + "self_attn.k", model.keyValueHeads() * size, a));
            v[t] = multiply(layer + "self_attn.v_proj", model.keyValueHeads() * size, a);
            double[] o = new double[model.attentionHeads() * size];
            for (int head = 0; head < model.attentionHeads(); head++) {
                int keys = head / repeat * size;
                double[] shares = new double[t + 1];
                double sum = 0;
                for (int s = 0; s <= t; s++) {
                    double[] key = Arrays.copyOfRange(k[s], keys, keys + size);
                    shares[s] = Math.exp(dot(key, q[t], head * size) / Math.sqrt(size));
                    sum += shares[s];
                }
                for (int s = 0; s <= t; s++) {
                    for (int i = 0; i < size; i++) {
                        o[head * size + i] += shares[s] / sum * v[s][keys + i];
                    }
                }
            }
            o = multiply(layer + "self_attn.o_proj", model.hiddenSize(), o);
            out[t] = postNorms ? norm(layer + "post_attention_layernorm", o) : o;
        }
        return out;
    }

    private double[][] feedForward(String layer, double[][] x) {
        String before = postNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm";
        double[][] out = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double[] m = norm(layer + before, x[t]);
            double[] gate = multiply(layer + "mlp.gate_proj", model.intermediateSize(), m);
            double[] up = multiply(layer + "mlp.up_proj", model.intermediateSize(), m);
            for (int i = 0; i < gate.length; i++) {
                up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
            }
            double[] d = multiply(layer + "mlp.down_proj", model.hiddenSize(), up);
            out[t] = postNorms ? norm(layer + "post_feedforward_layernorm", d) : d;
        }
        return out;
    }

    private double[] heads(String name, int width, double[] a) {
        double[] heads = multiply(name + "_proj", width, a);
        for (int head = 0; headNorms && head < width; head += model.headSize()) {
            double[] one = Arrays.copyOfRange(heads, head, head + model.headSize());
            System.arraycopy(norm(name + "_norm", one), 0, heads, head, one.length);
        }
        return heads;
    }

    private double[] rotated(int position, double[] heads) {
        int half = model.headSize() / 2;
        double[] rotated = new double[heads.length];
        for (int head = 0; head < heads.length; head += model.headSize()) {
            for (int i = 0; i < half; i++) {
                double angle = position * Math.pow(model.ropeTheta(), -(double) i / half);
                double a = heads[head + i];
                double b = heads[head + half + i];
                rotated[head + i] = a * Math.cos(angle) - b * Math.sin(angle);
                rotated[head + half + i] = b * Math.cos(angle) + a * Math.sin(angle);
            }
        }
        return rotated;
    }

    private double[] norm(String name, double[] x) {
        float[] weight = formula.values(name + ".weight", x.length);
        double square = dot(x, x, 0) / x.length + model.epsilon();
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = x[i] / Math.sqrt(square) * weight[i];
        }
        return out;
    }

    private double[] multiply(String name, int outputs, double[] x) {
        float[] matrix = formula.values(name + ".weight", outputs * x.length);
        double[] out = new double[outputs];
        for (int i = 0; i < outputs; i++) {
            for (int j = 0; j < x.length; j++) {
                out[i] += matrix[i * x.length + j] * x[j];
            }
        }
        return out;
    }

    private double[] embedding(int id) {
        int width = model.hiddenSize();
        float[] table = formula.values("model.embed_tokens.weight", model.vocabularySize() * width);
        double[] row = new double[width];
        for (int i = 0; i < width; i++) {
            row[i] = table[id * width + i];
        }
        return row;
    }

    private static void add(double[][] x, double[][] more) {
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < x[t].length; i++) {
                x[t][i] += more[t][i];
            }
        }
    }

    private static double dot(double[] a, double[] b, int from) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[from + i];
        }
        return sum;
    }
}
