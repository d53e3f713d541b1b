"""The latest events of a data set brought into fitted models, beside a fit on all of them.

    OMP_NUM_THREADS=1 python -m bench.scale.update --data amazon-games.zip [--share 0.001] [--models
    ease,cooccurrence]

seconds are the processor's. difference: the largest of 200 people's scores, in units of the largest
score.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from whyrec import api, registry
from whyrec.data.append import appended


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--data", required=True)
    parse.add_argument("--share", type=float, default=0.001)
    parse.add_argument("--models", default="ease,cooccurrence")
    given = parse.parse_args()
    data = api.load(given.data)
    first = np.arange(len(data)) < len(data) * (1 - given.share)
    old, new = data.select(first).compact(), data.select(~first).compact()
    whole = appended(old, new)
    print(
        f"{len(old):,} events and {len(new):,} new ones of {new.n_users:,} people; "
        f"{whole.n_users - old.n_users:,} people "
        f"and {whole.n_items - old.n_items:,} items of {whole.n_items:,} are new"
    )
    for name in given.models.split(","):
        fitted = registry.model(name).fit(old)
        began = time.process_time()
        made = fitted.update(old, whole)
        updated = time.process_time()
        again = registry.model(name).fit(whole)
        fit = time.process_time()
        some = whole.histories[:200]
        ours, theirs = made.score(some), again.score(some)
        print(
            f"{name:16} update {updated - began:8.2f} s   fit {fit - updated:8.2f} s   "
            f"difference {np.abs(ours - theirs).max() / np.abs(theirs).max():.1e}",
            flush=True,
        )


if __name__ == "__main__":
    main()
