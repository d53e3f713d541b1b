"""A text encoder made small: bytes, milliseconds a title, and what a fitted large model loses by
reading through it.

    python -m bench.trust.compress_text --model FOLDER [--set amazon-games.zip] [--people 20000]
    [--out FILE]

FOLDER: a sequence model of `whyrec fit` on the training events of the protocol next-item. Every
title of the catalogue is read by both encoders on one thread in one run; the model's item vectors
are then made from the small one's, with nothing learned again.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bench.accuracy.accuracy import ROOT, find_data, write
from whyrec import api, storage
from whyrec.compress.encoder import shrink
from whyrec.core import progress
from whyrec.data.split import next_item
from whyrec.models.item_content.item_texts import item_texts
from whyrec.models.item_content.text_encoder import OnnxEncoder, encode, find_encoder, open_encoder
from whyrec.workflows.compress import ndcg, row


def read(texts: list[str], source: str) -> tuple[np.ndarray, float]:
    """(vectors, milliseconds a title); the model is open before."""
    network = open_encoder(source)[1]
    encode(texts[:64], source, network=network)
    start = time.perf_counter()
    vectors = encode(texts, source, network=network)
    return vectors, 1000 * (time.perf_counter() - start) / len(texts)


def reading(folder: Path, table: Any, small: str) -> Any:
    """The model with all items' texts read by the small encoder."""
    made = storage.open_fitted(folder).model
    side = made._side_again().transform(table, made.labels_, network=OnnxEncoder(small))
    with torch.no_grad():
        made._loaded().tower.side.copy_(torch.from_numpy(side))
    made.side_, made._vectors = side, None
    return made


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--set", default="amazon-games.zip")
    parser.add_argument("--data")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "bench" / "results" / "compress_text.json"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = api.load(find_data(options.set, options.data))
    cases = next_item(data).test.sample(options.people, 0)
    texts, source = item_texts(data.item_table), find_encoder("minilm")
    with tempfile.TemporaryDirectory() as work:
        small = str(shrink(*open_encoder(source), Path(work) / "small"))
        size = [
            sum(
                path.stat().st_size
                for path in Path(one).iterdir()
                if path.suffix in (".safetensors", ".onnx")
            )
            for one in (source, small)
        ]
        (full, slow), (light, fast) = read(texts, source), read(texts, small)
        large, made = (
            storage.open_fitted(options.model).model,
            reading(options.model, data.item_table, small),
        )
    before = ndcg(large, cases)
    rows = [
        row(name, model, large, cases, before, ndcg(model, cases))
        for name, model in (("float32, torch", large), ("int8, ONNX Runtime", made))
    ]
    for found, bytes_, ms in zip(rows, size, (slow, fast), strict=True):
        found |= {"encoder_bytes": bytes_, "ms_a_title": ms}
    progress.table(
        [
            {
                "encoder": r["name"],
                "MB": r["encoder_bytes"] / 1e6,
                "ms a title": r["ms_a_title"],
                "NDCG@10": r["ndcg@10"]["mean"],
                "loss": f"{r['loss']['mean']:.2%} [{r['loss']['low']:.2%}, "
                f"{r['loss']['high']:.2%}]",
                "same ten": r["overlap@10"]["mean"],
                "same first reason": r["same_top_reason"]["mean"],
            }
            for r in rows
        ],
        f"{options.set}: {len(texts):,} titles, {len(cases):,} people; cosine of the vectors "
        f"{float((full * light).sum(1).mean()):.4f}; {size[0] / size[1]:.2f} times smaller, "
        f"{slow / fast:.2f} times faster",
    )
    options.model = options.model.name
    write(options.out, options, {"rows": rows})


if __name__ == "__main__":
    main()
