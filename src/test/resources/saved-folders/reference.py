"""Computes cases.json: scores of texts by small models, and the folders' configurations as transformers saves them.

Not part of the build. Needs Python with torch 2.13, transformers 5.18 and sentence-transformers 6.0; see README.md for what each number is.
"""

import importlib.util
import json
import os
import tempfile

import numpy as np
import torch
from sentence_transformers import CrossEncoder
from sentence_transformers.base.modules import Transformer
from sentence_transformers.cross_encoder.modules import LogitScore
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast
from transformers import GemmaConfig, GemmaForCausalLM, GemmaForSequenceClassification
from transformers import Qwen3Config, Qwen3ForCausalLM, Qwen3ForSequenceClassification
from transformers import XLMRobertaConfig, XLMRobertaForSequenceClassification

HERE = os.path.dirname(os.path.abspath(__file__))
SPEC = importlib.util.spec_from_file_location("formula", os.path.join(HERE, "../decoder-reference/reference.py"))
FORMULA = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(FORMULA)

# For each family: the first rule whose text occurs in the tensor's name gives base and scale.
RULES = {
    "gemma": [["norm", 0, 0.25], ["embed_tokens", 0, 0.5], ["", 0, 0.25]],
    "qwen3": [["norm", 1, 0.25], ["embed_tokens", 0, 0.5], ["score", 0, 0.5], ["", 0, 0.25]],
    "xlmr": [["LayerNorm.weight", 1, 0.25], ["bias", 0, 0.125], ["embeddings", 0, 0.5], ["", 0, 0.25]],
}
PAIRS = [
    ["what is aspirin", "Aspirin inhibits cyclooxygenase and so the synthesis of prostaglandin E2."],
    ["Green fluorescent protein in mice", "Visualization of cell cycle in mouse embryos with Fucci2 reporter."],
    ["", "empty query"],
    ["什么是阿司匹林？", "阿司匹林 抑制环氧合酶。👩‍🔬 مرحبا"],
]
YES_NO = ("Given a query A and a passage B, determine whether the passage contains an answer to the query by providing"
          " a prediction of either 'Yes' or 'No'.")
SYSTEM = ("<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct"
          ' provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n')
ANSWER = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
TASK = "Given a web search query, retrieve relevant passages that answer the query"


CONTENT = 'messages | selectattr("role", "eq", "%s") | map(attribute="content") | first'
QWEN3 = (SYSTEM + "<Instruct>: {{ " + CONTENT % "system" + ' | default("' + TASK + '") }}\n<Query>: {{ '
         + CONTENT % "query" + " }}\n<Document>: {{ " + CONTENT % "document" + " }}" + ANSWER + "\n")
ZERANK = ("<|im_start|>system\n{{ " + CONTENT % "query" + " }}<|im_end|>\n<|im_start|>user\n{{ "
          + CONTENT % "document" + " }}<|im_end|>\n{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}\n")
DECLARED = ["modules.json", "config_sentence_transformers.json", "sentence_bert_config.json", "chat_template.jinja",
            "1_LogitScore/config.json"]


def tokenizer(name):
    return Tokenizer.from_file(os.path.join(HERE, "../tokenizers", name, "tokenizer.json"))


def ids(tk, text):
    return tk.encode(text, add_special_tokens=False).ids


def gemma_row(tk, query, passage):
    return ([tk.token_to_id("<s>")] + ids(tk, "A: " + query) + ids(tk, "\n") + ids(tk, "B: " + passage)
            + ids(tk, "\n") + ids(tk, YES_NO))


def qwen3_row(tk, query, passage):
    return ids(tk, f"{SYSTEM}<Instruct>: {TASK}\n<Query>: {query}\n<Document>: {passage}{ANSWER}")


def xlmr_row(tk, query, passage):
    return tk.encode(query, passage).ids


def weights(family, model):
    state = model.state_dict()
    for name in state:
        if name == "lm_head.weight" and model.config.tie_word_embeddings:
            continue  # the same storage as the embedding
        if state[name].dtype.is_floating_point:
            base, scale = next((b, s) for text, b, s in RULES[family] if text in name)
            v = base + scale * FORMULA.values(name, state[name].numel())
            state[name].copy_(torch.from_numpy(v.astype(np.float32).reshape(tuple(state[name].shape))))
    model.load_state_dict(state)
    shapes = {n: list(t.shape) for n, t in state.items()
              if not (n == "lm_head.weight" and model.config.tie_word_embeddings)}
    return shapes


def case(name, family, model, tk_name, row, answers):
    """answers: texts whose first tokens' logits make the score; none for a classifier."""
    shapes = weights(family, model)
    with tempfile.TemporaryDirectory() as directory:
        model.config.save_pretrained(directory)
        with open(os.path.join(directory, "config.json")) as f:
            config = json.load(f)
    config["architectures"] = [type(model).__name__]
    model = model.double().eval()
    tk = tokenizer(tk_name)
    scores = []
    for query, passage in PAIRS:
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([row(tk, query, passage)])).logits[0]
        if answers:
            picked = [logits[-1][ids(tk, text)[0]] for text in answers]
        else:
            picked = list(reversed(logits))
        scores.append(float(picked[0] - picked[1] if len(picked) == 2 else picked[0]))
    return {"name": name, "tokenizer": tk_name, "config": config, "rules": RULES[family], "tensors": shapes,
            "formula": formula(answers, model.config.num_labels), "scores": scores}


def declared(name, family, model, tk_name, template, answers):
    """A folder as Sentence Transformers saves it, and the scores that it gives."""
    shapes = weights(family, model)
    tk = tokenizer(tk_name)
    tokens = [ids(tk, text)[0] for text in answers]
    with tempfile.TemporaryDirectory() as directory:
        bare, saved = os.path.join(directory, "bare"), os.path.join(directory, "saved")
        model.save_pretrained(bare)
        PreTrainedTokenizerFast(tokenizer_object=tk, pad_token="<|endoftext|>", eos_token="<|im_end|>", bos_token=None,
                                model_max_length=8192, chat_template=template).save_pretrained(bare)
        transformer = Transformer(bare, transformer_task="text-generation",
                                  processing_kwargs={"chat_template": {"add_generation_prompt": True}})
        CrossEncoder(modules=[transformer, LogitScore(*tokens)], activation_fn=torch.nn.Identity(),
                     num_labels=1).save_pretrained(saved)
        reranker = CrossEncoder(saved, model_kwargs={"dtype": torch.float64}, device="cpu")
        files = {}
        for file in DECLARED:
            with open(os.path.join(saved, file)) as f:
                files[file] = f.read()
        with open(os.path.join(saved, "config.json")) as f:
            config = json.load(f)
        scores = [float(reranker.predict([tuple(pair)], batch_size=1)[0]) for pair in PAIRS]
    return {"name": name, "tokenizer": tk_name, "config": config, "rules": RULES[family], "tensors": shapes,
            "files": files, "formula": formula([f"token {t}" for t in tokens], 0).replace('"', ""), "scores": scores}


def formula(answers, labels):
    if answers:
        return " less that of ".join(f'"{a}"' for a in answers).join(["the logit of ", ""])
    return "the logit of the label" if labels == 1 else "the logit of label 1 less that of label 0"


def gemma(model, **extra):
    return model(GemmaConfig(
        vocab_size=8000, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, head_dim=16, pad_token_id=0, bos_token_id=2, eos_token_id=1,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, **extra))


def qwen3(model, **extra):
    size = tokenizer("qwen-like").get_vocab_size()
    return model(Qwen3Config(
        vocab_size=size, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, pad_token_id=0, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}, **extra))


def xlmr(**extra):
    return XLMRobertaForSequenceClassification(XLMRobertaConfig(
        vocab_size=8002, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=130, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5, **extra))


def main():
    cases = [
        case("gemma", "gemma", gemma(GemmaForCausalLM), "gemma-like", gemma_row, ["Yes"]),
        case("gemma-one-label", "gemma", gemma(GemmaForSequenceClassification, num_labels=1), "gemma-like",
             gemma_row, []),
        case("qwen3", "qwen3", qwen3(Qwen3ForCausalLM), "qwen-like", qwen3_row, ["yes", "no"]),
        case("qwen3-one-label", "qwen3", qwen3(Qwen3ForSequenceClassification, num_labels=1), "qwen-like",
             qwen3_row, []),
        case("qwen3-two-labels", "qwen3", qwen3(Qwen3ForSequenceClassification, num_labels=2), "qwen-like",
             qwen3_row, []),
        declared("qwen3-declared", "qwen3", qwen3(Qwen3ForCausalLM), "qwen-like", QWEN3, ["yes", "no"]),
        declared("zerank", "qwen3", qwen3(Qwen3ForCausalLM), "qwen-like", ZERANK, ["Yes"]),
        case("xlm-roberta-one-label", "xlmr", xlmr(num_labels=1), "xlm-roberta-like", xlmr_row, []),
        case("xlm-roberta-two-labels", "xlmr", xlmr(num_labels=2), "xlm-roberta-like", xlmr_row, []),
    ]
    with open(os.path.join(HERE, "cases.json"), "w") as f:
        f.write('{"cases": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")


if __name__ == "__main__":
    main()
