"""nDCG@10 on SciFact's test claims of a public reference that orders BM25's first candidates.

    python scifact_quality.py --model DIR --kind onnxruntime --dtype int8
"""

import argparse
import csv
import gzip
import json
import math
import os
from collections import defaultdict

import torch

from references import KINDS

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../job/workbench/data/scifact")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--kind", required=True, choices=sorted(KINDS))
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16", "int8"])
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--batch", type=int, default=2, help="pairs of a batch; int8 of a batch shares its scales")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--depth", type=int, default=30, help="BM25's first candidates")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    with open(os.path.join(DATA, "queries.test.jsonl"), encoding="utf-8") as lines:
        queries = {query["_id"]: query["text"] for query in map(json.loads, lines)}
    with gzip.open(os.path.join(DATA, "corpus.jsonl.gz"), "rt", encoding="utf-8") as lines:
        corpus = {document["_id"]: f"{document['title']} {document['text']}" for document in map(json.loads, lines)}
    judgments = defaultdict(dict)
    with open(os.path.join(DATA, "qrels/test.tsv"), encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            judgments[row["query-id"]][row["corpus-id"]] = int(row["score"])
    candidates = defaultdict(list)
    with gzip.open(os.path.join(DATA, "bm25.test.run.gz"), "rt", encoding="utf-8") as lines:
        for query, _, document, rank, *_ in map(str.split, lines):
            if int(rank) <= arguments.depth:
                candidates[query].append(document)

    score, versions = KINDS[arguments.kind](arguments, getattr(torch, arguments.dtype))
    total = 0.0
    for query, documents in candidates.items():
        scores = score([(queries[query], corpus[document]) for document in documents])
        order = sorted(range(len(documents)), key=lambda i: -scores[i])
        total += ndcg([documents[i] for i in order], judgments[query])
    print(json.dumps({"claims": len(candidates), "ndcg@10": round(total / len(candidates), 4)} | versions))


def ndcg(documents, judged, depth=10):
    def gain(values):
        return sum(value / math.log2(rank + 2) for rank, value in enumerate(values[:depth]))

    ideal = gain(sorted(judged.values(), reverse=True))
    return gain([judged.get(document, 0) for document in documents]) / ideal if ideal else 0.0


if __name__ == "__main__":
    main()
