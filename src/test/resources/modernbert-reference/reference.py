"""Computes cases.json: scores of small ModernBERT cross-encoders by the classes of transformers and
sentence-transformers.

Not part of the build. Needs Python with torch 2.13, transformers 5.18 and sentence-transformers 6.0; see
README.md for what each number is. Weights are the formula of the project's golden cases, so no weight file is needed.
"""

import json
import os

import numpy as np
import torch
from sentence_transformers.base.modules import Dense
from sentence_transformers.sentence_transformer.modules import LayerNorm, Pooling
from transformers import ModernBertConfig, ModernBertForSequenceClassification, ModernBertModel

MASK = 2**64 - 1
RULES = [["norm", 1, 0.25], ["embeddings", 0, 0.5], ["classifier", 0, 0.5], ["bias", 0, 0.125], ["", 0, 0.25]]


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


def weight(name, shape):
    base, scale = next((b, s) for text, b, s in RULES if text in name)
    v = base + scale * values(name, int(np.prod(shape)))
    return torch.from_numpy(v.astype(np.float32).reshape(shape))


def tokens(label, lengths, vocabulary):
    return [
        [int((v + 1) / 2 * (vocabulary - 4)) + 4 for v in values(f"{label}.{i}", n)]
        for i, n in enumerate(lengths)
    ]


def case(label, lengths, config):
    parsed = ModernBertConfig(**config, attn_implementation="eager")
    model = ModernBertForSequenceClassification(parsed)
    state = model.state_dict()
    for name in state:
        state[name].copy_(weight(name, tuple(state[name].shape)))
    model = model.double().eval()
    ids = tokens(label, lengths, config["vocab_size"])
    scores = []
    with torch.no_grad():
        for row in ids:
            logits = model(input_ids=torch.tensor([row])).logits[0]
            scores.append(float(logits[-1] - logits[0]) if len(logits) == 2 else float(logits[0]))
    return {"name": label, "config": config, "tensors": {n: list(t.shape) for n, t in state.items()},
            "ids": ids, "scores": scores}


def chain(label, lengths, config, modules):
    """A body and the modules of sentence-transformers after it; modules are (folder, class, config.json)."""
    body = ModernBertModel(ModernBertConfig(**config, attn_implementation="eager"))
    parts = [(folder, cls, fields, cls(**arguments(fields))) for folder, cls, fields in modules]
    tensors = {}
    for prefix, module in [("", body)] + [(folder + "/", module) for folder, _, _, module in parts]:
        state = module.state_dict()
        for name in state:
            state[name].copy_(weight(prefix + name, tuple(state[name].shape)))
            tensors[prefix + name] = list(state[name].shape)
        module.double().eval()
    ids = tokens(label, lengths, config["vocab_size"])
    scores = []
    with torch.no_grad():
        for row in ids:
            features = {"token_embeddings": body(input_ids=torch.tensor([row])).last_hidden_state,
                        "attention_mask": torch.ones(1, len(row))}
            for _, _, _, module in parts:
                features = module(features)
            scores.append(float(features["scores"][0, 0]))
    library = "sentence_transformers.models."
    listed = [{"idx": 0, "name": "0", "path": "", "type": library + "Transformer"}]
    listed += [{"idx": i + 1, "name": str(i + 1), "path": folder, "type": library + cls.__name__}
               for i, (folder, cls, _, _) in enumerate(parts)]
    files = {"modules.json": listed} | {folder + "/config.json": fields for folder, _, fields, _ in parts}
    return {"name": label, "config": config, "files": files, "tensors": tensors, "ids": ids, "scores": scores}


def arguments(fields):
    """A module's config.json as its class takes it."""
    fields = dict(fields)
    if "activation_function" in fields:
        fields["activation_function"] = getattr(torch.nn, fields["activation_function"].rsplit(".", 1)[1])()
    return fields


def config(**fields):
    return {"architectures": ["ModernBertForSequenceClassification"], "model_type": "modernbert",
            "pad_token_id": 0, "max_position_embeddings": 512, "id2label": {"0": "LABEL_0"}, **fields}


cases = [
    # As the released files are: names of transformers 4, the window of 128.
    case("first-token", [1, 2, 17, 64, 65, 66, 130, 300], config(
        vocab_size=200, hidden_size=48, intermediate_size=40, num_hidden_layers=4, num_attention_heads=4,
        local_attention=128, global_attn_every_n_layers=3, global_rope_theta=160000.0, local_rope_theta=10000.0,
        classifier_pooling="cls", norm_eps=1e-5)),
    # As transformers 5 saves it; the last layer sees neighbours alone.
    case("mean", [1, 3, 9, 10, 40, 140, 270], config(
        vocab_size=150, hidden_size=32, intermediate_size=72, num_hidden_layers=3, num_attention_heads=2,
        local_attention=16, layer_types=["full_attention", "sliding_attention", "sliding_attention"],
        rope_parameters={"full_attention": {"rope_type": "default", "rope_theta": 5000.0},
                         "sliding_attention": {"rope_type": "default", "rope_theta": 700.0}},
        classifier_pooling="mean", norm_eps=1e-6)),
    # Two labels, biases in the head, another activation, a last layer that sees neighbours alone.
    case("two-labels", [2, 8, 20, 133], config(
        vocab_size=100, hidden_size=24, intermediate_size=24, num_hidden_layers=2, num_attention_heads=3,
        local_attention=10, classifier_bias=True, classifier_activation="tanh",
        id2label={"0": "no", "1": "yes"}, label2id={"no": 0, "yes": 1})),
    # The modules of the Ettin rerankers.
    chain("chain", [1, 4, 16, 33, 150], dict(
        architectures=["ModernBertModel"], model_type="modernbert", vocab_size=120, hidden_size=32,
        intermediate_size=48, num_hidden_layers=4, num_attention_heads=2, local_attention=16, pad_token_id=0,
        max_position_embeddings=512), [
        ("1_Pooling", Pooling, {"embedding_dimension": 32, "pooling_mode": "cls", "include_prompt": True}),
        ("2_Dense", Dense, {"in_features": 32, "out_features": 32, "bias": False,
                            "activation_function": "torch.nn.modules.activation.GELU",
                            "module_input_name": "sentence_embedding",
                            "module_output_name": "sentence_embedding"}),
        ("3_LayerNorm", LayerNorm, {"dimension": 32}),
        ("4_Dense", Dense, {"in_features": 32, "out_features": 1, "bias": True,
                            "activation_function": "torch.nn.modules.linear.Identity",
                            "module_input_name": "sentence_embedding", "module_output_name": "scores"})]),
    # The older names of poolings, defaults where nothing is said, another width between.
    chain("mean-chain", [2, 9, 60], dict(
        architectures=["ModernBertModel"], model_type="modernbert", vocab_size=90, hidden_size=24,
        intermediate_size=32, num_hidden_layers=2, num_attention_heads=3, local_attention=16, pad_token_id=0,
        max_position_embeddings=512), [
        ("1_Pooling", Pooling, {"word_embedding_dimension": 24, "pooling_mode_cls_token": False,
                                "pooling_mode_mean_tokens": True}),
        ("2_Dense", Dense, {"in_features": 24, "out_features": 40}),
        ("3_Dense", Dense, {"in_features": 40, "out_features": 1, "bias": False,
                            "activation_function": "torch.nn.modules.linear.Identity",
                            "module_output_name": "scores"})]),
]

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases.json"), "w") as file:
    file.write('{"rules":' + json.dumps(RULES) + ',"cases":[\n')
    file.write(",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "]}\n")
