"""Fake profiles, 1% of people, each kind: who is alarmed at by one signal and by both.

    python bench/shilling.py [--data FOLDER] [--seeds 6]
"""

from __future__ import annotations

import argparse

import numpy as np
from accuracy import find_data

from whyrec import catalog
from whyrec.cli import show
from whyrec.data.split import split
from whyrec.evaluate import attacks


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data")
    parser.add_argument("--seeds", type=int, default=6)
    given = parser.parse_args()
    train = split(catalog.load(find_data("ml-100k.zip", given.data)), "next-item", seed=0).train
    clean, counts = attacks.signals(train), np.bincount(train.item, minlength=train.n_items)
    rare = np.flatnonzero((counts > 0) & (counts <= np.quantile(counts[counts > 0], 0.5)))
    rows = []
    for kind in attacks.KINDS:
        found = []
        for seed in range(given.seeds):
            target = int(np.random.default_rng(seed).choice(rare))
            grown, fakes = attacks.inject(train, kind, target, seed=seed)
            now = attacks.signals(grown)
            for ringing in (attacks.alarm(clean[:, 0], now[:, 0]), attacks.alarm(clean, now)):
                found.append((ringing[fakes].mean(), ringing[:train.n_users].mean()))
        one, both = np.mean(found[::2], 0), np.mean(found[1::2], 0)
        rows.append({"attack": kind, "recall, one signal": one[0], "false alarms, one": one[1], "recall, both": both[0],
                     "false alarms, both": both[1], "least recall, both": np.min(found[1::2], 0)[0]})
    show.table(rows, "fake profiles")


if __name__ == "__main__":
    main()
