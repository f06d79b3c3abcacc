"""The same models in transformers: its classes with our weights, and its own forward of a padded batch in bfloat16."""
import itertools, os

import torch

from golden import decoder_layer, encoder_names
from programs import WORDS, Decoder, Encoder, ModernBert

# Kernels that are not at hand are not fetched.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

PADDING = 1


def forward(model, attention, ids, softcap=False):
    """A call without arguments that scores pairs of ids as transformers does with that way to attend: [pairs] scores."""
    family = {Encoder: encoder, ModernBert: modernbert, Decoder: decoder}[type(model)]
    longest = max(len(pair) for pair in ids)
    padded = torch.tensor([pair + [PADDING] * (longest - len(pair)) for pair in ids], device=model.device)
    score = family(model, padded, (padded != PADDING).long(), attention, softcap)
    return torch.inference_mode()(score)


def encoder(model, ids, mask, attention, _):
    from transformers import XLMRobertaConfig, XLMRobertaForSequenceClassification

    config = XLMRobertaConfig(**shape(model, model.attributes["heads"], model.width, model.inner, attention), num_labels=1,
                              layer_norm_eps=model.attributes["eps"], max_position_embeddings=8194, type_vocab_size=2)
    names = encoder_names(model.layers)
    weights = [weight.roll(PADDING + 1, 0) if "position" in name else weight for name, weight in zip(names, model.tensors())]
    their = with_weights(XLMRobertaForSequenceClassification, config, names, weights)
    return lambda: their(ids, attention_mask=mask).logits[:, 0]


def modernbert(model, ids, mask, attention, _):
    from transformers import ModernBertConfig, ModernBertForSequenceClassification

    config = ModernBertConfig(**shape(model, model.attributes["heads"], model.width, model.inner, attention), num_labels=1,
                              classifier_pooling="mean" if model.attributes["mean"] else "cls",
                              local_attention=2 * model.reach, reference_compile=False, cls_token_id=2,
                              sep_token_id=3)
    names = ["model.embeddings.tok_embeddings.weight", "model.embeddings.norm.weight", "model.final_norm.weight",
             "head.dense.weight", "head.norm.weight", "classifier.weight", "classifier.bias"]
    layer = ["attn_norm", *["attn.Wqkv"] * 3, "attn.Wo", "mlp_norm", *["mlp.Wi"] * 2, "mlp.Wo"]
    for i in range(model.layers):
        names += [f"model.layers.{i}.{place}.weight" for place in layer[int(i == 0):]]
    their = with_weights(ModernBertForSequenceClassification, config, names, model.tensors())
    return lambda: their(ids, attention_mask=mask).logits[:, 0]


def decoder(model, ids, mask, attention, softcap):
    """Layers without logits of a vocabulary, and the head's product with the last state of each pair."""
    import transformers

    own = model.attributes
    heads, keys, head, width, inner = model.shape
    # MiniCPM's layers are Granite's (see ../reference/references.py).
    family, more = {
        "minicpm": ("Granite", dict(embedding_multiplier=own["embedding_scale"], residual_multiplier=own["residual_scale"],
                                    attention_multiplier=own["attention_scale"])),
        "gemma": ("Gemma", {}),
        "gemma2": ("Gemma2", dict(query_pre_attn_scalar=head, sliding_window=own["window"],
                                  attn_logit_softcapping=own["attention_softcap"] if softcap else None)),
    }[model.kind]
    config = getattr(transformers, family + "Config")(**shape(model, heads, width, inner, attention), head_dim=head,
                                                      num_key_value_heads=keys, rms_norm_eps=own["eps"], **more)
    layer = decoder_layer(own["post_attention_norm"] >= 0)
    ordered = sorted(layer, key=own.get)
    names = ["embed_tokens.weight", "norm.weight"]
    names += [f"layers.{i}.{layer[slot]}.weight" for i, slot in itertools.product(range(model.layers), ordered)]
    table, norm, label, *layers = model.tensors()
    their = with_weights(getattr(transformers, family + "Model"), config, names, [table, norm, *layers])
    pairs, last = torch.arange(len(ids), device=ids.device), mask.sum(1) - 1
    label, cap = label[0].to(torch.bfloat16), own["final_softcap"]

    def score():
        logits = their(ids, attention_mask=mask, use_cache=False).last_hidden_state[pairs, last] @ label
        return cap * torch.tanh(logits.float() / cap) if cap else logits

    return score


def shape(model, heads, width, inner, attention):
    return dict(vocab_size=WORDS, hidden_size=width, num_hidden_layers=model.layers, num_attention_heads=heads,
                intermediate_size=inner, pad_token_id=PADDING, bos_token_id=2, eos_token_id=3, attn_implementation=attention)


def with_weights(kind, config, names, weights):
    """Their model where the weights are; those of one name are one, one below the other."""
    state = {}
    for name, weight in zip(names, weights, strict=True):
        state.setdefault(name, []).append(weight)
    # Made in bfloat16 as from_pretrained does it: angles are computed in float32 still.
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(weights[0].device):
            their = kind(config)
    finally:
        torch.set_default_dtype(torch.float32)
    their.load_state_dict({name: torch.cat(parts) for name, parts in state.items()})
    return their.eval()
