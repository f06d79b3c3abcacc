"""Times the public Python reference on the pairs and the checkpoint that `./rerank bench reference` uses.

A tool for comparisons; the product never needs Python. Text in, scores out, tokenization included:

    python time_reference.py --model DIR --kind cross-encoder --pairs pairs.jsonl --dtype float32

prints one JSON object: library versions, threads, seconds of each repetition, and the scores in the order of the pairs.
Kinds: `cross-encoder` is sentence-transformers' CrossEncoder.predict; `gemma` is transformers'
AutoModelForCausalLM driven the way FlagEmbedding 1.4 drives bge-reranker-v2-gemma (prompt, sort by length,
left padding to a multiple of 8, full logits, the Yes column of the last position).
"""

import argparse
import json
import time

import torch

PROMPT = (
    "Given a query A and a passage B, determine whether the passage contains an answer to the query by "
    "providing a prediction of either 'Yes' or 'No'."
)


def cross_encoder(arguments, dtype):
    import sentence_transformers
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(
        arguments.model,
        device="cpu",
        max_length=arguments.max_length,
        local_files_only=True,
        model_kwargs={"dtype": dtype},
        activation_fn=torch.nn.Identity(),
    )

    def score(pairs):
        return [float(s) for s in model.predict(pairs, batch_size=arguments.batch, show_progress_bar=False)]

    return score, {"sentence_transformers": sentence_transformers.__version__}


def gemma(arguments, dtype):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(arguments.model, local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(
        arguments.model, dtype=dtype, local_files_only=True, hidden_act="gelu_pytorch_tanh"
    ).eval()
    ids_of = lambda text: tokenizer(text, add_special_tokens=False)["input_ids"]
    prompt, separator, yes = ids_of(PROMPT), ids_of("\n"), ids_of("Yes")[0]
    pad = model.config.pad_token_id or 0

    @torch.inference_mode()
    def score(pairs):
        limit = arguments.max_length
        rows = []
        for query, passage in pairs:
            q = ids_of("A: " + query)[: limit * 3 // 4]
            p = ids_of("B: " + passage)[:limit]
            room = limit + len(separator) + len(prompt) - 1 - len(q) - len(separator)
            rows.append([model.config.bos_token_id] + q + separator + p[:room] + separator + prompt)
        order = sorted(range(len(rows)), key=lambda i: -len(rows[i]))
        scores = [0.0] * len(rows)
        for start in range(0, len(order), arguments.batch):
            batch = order[start : start + arguments.batch]
            width = (max(len(rows[i]) for i in batch) + 7) // 8 * 8
            ids = torch.tensor([[pad] * (width - len(rows[i])) + rows[i] for i in batch])
            mask = torch.tensor([[0] * (width - len(rows[i])) + [1] * len(rows[i]) for i in batch])
            logits = model(input_ids=ids, attention_mask=mask, output_hidden_states=True).logits
            for i, value in zip(batch, logits[:, -1, yes].float().tolist()):
                scores[i] = value
        return scores

    return score, {}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--kind", required=True, choices=["cross-encoder", "gemma"])
    parser.add_argument("--pairs", required=True, help='JSON lines {"query": …, "passage": …}')
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--max-length", type=int, default=512)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--repeat", type=int, default=1)
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    with open(arguments.pairs, encoding="utf-8") as lines:
        pairs = [(pair["query"], pair["passage"]) for pair in map(json.loads, lines)]
    load = {"cross-encoder": cross_encoder, "gemma": gemma}[arguments.kind]
    score, versions = load(arguments, getattr(torch, arguments.dtype))
    score(pairs[: arguments.batch])  # warm-up, as each side gets
    seconds = []
    for _ in range(arguments.repeat):
        start = time.perf_counter()
        scores = score(pairs)
        seconds.append(time.perf_counter() - start)
    import transformers

    versions |= {"torch": torch.__version__, "transformers": transformers.__version__}
    print(json.dumps({"versions": versions, "threads": arguments.threads, "seconds": seconds, "scores": scores}))


if __name__ == "__main__":
    main()
