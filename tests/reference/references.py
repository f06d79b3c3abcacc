"""The public references, each as a function from text pairs to scores.

`cross-encoder`: sentence-transformers' CrossEncoder.predict with its defaults.
`gemma` and `mxbai`: transformers' AutoModelForCausalLM, driven as FlagEmbedding 1.4 drives bge-reranker-v2-gemma and as
mxbai-rerank 0.1.6 drives mxbai-rerank-v2, which calls what tokenizers of transformers 5 no longer have.
`layerwise` and `lightweight`: FlagEmbedding's own classes need transformers 4.44 to 4.47; these are the same passes over
transformers' own layers of today. MiniCPM is Granite's formula (an embedding, a residual and an attention multiplier);
the lightweight model is Gemma 2's layers with the passage's states merged between two of them, and heads of one row.
`jina` and `nemotron`: published as code in their own folders. jina-reranker-v2 is XLM-RoBERTa under other names;
llama-nemotron-rerank is Llama's layers, in which every position sees all, and a label of the mean of their states.
`cross-encoder-onnx`: the first over ONNX Runtime; and `onnxruntime`: see onnx_peers.py.
"""

import glob
import json
import os
import shutil
import tempfile

import torch

from onnx_peers import batch_of, onnx_runtime, session_of

QUESTION = (
    "Given a query A and a passage B, determine whether the passage contains an answer to the query by "
    "providing a prediction of either 'Yes' or 'No'."
)
PREDICT = "Predict whether passage B contains an answer to query A."
JUDGE = (
    "You are a search relevance expert who evaluates how well documents match search queries. For each query-document "
    "pair, carefully analyze the semantic relationship between them, then provide your binary relevance judgment (0 for "
    "not relevant, 1 for relevant).\nRelevance:"
)
SYSTEM = "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n"
USER, ASSISTANT = "<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n"
# What the published code of jina-reranker-v2 calls XLM-RoBERTa's parts.
JINA_NAMES = {
    "mixer.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "mlp.fc1": "intermediate.dense",
    "mlp.fc2": "output.dense",
    "norm2": "output.LayerNorm",
    "roberta.emb_ln": "roberta.embeddings.LayerNorm",
    "encoder.layers.": "encoder.layer.",
}


def cross_encoder(arguments, dtype):
    return predicting(arguments, cross_encoder_of(arguments, model_kwargs={"dtype": dtype}))


def cross_encoder_onnx(arguments, dtype):
    """CrossEncoder.predict, whose network is a session: what its own backend does by way of optimum-onnx."""
    import onnxruntime
    from transformers.modeling_outputs import SequenceClassifierOutput

    model = cross_encoder_of(arguments)
    session = session_of(arguments, model.tokenizer, dtype, fused=False)
    names = [argument.name for argument in session.get_inputs()]

    def forward(**features):
        logits = session.run(None, {name: features[name].numpy() for name in names})[0]
        return SequenceClassifierOutput(logits=torch.from_numpy(logits))

    model.transformers_model.forward = forward
    score, versions = predicting(arguments, model)
    return score, versions | {"onnxruntime": onnxruntime.__version__}


def cross_encoder_of(arguments, **more):
    from sentence_transformers import CrossEncoder

    return CrossEncoder(
        arguments.model,
        device="cpu",
        max_length=arguments.max_length,
        local_files_only=True,
        activation_fn=torch.nn.Identity(),
        **more,
    )


def predicting(arguments, model):
    import sentence_transformers

    def scores(pairs, batch):
        return [float(s) for s in model.predict(pairs, batch_size=batch, show_progress_bar=False)]

    batch = batch_of(arguments, 32, lambda size: scores(arguments.texts, size))
    versions = {"sentence_transformers": sentence_transformers.__version__, "batch": batch}
    return lambda pairs: scores(pairs, batch), versions


def jina(arguments, dtype):
    """As `cross-encoder`, over a copy of the folder with XLM-RoBERTa's names, which goes once it is loaded."""
    from safetensors.torch import save_file

    tensors = {}
    for name, tensor in tensors_of(arguments.model).items():
        for jinas, robertas in JINA_NAMES.items():
            name = name.replace(jinas, robertas)
        if "mixer.Wqkv" in name:
            for part, piece in zip(("query", "key", "value"), tensor.chunk(3)):
                tensors[name.replace("mixer.Wqkv", f"attention.self.{part}")] = piece.contiguous()
        else:
            tensors[name] = tensor
    with tempfile.TemporaryDirectory() as directory:
        for file in glob.glob(os.path.join(arguments.model, "*token*.json")):
            shutil.copy(file, directory)
        config = config_of(arguments.model) | {"model_type": "xlm-roberta"}
        config.pop("auto_map", None)
        with open(os.path.join(directory, "config.json"), "w", encoding="utf-8") as file:
            json.dump(config, file)
        save_file(tensors, os.path.join(directory, "model.safetensors"), {"format": "pt"})
        arguments.model = directory
        return cross_encoder(arguments, dtype)


class Prompted:
    """FlagEmbedding's rows for decoders, and its order and padding of batches."""

    def __init__(self, arguments, prompt, padding, batch=128):
        from transformers import PreTrainedTokenizerFast

        tokenizer = PreTrainedTokenizerFast(tokenizer_file=os.path.join(arguments.model, "tokenizer.json"))
        self.ids_of = lambda text: tokenizer(text, add_special_tokens=False)["input_ids"]
        start = config_of(arguments.model).get("bos_token_id")
        self.bos = [] if start is None else [start]
        self.prompt, self.separator = self.ids_of(prompt), self.ids_of("\n")
        self.limit, self.padding = arguments.max_length, padding
        self.batch = arguments.batch or batch

    def row(self, query, passage):
        """The row, and how many of its tokens come before and after the passage."""
        first = self.bos + self.ids_of("A: " + query)[: self.limit * 3 // 4]
        passage = self.ids_of("B: " + passage)[: self.limit]
        room = self.limit + len(self.prompt) - len(first)
        tail = self.separator + self.prompt
        return first + self.separator + passage[:room] + tail, len(first) + len(self.separator), len(tail)

    @torch.inference_mode()
    def score(self, pairs, forward):
        """Scores by `forward(ids, mask, query lengths, prompt lengths)`, longest rows first."""
        rows = [self.row(query, passage) for query, passage in pairs]
        order = sorted(range(len(rows)), key=lambda i: -len(rows[i][0]))
        scores = [0.0] * len(rows)
        for start in range(0, len(order), self.batch):
            batch = order[start : start + self.batch]
            width = (max(len(rows[i][0]) for i in batch) + 7) // 8 * 8
            ids, mask = [], []
            for i in batch:
                row, gap = rows[i][0], [0] * (width - len(rows[i][0]))
                ids.append(gap + row if self.padding == "left" else row + gap)
                mask.append(gap + [1] * len(row) if self.padding == "left" else [1] * len(row) + gap)
            values = forward(
                torch.tensor(ids), torch.tensor(mask), [rows[i][1] for i in batch], [rows[i][2] for i in batch]
            )
            for i, value in zip(batch, values.float().tolist()):
                scores[i] = value
        return scores


def gemma(arguments, dtype):
    from transformers import AutoModelForCausalLM

    rows = Prompted(arguments, QUESTION, "left")
    model = AutoModelForCausalLM.from_pretrained(
        arguments.model, dtype=dtype, local_files_only=True, hidden_act="gelu_pytorch_tanh"
    ).eval()
    yes = rows.ids_of("Yes")[0]

    def forward(ids, mask, queries, prompts):
        return model(input_ids=ids, attention_mask=mask, output_hidden_states=True).logits[:, -1, yes]

    return lambda pairs: rows.score(pairs, forward), {}


class MxbaiRows(Prompted):
    """A chat turn around both texts and the question; the limit holds for the texts alone."""

    def row(self, query, passage):
        before = self.ids_of(SYSTEM + USER)
        query = self.ids_of("query: " + query)[: self.limit * 3 // 4] + self.separator
        passage = self.ids_of("document: " + passage)[: max(self.limit - len(query), 0)]
        tail = self.separator + self.prompt + self.ids_of(ASSISTANT)
        return before + query + passage + tail, len(before) + len(query), len(tail)


def mxbai(arguments, dtype):
    from transformers import AutoModelForCausalLM

    rows = MxbaiRows(arguments, JUDGE, "left", 32)
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=dtype, local_files_only=True).eval()
    one, zero = rows.ids_of("1")[0], rows.ids_of("0")[0]

    def forward(ids, mask, queries, prompts):
        logits = model(input_ids=ids, attention_mask=mask, output_hidden_states=True).logits[:, -1]
        return logits[:, one] - logits[:, zero]

    return lambda pairs: rows.score(pairs, forward), {}


class NemotronRows(Prompted):
    """The card's text, cut at its end as its tokenizer does."""

    def row(self, query, passage):
        ids = self.bos + self.ids_of(f"question:{query} \n \n passage:{passage}")
        return ids[: self.limit], 0, 0


def nemotron(arguments, dtype):
    from transformers import LlamaConfig, LlamaModel

    config = config_of(arguments.model)
    rotation = config["rope_scaling"] | {"rope_theta": config["rope_theta"]}
    model, heads = model_of(
        LlamaModel,
        LlamaConfig(**shape(config), head_dim=config["head_dim"], rope_parameters=rotation, is_causal=False),
        arguments.model,
        dtype,
    )
    for layer in model.layers:
        # The mask is left out where nothing is padded; then this alone says what a position sees.
        layer.self_attn.is_causal = False
    rows = NemotronRows(arguments, "", "left", 32)

    def forward(ids, mask, queries, prompts):
        states = model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
        pooled = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        return (pooled.to(dtype) @ heads[0].T)[:, 0]

    return lambda pairs: rows.score(pairs, forward), {}


def layerwise(arguments, dtype):
    from transformers import GraniteConfig, GraniteModel

    config = config_of(arguments.model)
    model, heads = model_of(
        GraniteModel,
        GraniteConfig(
            **shape(config),
            embedding_multiplier=config["scale_emb"],
            residual_multiplier=config["scale_depth"] / config["num_hidden_layers"] ** 0.5,
            attention_multiplier=(config["hidden_size"] // config["num_attention_heads"]) ** -0.5,
        ),
        arguments.model,
        dtype,
    )
    rows = Prompted(arguments, QUESTION, "left")
    cutoff = arguments.cutoff_layer or config["num_hidden_layers"]
    head = heads[cutoff - config["start_layer"]]

    def forward(ids, mask, queries, prompts):
        x = model.embed_tokens(ids) * model.embedding_multiplier
        x = layers(model, x, mask, 0, cutoff)
        return (model.norm(x) @ head.T)[:, -1, 0]

    return lambda pairs: rows.score(pairs, forward), {}


def lightweight(arguments, dtype):
    from transformers import Gemma2Config, Gemma2Model

    config = config_of(arguments.model)
    model, heads = model_of(
        Gemma2Model,
        Gemma2Config(
            **shape(config),
            head_dim=config["head_dim"],
            query_pre_attn_scalar=config["query_pre_attn_scalar"],
            sliding_window=config["sliding_window"],
        ),
        arguments.model,
        dtype,
    )
    rows = Prompted(arguments, PREDICT, "right")
    cutoff = arguments.cutoff_layer or config["num_hidden_layers"]
    cap = config["final_logit_softcapping"]

    def forward(ids, mask, queries, prompts):
        x, done = model.embed_tokens(ids), 0
        for layer in arguments.compress_layers if arguments.compress_ratio > 1 else []:
            if 0 < layer < cutoff:
                x = layers(model, x, mask, done, layer)
                x, mask = merge(x, mask, queries, prompts, arguments.compress_ratio)
                done = layer
        x = model.norm(layers(model, x, mask, done, cutoff))
        logits = (x @ heads[0].T)[torch.arange(x.shape[0]), mask.sum(1) - 1, 0]
        return cap * torch.tanh(logits.float() / cap)

    return lambda pairs: rows.score(pairs, forward), {}


def layers(model, x, mask, first, end):
    """Layers first to end over transformers' own masks, as its models run them; a window never bites below 4096."""
    from transformers.masking_utils import create_causal_mask

    positions = torch.arange(x.shape[1])[None]
    causal = create_causal_mask(
        config=model.config, inputs_embeds=x, attention_mask=mask, past_key_values=None, position_ids=positions
    )
    embeddings = model.rotary_emb(x, positions)
    for layer in model.layers[first:end]:
        x = layer(x, attention_mask=causal, position_ids=positions, position_embeddings=embeddings)
    return x


def merge(x, mask, queries, prompts, ratio):
    """Before a compress layer: the mean of each ratio neighbours of the passage; query and prompt stay."""
    rows = []
    for row, length, query, prompt in zip(x, mask.sum(1).tolist(), queries, prompts):
        passage = row[query : length - prompt]
        whole = passage.shape[0] // ratio * ratio
        parts = [row[:query], passage[:whole].unflatten(0, (-1, ratio)).mean(1)]
        if whole < passage.shape[0]:
            parts.append(passage[whole:].mean(0, keepdim=True))
        rows.append(torch.cat(parts + [row[length - prompt : length]]))
    merged = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([row.shape[0] for row in rows])
    return merged, (torch.arange(merged.shape[1])[None] < lengths[:, None]).long()


def tensors_of(directory):
    from safetensors.torch import load_file

    tensors = {}
    for file in sorted(glob.glob(os.path.join(directory, "*.safetensors"))):
        tensors |= load_file(file)
    return tensors


def config_of(directory):
    with open(os.path.join(directory, "config.json"), encoding="utf-8") as file:
        return json.load(file)


def shape(config):
    names = (
        "vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads "
        "max_position_embeddings rms_norm_eps"
    )
    return {name: config[name] for name in names.split()} | {"attn_implementation": "sdpa"}


def model_of(kind, config, directory, dtype):
    """The model over the checkpoint's mapped weights, and the heads of the layers that have one."""
    tensors = tensors_of(directory)
    body = {name.removeprefix("model."): t.to(dtype) for name, t in tensors.items() if name.startswith("model.")}
    with torch.device("meta"):
        model = kind(config).to(dtype)
    model.load_state_dict(body, strict=True, assign=True)
    # Buffers are no weights: they are computed, and cannot be on the meta device.
    model.rotary_emb = type(model.rotary_emb)(config)
    if hasattr(model.embed_tokens, "embed_scale"):
        model.embed_tokens.embed_scale = torch.tensor(config.hidden_size**0.5).to(dtype)
    heads, number = [tensors["score.weight"].to(dtype)] if "score.weight" in tensors else [], 0
    while f"lm_head.{number}.linear_head.weight" in tensors:
        heads.append(tensors[f"lm_head.{number}.linear_head.weight"].to(dtype))
        number += 1
    return model.eval(), heads


KINDS = {
    "cross-encoder": cross_encoder,
    "cross-encoder-onnx": cross_encoder_onnx,
    "gemma": gemma,
    "jina": jina,
    "layerwise": layerwise,
    "lightweight": lightweight,
    "mxbai": mxbai,
    "nemotron": nemotron,
    "onnxruntime": onnx_runtime,
}
