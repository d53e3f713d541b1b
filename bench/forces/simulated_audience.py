"""What each learned force is worth to a simulated audience, and whether its log tells so.

    python -m bench.forces.simulated_audience [--model ease] [--seeds 0,1,2] [--publish]

Ten rounds of lists of ten. After each, people choose, dismiss or pass over what they were shown; a
list is worth the mean worth of its items. Each force acts alone and all together, beside the model
without forces, for the same people and the same random numbers. The strength of each is chosen on
half of the people and measured on the other half, as a paired difference with its interval.

The log: without forces, the last place is drawn uniformly from twenty candidates. From it, the
choices at that place under the forces are estimated (SNIPS), and then counted by showing them.
"""

from __future__ import annotations

import argparse
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.kept_result import keep
from whyrec import registry
from whyrec.core import Measurement, Queries, Query, progress
from whyrec.core.decomposition import Constant
from whyrec.data.audience import Audience, audience
from whyrec.evaluate.offpolicy import estimate
from whyrec.evaluate.statistics import bootstrap
from whyrec.forces.facts import ItemFacts
from whyrec.forces.force import Force
from whyrec.forces.weights import Surroundings, spread, terms_of

ROUNDS, TOP, CANDIDATES = 10, 10, 20
ARMS = {"dismissed": (0.0, 0.25, 0.5, 1.0, 2.0, 4.0), "shown": (0.0, 0.05, 0.1, 0.2, 0.4, 0.8)}


class Theatre:
    """An audience with a model; one person's forces and lists."""

    def __init__(self, world: Audience, model: Any) -> None:
        self.world = world
        self.model = model.fit(world.log)
        n = len(world.table)
        self.facts = ItemFacts(world.log.items, {"tags": world.table.categories})
        empty = self.model.score([Query([])])[0]
        self.like = self.model.score(Queries.of([Query([item]) for item in range(n)])) - empty
        rows = [world.log.histories[at] for at in range(100)]
        self.unit = float(np.median([spread(row) for row in self.model.score(Queries.of(rows))]))

    def play(
        self, strengths: dict[str, float], people: NDArray[np.int64], seed: int
    ) -> NDArray[np.float64]:
        """The mean worth of each person's lists; `state` is what they did."""
        world, n = self.world, len(self.world.table)
        shown = np.zeros((len(people), n), np.int64)
        chosen = [world.log.histories[int(at)].items.tolist() for at in people]
        dismissed: list[list[int]] = [[] for _ in people]
        worth = np.zeros(len(people))
        for turn in range(ROUNDS):
            scores = self.model.score(Queries.of([Query(items) for items in chosen]))
            chance = np.random.default_rng([seed, turn]).random((len(people), n))
            for row in range(len(people)):
                order = self._order(scores[row], chosen[row], dismissed[row], shown[row], strengths)
                listed = order[:TOP]
                value = world.worth[people[row], listed] - world.tiring * np.log1p(
                    shown[row, listed]
                )
                worth[row] += value.mean() / ROUNDS
                luck = chance[row, listed]
                likes, hates = luck < world.choice(value), 1 - luck < world.dismissal(value)
                chosen[row] += listed[likes].tolist()
                dismissed[row] += listed[hates & ~likes].tolist()
                shown[row, listed[~likes]] += 1
        self.state = (chosen, dismissed, shown)
        return worth

    def _order(
        self,
        scores: NDArray[np.float32],
        chosen: list[int],
        dismissed: list[int],
        shown: NDArray[np.int64],
        strengths: dict[str, float],
    ) -> NDArray[np.int64]:
        """The items from the best on, without chosen and dismissed ones."""
        allowed = np.ones(len(scores), bool)
        allowed[chosen + dismissed] = False
        labels = self.facts.labels
        forces = []
        if strengths.get("dismissed") and dismissed:
            items = tuple((labels[item], strengths["dismissed"]) for item in dismissed)
            forces.append(Force("dismissed", "refused", 1.0, items=items))
        if strengths.get("shown") and shown.any():
            tired = tuple(
                (labels[item], float(np.log1p(shown[item])))
                for item in np.flatnonzero(shown).tolist()
            )
            forces.append(Force("shown", "shown", strengths["shown"], items=tired))
        around = Surroundings(self.facts, self.unit, None, lambda item: self.like[item], 0)
        terms = terms_of(forces, around, Constant(scores), allowed, TOP)
        total = scores + sum(terms.values(), np.zeros(len(scores)))
        order = np.argsort(-np.where(allowed, total, -np.inf), kind="stable")
        return order[: int(allowed.sum())]

    def off_policy(
        self, strengths: dict[str, float], people: NDArray[np.int64], seed: int
    ) -> dict[str, Any]:
        """The choices at a drawn last place: estimated from the log, and counted."""
        chosen, dismissed, shown = self.state
        scores = self.model.score(Queries.of([Query(items) for items in chosen]))
        rng = np.random.default_rng([seed, 99])
        reward, new, truth = [], [], []
        for row, person in enumerate(people.tolist()):
            state = (scores[row], chosen[row], dismissed[row], shown[row])
            plain, forced = self._order(*state, {}), self._order(*state, strengths)
            candidates = plain[TOP - 1 : TOP - 1 + CANDIDATES]
            rank = {item: at for at, item in enumerate(forced.tolist())}
            wanted = min(candidates.tolist(), key=lambda item: rank[item])
            drawn = int(rng.choice(candidates))
            value = self.world.worth[person] - self.world.tiring * np.log1p(shown[row])
            chance = self.world.choice(value)
            luck = rng.random()
            reward.append(float(luck < chance[drawn]))
            new.append(float(drawn == wanted))
            truth.append(chance[wanted])
        logged = np.full(len(people), 1 / CANDIDATES)
        found = estimate(np.array(reward), logged, np.array(new), seed=seed)
        return {
            "counted": float(np.mean(truth)),
            "estimated": found.snips._asdict(),
            "agrees": bool(found.snips.low <= np.mean(truth) <= found.snips.high),
        }


def one_seed(seed: int, name: str) -> dict[str, Any]:
    """Choose strengths on half of the people and measure on the other half."""
    world = audience(people=800, seed=seed)
    theatre = Theatre(world, registry.model(name))
    people = np.random.default_rng(seed).permutation(800)
    valid, test = np.sort(people[:400]), np.sort(people[400:])
    chosen = {}
    for arm, sizes in ARMS.items():
        worth = {size: theatre.play({arm: size}, valid, seed).mean() for size in sizes}
        chosen[arm] = max(worth, key=lambda size: worth[size])
    before = theatre.play({}, test, seed)
    found: dict[str, Any] = {"chosen": chosen, "without": float(before.mean())}
    log = theatre.off_policy(chosen, test, seed)
    for arm, strengths in {
        **{arm: {arm: size} for arm, size in chosen.items()},
        "both": chosen,
    }.items():
        worth = theatre.play(strengths, test, seed)
        found[arm] = bootstrap(Measurement(arm, worth - before))._asdict()
    return found | {"log": log}


def main() -> None:
    """Measure and print."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--model", default="ease")
    made.add_argument("--seeds", default="0,1,2")
    made.add_argument("--publish", action="store_true")
    options = made.parse_args()
    load = os.getloadavg()[0]
    found = {}
    for seed in map(int, options.seeds.split(",")):
        one = found[str(seed)] = one_seed(seed, options.model)
        progress.line(
            f"seed {seed}: {one['without']:.3f} without; "
            + "; ".join(
                f"{arm} {one[arm]['mean']:+.3f} [{one[arm]['low']:+.3f}, {one[arm]['high']:+.3f}]"
                for arm in (*ARMS, "both")
            )
            + f"; chosen {one['chosen']}; last place: counted {one['log']['counted']:.3f},"
            f" estimated {one['log']['estimated']['mean']:.3f}"
            f" [{one['log']['estimated']['low']:.3f}, {one['log']['estimated']['high']:.3f}]"
        )
    if options.publish:
        command = f"python -m bench.forces.simulated_audience --model {options.model} --publish"
        keep("forces/simulated-audience", command, load, {"seeds": found})


if __name__ == "__main__":
    main()
