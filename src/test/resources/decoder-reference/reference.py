"""Computes cases.json: scores of small decoders by transformers' own Gemma, Gemma 2, Llama, Qwen2 and Qwen3 classes.

Not part of the build. Needs Python with torch 2.13 and transformers 5.17; see README.md for what each
number is. Weights are the formula of the project's golden cases, so no weight file is needed.
"""

import json
import os

import numpy as np
import torch
from transformers import Gemma2Config, Gemma2ForCausalLM, GemmaConfig, GemmaForCausalLM
from transformers import LlamaConfig, LlamaModel
from transformers import Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

MASK = 2**64 - 1


def values(name, count):
    """`count` values in [-1, 1): splitmix64 of FNV-1a(name) and the index, 24 bits each."""
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    with np.errstate(over="ignore"):
        z = np.uint64(h) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return ((z >> np.uint64(40)).astype(np.int64) - 2**23) / 2.0**23


# For each architecture: the first rule whose text occurs in the tensor's name gives base and scale.
RULES = {
    "gemma": [["norm", 0, 0.25], ["embed_tokens", 0, 0.5], ["", 0, 0.25]],
    "gemma2": [["norm", 0, 0.25], ["embed_tokens", 0, 0.5], ["lm_head", 0, 2.0],
               ["q_proj", 0, 0.5], ["k_proj", 0, 0.5], ["", 0, 0.25]],
    "llama": [["norm", 1, 0.25], ["embed_tokens", 0, 0.5], ["score", 0, 0.5], ["bias", 0, 1.0], ["", 0, 0.25]],
    "qwen2": [["norm", 1, 0.25], ["embed_tokens", 0, 0.5], ["lm_head", 0, 0.5], ["bias", 0, 1.0], ["", 0, 0.25]],
    "qwen3": [["norm", 1, 0.25], ["embed_tokens", 0, 0.5], ["lm_head", 0, 0.5], ["", 0, 0.25]],
}


def weight(arch, name, shape):
    base, scale = next((b, s) for text, b, s in RULES[arch] if text in name)
    v = base + scale * values(name, int(np.prod(shape)))
    return torch.from_numpy(v.astype(np.float32).reshape(shape))


def load(arch, model):
    state = model.state_dict()
    tied = model.config.tie_word_embeddings
    for name in state:
        if tied and name == "lm_head.weight":
            continue  # the same storage as the embedding
        state[name].copy_(weight(arch, name, tuple(state[name].shape)))
    model.load_state_dict(state)
    return model.double().eval()


def tokens(label, lengths, vocabulary):
    return [
        [int((v + 1) / 2 * (vocabulary - 4)) + 4 for v in values(f"{label}.{i}", n)]
        for i, n in enumerate(lengths)
    ]


def common(layers, d, ffn, vocabulary, heads, kv, head_dim):
    return dict(
        vocab_size=vocabulary, hidden_size=d, intermediate_size=ffn, num_hidden_layers=layers,
        num_attention_heads=heads, num_key_value_heads=kv, head_dim=head_dim,
        max_position_embeddings=512, pad_token_id=0,
    )


def without_head_dim(layers, d, ffn, vocabulary, heads, kv):
    shape = common(layers, d, ffn, vocabulary, heads, kv, d // heads)
    del shape["head_dim"]
    return shape


def theta(config, value):
    config = dict(config)
    config["rope_parameters"] = {"rope_type": "default", "rope_theta": value}
    return config


def last_logits(model, ids, token_ids):
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ids])).logits[0, -1]
    return [float(logits[t]) for t in token_ids]


def gemma(label, shape, lengths, yes):
    model = load("gemma", GemmaForCausalLM._from_config(
        GemmaConfig(**theta(shape, 10000.0), hidden_act="gelu_pytorch_tanh", rms_norm_eps=1e-6),
        attn_implementation="eager"))
    ids = tokens(label, lengths, shape["vocab_size"])
    config = {"architectures": ["GemmaForCausalLM"], "model_type": "gemma", "hidden_act": "gelu",
              "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "rope_scaling": None, **shape}
    return {"name": label, "arch": "gemma", "config": config, "yes": yes, "ids": ids,
            "runs": [{"scores": [[last_logits(model, r, [yes])[0] for r in ids]]}]}


def qwen(arch, classes, label, shape, lengths, yes, no, tied, extra):
    config_class, model_class = classes
    model = load(arch, model_class._from_config(
        config_class(**theta(shape, 1000000.0), **extra, rms_norm_eps=1e-6, tie_word_embeddings=tied),
        attn_implementation="eager"))
    ids = tokens(label, lengths, shape["vocab_size"])
    scores = []
    for row in ids:
        y, n = last_logits(model, row, [yes, no])
        scores.append(y - n)
    config = {"architectures": [model_class.__name__], "model_type": arch, "hidden_act": "silu",
              "rms_norm_eps": 1e-6, "rope_theta": 1000000.0, "rope_scaling": None,
              "use_sliding_window": False, "tie_word_embeddings": tied, **extra, **shape}
    return {"name": label, "arch": arch, "config": config, "yes": yes, "no": no, "ids": ids,
            "runs": [{"scores": [scores]}]}


def qwen2(label, shape, lengths, yes, no, tied):
    return qwen("qwen2", (Qwen2Config, Qwen2ForCausalLM), label, shape, lengths, yes, no, tied, {})


def qwen3(label, shape, lengths, yes, no, tied, bias=False):
    return qwen("qwen3", (Qwen3Config, Qwen3ForCausalLM), label, shape, lengths, yes, no, tied,
                {"attention_bias": bias})


def llama(label, shape, rotation, lengths, pooling, temperature, bias):
    """Every position sees every other: a mask of zeros takes the place of the causal one."""
    model = LlamaModel._from_config(
        LlamaConfig(**shape, rope_parameters=rotation, rms_norm_eps=1e-5, attention_bias=bias),
        attn_implementation="eager")
    state = model.state_dict()
    for name in state:
        state[name].copy_(weight("llama", f"model.{name}", tuple(state[name].shape)))
    model = model.double().eval()
    head = weight("llama", "score.weight", (1, shape["hidden_size"])).double()[0]
    ids = tokens(label, lengths, shape["vocab_size"])
    scores = []
    for row in ids:
        mask = torch.zeros(1, 1, len(row), len(row), dtype=torch.float64)
        with torch.no_grad():
            states = model(input_ids=torch.tensor([row]), attention_mask=mask).last_hidden_state[0]
        pooled = states.mean(0) if pooling == "avg" else states[-1]
        scores.append(float(head @ pooled / temperature))
    scaling = {k: v for k, v in rotation.items() if k != "rope_theta"}
    config = {"architectures": ["LlamaBidirectionalForSequenceClassification"], "model_type": "llama_bidirec",
              "hidden_act": "silu", "rms_norm_eps": 1e-5, "rope_theta": rotation["rope_theta"],
              "rope_scaling": scaling, "attention_bias": bias, "mlp_bias": False, "pooling": pooling,
              "temperature": temperature, "id2label": {"0": "LABEL_0"}, "tie_word_embeddings": True, **shape}
    return {"name": label, "arch": "llama", "config": config, "ids": ids, "runs": [{"scores": [scores]}]}


def gemma2_state(shape, extra, attention, layers, softcap, state):
    """The states after `layers` (a range) of the tower, before the final norm, for one row."""
    config = Gemma2Config(**theta(shape, 10000.0), **extra, rms_norm_eps=1e-6,
                          hidden_activation="gelu_pytorch_tanh")
    model = Gemma2ForCausalLM._from_config(config, attn_implementation=attention)
    model = load("gemma2", model).model
    seen = []
    model.layers = torch.nn.ModuleList([model.layers[i] for i in layers])
    for i, layer in enumerate(model.layers):
        layer.register_forward_pre_hook(
            lambda m, a, k: seen.append(a[0] if a else k["hidden_states"]), with_kwargs=True)
    model.norm = torch.nn.Identity()
    model.config.num_hidden_layers = len(layers)
    model.config.layer_types = [model.config.layer_types[i] for i in layers]
    with torch.no_grad():
        # Ids are embedded and scaled; a state goes on as it is.
        given = {"input_ids": torch.tensor([state])} if isinstance(state, list) else {"inputs_embeds": state}
        final = model(**given, use_cache=False).last_hidden_state
    return [s[0] for s in seen] + [final[0]], load_norm(shape, extra)


def load_norm(shape, extra):
    return 1.0 + weight("gemma2", "model.norm.weight", (shape["hidden_size"],)).double()


def merged(x, query, prompt, ratio):
    passage = x.shape[0] - query - prompt
    groups = [x[query + i : min(query + i + ratio, query + passage)].mean(0) for i in range(0, passage, ratio)]
    return torch.cat([x[:query]] + [g[None] for g in groups] + [x[query + passage :]])


def gemma2(label, shape, extra, lengths, query, prompt, runs):
    ids = tokens(label, lengths, shape["vocab_size"])
    n = shape["num_hidden_layers"]
    start = extra["start_layer"]
    tower = {k: v for k, v in extra.items() if k not in ("start_layer", "layer_sep")}
    out = []
    for run in runs:
        attention = "eager" if run["softcap"] else "sdpa"
        positional = [[] for _ in run["cutoffs"]]
        by_layer = [[] for _ in run["cutoffs"]]
        for row, ql in zip(ids, query):
            stops = sorted(set(run["compress_layers"]) | {n})
            states = {}
            current, done = row, 0
            for stop in stops:
                seen, norm = gemma2_state(shape, tower, attention, range(done, stop), run["softcap"], current)
                for i, s in enumerate(seen):
                    states.setdefault(done + i, s)
                current = merged(seen[-1], ql, prompt, run["ratio"])[None] if stop < n else None
                if stop < n:
                    # A cutoff at the compress layer sees the state before the merge.
                    states[stop] = seen[-1]
                done = stop
            for j, c in enumerate(run["cutoffs"]):
                x = states[c][-1]
                state = x * torch.rsqrt((x * x).mean() + 1e-6) * norm
                for heads, head in ((positional, j), (by_layer, c - start)):
                    w = weight("gemma2", f"lm_head.{head}.linear_head.weight", (1, shape["hidden_size"])).double()
                    heads[j].append(float(30.0 * torch.tanh((w[0] * state).sum() / 30.0)))
        out.append({**run, "scores": positional, "scores_by_layer": by_layer})
    config = {"architectures": ["CostWiseGemmaForCausalLM"], "model_type": "cost_wise_gemma",
              "hidden_act": "gelu_pytorch_tanh", "hidden_activation": "gelu_pytorch_tanh",
              "rms_norm_eps": 1e-6, "rope_theta": 10000.0, **shape, **extra}
    return {"name": label, "arch": "gemma2", "config": config, "ids": ids, "query_lengths": query,
            "prompt_length": prompt, "runs": out}


def main():
    llama3 = {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
              "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
    cases = [
        gemma("gemma-mha", common(5, 40, 96, 300, 3, 3, 10), [1, 2, 17, 33, 5], 11),
        gemma("gemma-gqa2-odd-head", common(4, 56, 72, 300, 4, 2, 18), [40, 7, 23, 40], 250),
        gemma("gemma-gqa4", common(8, 64, 128, 300, 8, 2, 14), [29, 12, 64], 77),
        gemma("gemma-gqa8-long", common(3, 48, 80, 300, 8, 1, 6), [300, 9, 257, 31], 5),
        llama("llama-avg", common(4, 64, 96, 320, 8, 2, 16), llama3, [31, 8, 90, 1], "avg", 0.7, False),
        llama("llama-last-biased", common(3, 48, 80, 320, 4, 4, 12), llama3, [12, 70, 5], "last", 1.0, True),
        qwen2("qwen2-tied", without_head_dim(4, 48, 96, 320, 4, 2), [31, 8, 50, 1], 16, 15, True),
        qwen2("qwen2-untied", without_head_dim(6, 60, 128, 320, 6, 1), [5, 70, 22, 22], 9, 301, False),
        qwen3("qwen3-biased", common(3, 48, 96, 320, 4, 2, 16), [12, 40, 7], 211, 47, True, bias=True),
        qwen3("qwen3-tied", common(4, 48, 96, 320, 6, 2, 12), [31, 8, 50], 211, 47, True),
        qwen3("qwen3-untied", common(6, 64, 128, 320, 4, 4, 26), [5, 70, 22, 22], 9, 301, False),
    ]
    extra = dict(query_pre_attn_scalar=10, sliding_window=24, attn_logit_softcapping=50.0,
                 final_logit_softcapping=30.0, start_layer=2, layer_sep=1)
    runs = []
    for softcap in (False, True):
        runs += [
            dict(softcap=softcap, cutoffs=[7], ratio=1, compress_layers=[]),
            dict(softcap=softcap, cutoffs=[2, 3, 5, 7], ratio=1, compress_layers=[]),
            dict(softcap=softcap, cutoffs=[4, 7], ratio=2, compress_layers=[3]),
            dict(softcap=softcap, cutoffs=[3, 6], ratio=3, compress_layers=[1, 3, 5]),
        ]
    lengths, query, prompt = [45, 12, 300, 30, 280], [9, 4, 20, 25, 11], 5
    cases.append(gemma2("gemma2-window", common(7, 48, 96, 300, 8, 1, 12), extra, lengths, query, prompt, runs))
    extra = dict(extra, query_pre_attn_scalar=17, sliding_window=4096)
    cases.append(gemma2("gemma2-gqa4-empty-passage", common(5, 64, 80, 300, 8, 2, 14), extra,
                        [16, 21, 60], [11, 6, 7], 5,
                        [dict(softcap=True, cutoffs=[5], ratio=4, compress_layers=[2]),
                         dict(softcap=False, cutoffs=[2, 5], ratio=8, compress_layers=[2, 4])]))
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases.json")
    with open(path, "w") as f:
        lines = ",\n".join(json.dumps({**c, "rules": RULES[c["arch"]]}) for c in cases)
        f.write('{"cases": [\n' + lines + "\n]}\n")


if __name__ == "__main__":
    main()
