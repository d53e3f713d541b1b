"""Whether a large model that is trained on top of the glass box's counts adds more to the glass
box than one that is trained alone.

    python -m bench.accuracy.residual_large [--set amazon-games.zip] [--only residual,alone]
    [--budget auto] [--people 2000] [--epochs 14] [--seconds 600]

The glass box is fitted on the training events of next-item. Then the large model is trained twice,
with the same settings and a limit of processor seconds: on top of the counts' scores of every
position, which leave out what the position itself added (as the learned part of the glass box is),
and alone by full softmax. After each epoch it prints, on validation people, NDCG@10 of the glass
box, of the large model (for the residual one: with the counts), and of both at the best share.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.accuracy.accuracy import find_data
from whyrec import api
from whyrec.core import progress
from whyrec.core.cases import EvaluationCases
from whyrec.data.split import next_item
from whyrec.models.linear.additive import AdditiveRecommender
from whyrec.models.linear.additive_fit import Chosen, residual_of
from whyrec.models.linear.counted_parts import CountedParts
from whyrec.models.linear.counted_scores import Residual, blended
from whyrec.models.linear.mix import Mix
from whyrec.models.linear.terms import ItemItemTerm
from whyrec.models.sequence.sequence import SequenceTransformer

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
# The settings of bench/accuracy/row_specs.py for shops.
SHOP = {"width": 128, "dropout": 0.4, "learning_rate": 0.001, "length": 50}
FILMS = {
    "width": 128,
    "dropout": 0.3,
    "item_dropout": 0.1,
    "learning_rate": 0.002,
    "batch_tokens": 8192,
}
SMALL = 0.05  # size of the first item vectors of the residual model: it starts near the counts


class Alone(SequenceTransformer):
    """The large model by itself; prints its accuracy after each epoch."""

    def beside(self, residual: Residual, counted: NDArray[np.float32]) -> Alone:
        """Set what the glass box scores for the validation people, and its counts."""
        self._residual = residual
        self._counts = counted
        self._began = time.process_time()
        return self

    def _task(self, network: Any, data: Any, valid: Any, seed: int) -> Any:
        task = super()._task(network, data, valid, seed)
        task.quality = lambda state: self._quality(task, state, 0.0)
        return task

    def _quality(self, task: Any, network: Any, strength: float) -> float:
        import torch

        cases: EvaluationCases = task.valid
        with torch.inference_mode():
            learned = task.scorer(network)(cases.queries) + strength * self._counts
        learned = _scaled(learned)
        both = [float(blended(self._residual.scores, learned, one, cases).mean()) for one in SHARES]
        best = int(np.argmax(both))
        progress.line(
            f"  {time.process_time() - self._began:6.0f} CPU s  alone {both[-1]:.4f}  "
            f"with the glass box {both[best]:.4f} at share {SHARES[best]:g}"
        )
        return both[best]


class OnCounts(Alone):
    """The large model trained on top of the counts."""

    def _task(self, network: Any, data: Any, valid: Any, seed: int) -> Any:
        import torch

        from whyrec.models.linear.residual import ResidualTask

        network.strength = torch.nn.Parameter(torch.tensor(1.0))
        with torch.no_grad():
            network.tower.own.mul_(SMALL)
            network.tower.bias.zero_()
        kind = partial(ResidualTask, self._residual)
        task = SequenceTransformer._task(self, network, data, valid, seed, kind)
        task.quality = lambda state: self._quality(task, state, float(state.strength.detach()))
        return task


def _scaled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Centred over the items, in units of the common spread."""
    return (scores - scores.mean(1, keepdims=True)) / (scores.std() or 1.0)


def main() -> None:
    """Print the two curves."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--set", default="amazon-games.zip")
    made.add_argument("--only", default="residual,alone")
    made.add_argument("--budget", default="auto")
    made.add_argument("--people", type=int, default=2000)
    made.add_argument("--epochs", type=int, default=14)
    made.add_argument("--seconds", type=float, default=600)
    options = made.parse_args()
    split = next_item(api.load(find_data(options.set, None)))
    train, valid = split.train, split.valid.sample(options.people, 0)
    began = time.process_time()
    glass = AdditiveRecommender(budget=options.budget).fit(train, seed=0, valid=split.valid)
    scores = _scaled(glass.score(valid.queries))
    quality = float(blended(scores, scores, 0.0, valid).mean())
    progress.line(
        f"{train.name}, {len(valid)} validation people: glass box {quality:.4f} "
        f"in {time.process_time() - began:.0f} CPU s"
    )
    mix = Mix(**glass.mix_)
    parts = CountedParts(train, ("transitions",), window=glass.window, max_dense=1)
    residual = residual_of(train, parts, Chosen(glass.ridge_, mix), scores)
    term = ItemItemTerm(residual.counted.weights, residual.counted.decay)
    counted = term.scores(valid.queries) + residual.counted.base
    settings = (FILMS if "ml-1m" in options.set else SHOP) | {
        "epochs": options.epochs,
        "max_minutes": options.seconds / 60,
        "tune_on": options.people,
    }
    for name in options.only.split(","):
        progress.line(f"{name}:")
        if name == "residual":
            more = {"loss": "sampled", "negatives": 1024, "warm_start": False}
            model: Alone = OnCounts(**settings, **more)
        else:
            model = Alone(**settings)
        model.beside(residual, counted).fit(train, seed=0, valid=valid)


if __name__ == "__main__":
    main()
