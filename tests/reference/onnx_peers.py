"""ONNX Runtime, as a function from text pairs to scores: what runs such models where there is no Python, too.

The graph is torch's export of transformers' AutoModelForSequenceClassification, with the fusions of ONNX Runtime's own
optimizer for transformers (but for ModernBERT) and then those of a session. int8: ONNX Runtime's dynamic quantization,
weights by channel. Pairs are sorted by tokens and padded to the longest of a batch; unless told otherwise, a batch has
the number of pairs that is the fastest of a few.

A session that is not `fused` is what sentence-transformers makes of backend="onnx": the export as it is, with a session's
fusions alone, and for int8 the quantization that `export_dynamic_quantized_onnx_model` asks for as avx512_vnni.
"""

import os
import tempfile
import time

import torch

BATCHES = (1, 2, 4, 8, 16, 32)


def onnx_runtime(arguments, dtype):
    import onnxruntime
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(arguments.model, local_files_only=True)
    session = session_of(arguments, tokenizer, dtype, fused=True)
    names = [argument.name for argument in session.get_inputs()]

    def scores(pairs, batch):
        texts = tokenizer(
            [query for query, _ in pairs],
            [passage for _, passage in pairs],
            truncation=True,
            max_length=arguments.max_length,
        )
        order = sorted(range(len(pairs)), key=lambda i: -len(texts["input_ids"][i]))
        result = [0.0] * len(pairs)
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            rows = tokenizer.pad({name: [texts[name][i] for i in part] for name in names}, return_tensors="np")
            logits = session.run(None, {name: rows[name].astype("int64") for name in names})[0]
            for i, logit in zip(part, logits[:, 0].tolist()):
                result[i] = logit
        return result

    batch = batch_of(arguments, "fastest", lambda size: scores(arguments.texts, size))
    versions = {"onnxruntime": onnxruntime.__version__, "batch": batch}
    return lambda pairs: scores(pairs, batch), versions


def session_of(arguments, tokenizer, dtype, fused):
    """A session over the exported graph, which stays in the directory that ONNX_GRAPHS names, if it is set."""
    import onnxruntime

    with tempfile.TemporaryDirectory() as temporary:
        directory = temporary
        if "ONNX_GRAPHS" in os.environ:
            name = os.path.basename(os.path.normpath(arguments.model)) + ("-fused" if fused else "-plain")
            directory = os.path.join(os.environ["ONNX_GRAPHS"], name)
            os.makedirs(directory, exist_ok=True)
        path = kept(directory, "path.txt", lambda: exported(arguments.model, tokenizer, directory, fused))
        if dtype == torch.int8:
            path = kept(directory, "quantized.txt", lambda: quantized(path))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = arguments.threads
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def kept(directory, note, make):
    """The path that `make` returns, noted once it has returned."""
    note = os.path.join(directory, note)
    if not os.path.exists(note):
        path = make()
        with open(note, "w", encoding="utf-8") as file:
            file.write(path)
    with open(note, encoding="utf-8") as file:
        return file.read()


def exported(model, tokenizer, directory, fused):
    from onnxruntime.transformers import optimizer
    from transformers import AutoModelForSequenceClassification

    network = AutoModelForSequenceClassification.from_pretrained(
        model, local_files_only=True, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    example = tokenizer([("one", "two three"), ("one", "two")], padding=True, return_tensors="pt")
    names = list(example)

    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = network

        def forward(self, *inputs):
            return self.network(**dict(zip(names, inputs))).logits

    path = os.path.join(directory, "model.onnx")
    torch.onnx.export(
        Logits().eval(),
        tuple(example[name] for name in names),
        path,
        input_names=names,
        output_names=["logits"],
        dynamic_axes={name: {0: "pairs", 1: "tokens"} for name in names} | {"logits": {0: "pairs"}},
        opset_version=17,
        dynamo=False,
    )
    config = network.config
    if not fused or config.model_type == "modernbert":
        # The rotation that the optimizer fuses takes batches of one pair alone.
        return path
    fused = optimizer.optimize_model(
        path, model_type="bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size, opt_level=0
    )
    path = os.path.join(directory, "fused.onnx")
    fused.save_model_to_file(path, use_external_data_format=True)
    return path


def quantized(path):
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    result = os.path.join(os.path.dirname(path), "quantized.onnx")
    quantize_dynamic(
        path,
        result,
        per_channel=True,
        weight_type=QuantType.QInt8,
        use_external_data_format=True,
        # The fused operators' outcomes have types that its inference of shapes does not know.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    return result


def batch_of(arguments, own, run):
    """Pairs of a batch: as asked for, or the library's own; "fastest" is found out with run(batch)."""
    batch = arguments.batch or own
    return fastest(run) if batch == "fastest" else batch


def fastest(run):
    """The number of pairs in a batch with which all are scored in the least time; the first run warms up."""
    run(BATCHES[-1])
    seconds = {}
    for batch in BATCHES:
        start = time.perf_counter()
        run(batch)
        seconds[batch] = time.perf_counter() - start
    return min(seconds, key=seconds.get)
