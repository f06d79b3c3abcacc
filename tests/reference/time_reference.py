"""Times a public Python reference on the pairs and the checkpoint that `./rerank bench reference` uses.

A tool for comparisons; the product never needs Python. It loads the model, warms up, and prints one JSON object with
library versions and threads. Then it waits: for every line on standard input it scores all pairs, text in, scores out,
and prints {"seconds": …, "processor_seconds": …, "scores": […]}. So the two sides can take turns on the same cores.

    python time_reference.py --model DIR --kind cross-encoder --pairs pairs.jsonl --dtype float32
"""

import argparse
import json
import sys
import time

import torch

from references import KINDS

ENCODERS = ("cross-encoder", "cross-encoder-onnx", "jina", "onnxruntime")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--kind", required=True, choices=sorted(KINDS))
    parser.add_argument("--pairs", required=True, help='JSON lines {"query": …, "passage": …}')
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16", "int8"])
    parser.add_argument("--max-length", type=int, default=512)
    parser.add_argument(
        "--batch",
        type=lambda value: value if value == "fastest" else int(value),
        default=0,
        help="pairs of a batch; 0 for the library's default; fastest, of encoders, for the best of a few",
    )
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--cutoff-layer", type=int, default=0, help="0 for the last")
    parser.add_argument("--compress-ratio", type=int, default=1)
    parser.add_argument("--compress-layers", type=int, nargs="*", default=[])
    arguments = parser.parse_args()
    if arguments.dtype == "int8" and arguments.kind not in ("cross-encoder-onnx", "onnxruntime"):
        parser.error("--dtype int8 is for --kind onnxruntime and cross-encoder-onnx alone")
    if arguments.batch == "fastest" and arguments.kind not in ENCODERS:
        parser.error("--batch fastest is for encoders alone: " + ", ".join(ENCODERS))

    # What libraries print must not come between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    torch.set_num_threads(arguments.threads)
    with open(arguments.pairs, encoding="utf-8") as lines:
        pairs = [(pair["query"], pair["passage"]) for pair in map(json.loads, lines)]
    arguments.texts = pairs
    score, versions = KINDS[arguments.kind](arguments, getattr(torch, arguments.dtype))
    score(pairs)
    import transformers

    versions |= {"torch": torch.__version__, "transformers": transformers.__version__}
    print(json.dumps({"versions": versions, "threads": arguments.threads}), file=answers, flush=True)
    for _ in sys.stdin:
        start, processor_start = time.perf_counter(), time.process_time()
        scores = score(pairs)
        seconds = time.perf_counter() - start
        processor_seconds = time.process_time() - processor_start
        answer = {"seconds": seconds, "processor_seconds": processor_seconds, "scores": scores}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
