"""Scores pairs with a reranker from PyFlink.

    python rerank.py MODEL JAR...

MODEL is a Hugging Face folder. The jars are those of Flink's lib/ for reranking (see the README):
the module itself and the runtime with its native libraries.
"""

import sys
from pathlib import Path

from pyflink.table import EnvironmentSettings, TableEnvironment

PAIRS = [
    ("Aspirin inhibits the production of PGE2.",
     "Visualization of cell cycle in mouse embryos with Fucci2 reporter."),
    ("Aspirin inhibits the production of PGE2.",
     "Aspirin inhibits cyclooxygenase and so the synthesis of prostaglandin E2."),
]


def main(model, jars):
    sql = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
    if jars:
        sql.get_config().set("pipeline.jars", ";".join(Path(jar).resolve().as_uri() for jar in jars))
    sql.create_temporary_view("pairs", sql.from_elements(PAIRS, ["query", "passage"]))
    sql.execute_sql(f"""
        CREATE TEMPORARY MODEL reranker
        INPUT (query STRING, passage STRING)
        OUTPUT (score DOUBLE, status STRING)
        WITH ('provider' = 'reranker', 'model' = '{model}')
    """)
    sql.execute_sql("""
        SELECT passage, score, status
        FROM ML_PREDICT(TABLE pairs, MODEL reranker, DESCRIPTOR(query, passage))
    """).print()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
