"""Seconds of the large model's steps on one thread: reading the catalogue's titles, and scoring a
batch of histories.

    python -m bench.scale.sequence_speed [--set amazon-games.zip] [--threads 1] [--out FILE]

The model is fitted for a few steps only: its speed does not depend on what it learned.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np
import torch

from bench.accuracy.accuracy import find_data
from whyrec import api, registry
from whyrec.data.split import next_item
from whyrec.models.item_content.item_texts import item_texts
from whyrec.models.item_content.text_encoder import encode


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", default="amazon-games.zip")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    data = api.load(find_data(arguments.set, None))
    texts = item_texts(data.item_table, labels=data.items)
    start = time.perf_counter()
    encode(texts)
    encoding = time.perf_counter() - start
    print(
        f"{len(texts):,} titles read in {encoding:.1f} s on {arguments.threads} thread(s)",
        flush=True,
    )
    split = next_item(data)
    some = split.train.select(split.train.user < 2000)
    model = registry.model("sequence", length=50, epochs=1, warm_start=False).fit(some, seed=0)
    rng = np.random.default_rng(0)
    seconds = []
    for _ in range(12):
        queries = split.test.queries[rng.choice(len(split.test), 256, replace=False)]
        start = time.perf_counter()
        model.score(queries)
        seconds.append(time.perf_counter() - start)
    p50 = statistics.median(seconds[2:]) * 1000
    print(
        f"256 histories against {data.n_items:,} items: p50 {p50:.0f} ms, largest "
        f"{max(seconds[2:]) * 1000:.0f} ms"
    )
    if arguments.out:
        arguments.out.write_text(
            json.dumps(
                {
                    "titles": len(texts),
                    "encode_seconds": encoding,
                    "batch": 256,
                    "score_ms": [s * 1000 for s in seconds],
                    "threads": arguments.threads,
                }
            )
        )


if __name__ == "__main__":
    main()
