"""golden.json: scores that the unmodified references gave to tiny models, whose weights a formula makes."""
import json, os, re

import torch

from programs import ATTRIBUTES, Decoder, Encoder, Model, joint, slots

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/test/resources/golden.json")

# By what a tensor's name contains: the middle of its values, and how far they lie from it. As FormulaWeights has them.
RULES = {
    "xlm_roberta": [(r"LayerNorm.weight$", 1, 0.25), ("bias$", 0, 0.125), ("embeddings", 0, 0.5), ("", 0, 0.25)],
    "gemma": [("norm", 0, 0.25), ("embed_tokens", 0, 0.5), ("", 0, 0.25)],
    "layerwise_minicpm": [("norm", 1, 0.25), ("embed_tokens", 0, 0.5), ("lm_head", 0, 2), ("", 0, 0.25)],
    "costwise_gemma2": [("norm", 0, 0.25), ("embed_tokens", 0, 0.5), ("lm_head", 0, 2), ("[qk]_proj", 0, 1), ("", 0, 0.25)],
}
ENCODER_LAYER = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
                 "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm")
LAYER = {"attention_norm": "input_layernorm", "q_matrix": "self_attn.q_proj", "k_matrix": "self_attn.k_proj",
         "v_matrix": "self_attn.v_proj", "o_matrix": "self_attn.o_proj", "gate_matrix": "mlp.gate_proj",
         "up_matrix": "mlp.up_proj", "down_matrix": "mlp.down_proj"}
NORMS = {"feed_forward_norm": "post_attention_layernorm"}
POST_NORMS = {"post_attention_norm": "post_attention_layernorm", "feed_forward_norm": "pre_feedforward_layernorm",
              "post_feed_forward_norm": "post_feedforward_layernorm"}


def signed(value):
    """64 bits as torch holds them."""
    return (value + 2**63) % 2**64 - 2**63


def values(name, shape, base, amplitude):
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 % 2**64
    count = torch.Size(shape).numel()
    z = signed(state) + torch.arange(1, count + 1) * signed(0x9E3779B97F4A7C15)
    for bits, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        z = (z ^ (z >> bits & 2 ** (64 - bits) - 1)) * signed(factor)
    v = ((z >> 40 & 2**24 - 1).double() - 2.0**23) / 2.0**23
    return (base + amplitude * v).float().view(shape)


class Weights:
    """The weights of a case, taken one after another."""

    def __init__(self, arch, shapes):
        self.arch, self.shapes, self.taken = arch, shapes, []

    def take(self, name, use="compute", joint=""):
        base, amplitude = next(rule[1:] for rule in RULES[self.arch] if re.search(rule[0], name))
        self.taken.append((values(name, self.shapes[name], base, amplitude), use, joint))


def encoder_names(layers):
    """What the reference calls the weights of an encoder, in the order of ours."""
    body = "roberta.embeddings."
    places = [body + "LayerNorm", "classifier.dense", "classifier.out_proj"]
    for i in range(layers):
        places += [f"roberta.encoder.layer.{i}.{place}" for place in ENCODER_LAYER]
    tables = [f"{body}{table}_embeddings.weight" for table in ("word", "position", "token_type")]
    return tables + [f"{place}.{part}" for place in places for part in ("weight", "bias")]


def decoder_layer(post_norms):
    """What the reference calls the matrices and norms of a decoder's layer."""
    return {**LAYER, **(POST_NORMS if post_norms else NORMS)}


class GoldenEncoder(Encoder):

    def __init__(self, config, weights):
        for name in encoder_names(config["num_hidden_layers"]):
            attention, own, _ = name.partition("self.")
            joint = attention + name.rpartition(".")[2] if own else ""
            weights.take(name, "float32" if name.startswith("classifier") else "compute", joint)
        attributes = dict(threads=1, row_grid=ATTRIBUTES["row_grid"], heads=config["num_attention_heads"],
                          eps=config["layer_norm_eps"], first_layer=9, layer_weights=16)
        Model.__init__(self, "encoder", ["kept.py"], attributes, weights.taken, "cpu")
        self.layers, self.first_position = config["num_hidden_layers"], config["pad_token_id"] + 1


class GoldenDecoder(Decoder):

    def __init__(self, case, weights):
        arch, config = case["arch"], case["config"]
        gemma, capped = arch != "layerwise_minicpm", arch == "costwise_gemma2"
        norm = "offset" if gemma else "compute"
        heads, self.layers = config["num_attention_heads"], config["num_hidden_layers"]
        head = config.get("head_dim", config["hidden_size"] // heads)
        weights.take("model.embed_tokens.weight")
        weights.take("model.norm.weight", "offset" if gemma else "float32")
        if "yes_id" not in case:
            for i in range(self.layers - config["start_layer"] + 1):
                weights.take(f"lm_head.{i}.linear_head.weight", "float32")
        own = dict(embedding=0, final_norm=1, first_head=2, first_layer=len(weights.taken), heads=heads,
                   kv_heads=config["num_key_value_heads"], head_dim=head, eps=config["rms_norm_eps"], offset_norm=gemma,
                   silu=not gemma, attention_scale=config.get("query_pre_attn_scalar", head) ** -0.5)
        if "yes_id" in case:
            own.update(answer_table=0, yes=case["yes_id"])
        if gemma:
            own.update(embedding_scale=config["hidden_size"] ** 0.5)
        else:
            own.update(embedding_scale=float(config["scale_emb"]), residual_scale=config["scale_depth"] / self.layers**0.5)
        if capped:
            own.update(window=config["sliding_window"], attention_softcap=config["attn_logit_softcapping"],
                       final_softcap=config["final_logit_softcapping"])
        layer = decoder_layer(capped)
        for i in range(self.layers):
            for slot, name in layer.items():
                weights.take(f"model.layers.{i}.{name}.weight", norm if "norm" in slot else "compute", joint(i, slot))
        attributes = {**ATTRIBUTES, **slots(list(layer)), **own}
        Model.__init__(self, "decoder", ["rotation.py", "kept.py"], attributes, weights.taken, "cpu")
        self.arch, self.first_cutoff = arch, config.get("start_layer", self.layers)

    def settings(self, case, run):
        """What a run asks for, quirks of the reference included (see DecoderGoldenTest)."""
        asked = run.get("cutoff_layers")
        kept = [c for c in asked if self.first_cutoff <= c <= self.layers] if asked else [self.layers]
        cutoffs = sorted(set(kept))
        ratio = run.get("compress_ratio") or 1
        heads = [c - self.first_cutoff for c in kept[:len(cutoffs)]] if self.arch == "layerwise_minicpm" else range(len(cutoffs))
        compress = sorted(set(run.get("compress_layer") or [])) if ratio > 1 else []
        return dict(softcap=run.get("attn") == "eager", ratio=ratio, compress=[c for c in compress if 0 < c < cutoffs[-1]],
                    cutoffs=cutoffs, heads=heads, queries=case.get("query_lengths"), prompt=case.get("prompt_length", 0))


def cases():
    """Each model of the file: its name, the model, ids of pairs, and for each run settings and scores [cutoffs, pairs]."""
    with open(FILE, encoding="utf-8") as file:
        golden = json.load(file)
    names = {"xlm_roberta": "xlmr", "layerwise_minicpm": "minicpm", "costwise_gemma2": "gemma2"}
    for case in golden["cases"]:
        arch = case["arch"]
        weights = Weights(arch, golden["tensors"][names.get(arch, arch)])
        encoder = arch == "xlm_roberta"
        model = GoldenEncoder(case["config"], weights) if encoder else GoldenDecoder(case, weights)
        runs = []
        for run in case["runs"]:
            scores = torch.tensor(run["scores_reference_fp32"])
            runs.append(({} if encoder else model.settings(case, run), scores if scores.dim() > 1 else scores[None]))
        yield arch, model, case["input_ids"], runs
