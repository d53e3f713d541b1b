"""The large model made small: bytes, milliseconds, accuracy and reasons of each form and of each step to it.

    python bench/compress.py [--sets amazon-games.zip,ml-1m-order.zip] [--people 20000] [--epochs 5] [--bytes 32,16]
                             [--seed 0] [--models FOLDER] [--json FILE]

The large model is fitted on the training events of next-item; all forms are judged on the same test people. Steps: codes for
the item vectors, learning again from the large model, int8 weights. --models: fitted models are kept there and used again.
"""

from __future__ import annotations

import argparse
import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
from accuracy import find_data
from fusion import fitted
from rows import FILMS_SEQUENCE, SHOP_SEQUENCE
from threadpoolctl import threadpool_limits

from whyrec import catalog
from whyrec.cli import compressing, show
from whyrec.compress.export import to_int8
from whyrec.data.split import next_item

LARGE = {"ml-1m-order.zip": FILMS_SEQUENCE, "amazon-games.zip": SHOP_SEQUENCE[0]}


def steps(name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """The table of a data set."""
    split = next_item(catalog.load(find_data(name, None)))
    large, _ = fitted(LARGE[name], split, None, arguments)
    cases = split.test.sample(arguments.people, arguments.seed)
    before = compressing.ndcg(large, cases)
    item_bytes, event_bytes = (int(one) for one in arguments.bytes.split(","))
    how = {"item_bytes": item_bytes, "event_bytes": event_bytes, "int8": False}
    coded, learned = (catalog.model("compact", epochs=epochs, **how).of(large, split.train, seed=arguments.seed)
                      for epochs in (0, arguments.epochs))
    small = copy.copy(learned)
    small.network_, small.int8, small._session = np.frombuffer(to_int8(learned.network_.tobytes()), np.uint8), True, None
    rows = [compressing.row("large", large, large, cases, before, before)]
    for label, made in {f"codes, {item_bytes} + {event_bytes} bytes": coded,
                        f"and {arguments.epochs} epochs of learning again": learned, "and int8 weights": small}.items():
        rows.append(compressing.row(label, made, large, cases, before, compressing.ndcg(made, cases)))
        print(label, rows[-1]["ndcg@10"], rows[-1]["loss"], flush=True)
    found = {"data": name, "steps": rows, "chosen": "and int8 weights", "people": len(cases)}
    return found | {"item_table": tables(large, small)}


def tables(large: Any, small: Any) -> dict[str, int]:
    """Bytes of what is kept of each item: vectors to recommend and of events, and what the large model reads of its text."""
    served = large.served()
    before = served.vectors.nbytes + served.events.nbytes + large.side_.nbytes
    return {"before": before, "after": sum(small._codes(side).nbytes for side in ("item", "event"))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sets", default=",".join(LARGE))
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--bytes", default="32,16", help="of an item, to recommend and as an event")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--models", type=Path, default=None)
    parser.add_argument("--json", type=Path, default=Path("bench/results/compress.json"))
    arguments = parser.parse_args()
    found = []
    with threadpool_limits(1):
        for name in arguments.sets.split(","):
            found.append(steps(name, arguments))
            show.table(compressing.lines(found[-1]), f"{name}, {found[-1]['people']:,} people")
            table = found[-1]["item_table"]
            print(f"item table: {table['before'] / 1e6:.1f} MB, then {table['after'] / 1e6:.2f} MB: "
                  f"{table['before'] / table['after']:.1f} times smaller")
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
