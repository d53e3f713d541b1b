"""Whether a knowledge graph embedding is worth having beside the graph's own paths: warm and cold items of ml-1m.

    python bench/kge.py [--data FOLDER] [--kge RotatE ComplEx TransE] [--epochs 25] [--dims 32]

The graph of ml-1m-kg.zip without wiki pages and things that one triple alone names, is embedded by RotatE (Sun et al. 2019),
ComplEx (Trouillon et al. 2016) or TransE (Bordes et al. 2013): relations in both directions, softmax over 256
negatives that a batch shares. That it learned is told by the
filtered rank of held-out tails. The vectors of items then stand as a modality, a likeness as in `additive`.

Cold: a tenth of the films in the graph is taken out of all histories; of the people who chose some, the other films are the
query, and the cold ones must be found among the cold. The links alone, by the model `graph`, are the bar.
Warm: next item, beside additive's counted parts, weights chosen on validation people; also of the rarer half of the films.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accuracy import ROOT, find_data, write
from again import quality, told

from whyrec import catalog
from whyrec.core import Dataset, Links, Measurement, Queries
from whyrec.core.cases import Cases
from whyrec.data.split import next_item
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.models.kernels import Kernel, choose, kernel_vectors

WEAK = "related_to_wikipage"  # most triples, and they prove nothing (docs/guide/graph.md)
BATCH, NEGATIVES, RATE, SCALE = 4096, 256, 0.02, 9.0


def triples_of(links: Links) -> tuple[np.ndarray, np.ndarray]:
    """(triples (l, 3) head, relation, tail by new numbers, the entity of each number)."""
    rows = np.unique(np.stack([links.head, links.relation, links.tail], 1), axis=0)
    rows = rows[np.array([links.relations[r] != WEAK for r in range(len(links.relations))])[rows[:, 1]]]
    often = np.bincount(rows[:, [0, 2]].ravel(), minlength=len(links.entities)) > 1
    rows = rows[often[rows[:, 0]] & often[rows[:, 2]]]
    entities, ends = np.unique(rows[:, [0, 2]], return_inverse=True)
    ends = ends.reshape(-1, 2)
    return np.stack([ends[:, 0], rows[:, 1], ends[:, 1]], 1), entities


class Embedding(torch.nn.Module):
    """score(h, r, t), larger for what is true; entities (n, 2 dims): real and imaginary halves, of TransE one vector."""

    def __init__(self, name: str, n: int, relations: int, dims: int) -> None:
        super().__init__()
        self.name = name
        self.entity = torch.nn.Embedding(n, 2 * dims)
        self.relation = torch.nn.Embedding(2 * relations, 2 * dims)
        torch.nn.init.normal_(self.entity.weight, std=0.3)
        torch.nn.init.normal_(self.relation.weight, std=0.3)

    def asked(self, head: torch.Tensor, relation: torch.Tensor) -> torch.Tensor:
        """Where the tail should lie, (b, 2 dims)."""
        h, r = self.entity(head), self.relation(relation)
        if self.name == "TransE":
            return h + r
        (a, b), (c, d) = h.chunk(2, 1), r.chunk(2, 1)
        if self.name == "RotatE":
            c, d = torch.cos(c), torch.sin(c)
        return torch.cat([a * c - b * d, a * d + b * c], 1)

    def every(self, asked: torch.Tensor, tails: torch.Tensor) -> torch.Tensor:
        """Logits (b, c) of all of the tails (c,)."""
        t = self.entity(tails)
        if self.name == "ComplEx":
            return asked @ t.T
        squares = asked.square().sum(1)[:, None] + t.square().sum(1) - 2 * asked @ t.T  # torch.cdist goes back slowly
        return SCALE - squares.clamp_min(1e-6).sqrt()

    def each(self, asked: torch.Tensor, tails: torch.Tensor) -> torch.Tensor:
        """Logits (b,) of one tail each."""
        t = self.entity(tails)
        return (asked * t).sum(1) if self.name == "ComplEx" else SCALE - torch.linalg.vector_norm(asked - t, dim=1)


def trained(name: str, links: Links, dims: int, epochs: int, seed: int) -> tuple[np.ndarray, dict[str, float]]:
    """(item vectors (n_items, 2 dims), 0 where no triple names the item; how well held-out tails are found)."""
    torch.manual_seed(seed)
    numbers, entities = triples_of(links)
    rows = torch.from_numpy(numbers.astype(np.int64))[torch.randperm(len(numbers))]
    held, rows = rows[:len(rows) // 50], rows[len(rows) // 50:]
    relations = len(links.relations)
    both = torch.cat([rows, torch.stack([rows[:, 2], rows[:, 1] + relations, rows[:, 0]], 1)])
    model = Embedding(name, len(entities), relations, dims)
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs * -(-len(both) // BATCH))
    for epoch in range(epochs):
        for part in torch.randperm(len(both)).split(BATCH):
            head, relation, tail = both[part].T
            asked, drawn = model.asked(head, relation), torch.randint(len(entities), (NEGATIVES,))
            own = model.each(asked, tail)
            wrong = model.every(asked, drawn).masked_fill(drawn[None] == tail[:, None], -torch.inf)
            loss = (torch.logsumexp(torch.cat([own[:, None], wrong], 1), 1) - own).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            rate.step()
        if epoch % 10 == 9:
            print(f"  {name} epoch {epoch + 1}: loss {loss.detach():.3f}", flush=True)
    place = np.full(len(links.entities), -1)
    place[entities] = np.arange(len(entities))
    at = np.where(links.item_entity >= 0, place[links.item_entity], -1)
    vectors = np.where(at[:, None] >= 0, model.entity.weight.detach().numpy()[at], 0).astype(np.float32)
    return vectors, _ranked(model, held, rows, len(entities))


@torch.no_grad()
def _ranked(model: Embedding, held: torch.Tensor, known: torch.Tensor, n: int) -> dict[str, float]:
    """Of up to 500 held-out triples: mean reciprocal rank and share within ten of the tail, other true tails left out."""
    true: dict[tuple[int, int], list[int]] = {}
    for head, relation, tail in torch.cat([held, known]).tolist():
        true.setdefault((head, relation), []).append(tail)
    places = []
    for row in held[:500]:
        head, relation, tail = row.tolist()
        scores = model.every(model.asked(row[:1], row[1:2]), torch.arange(n))[0]
        own = float(scores[tail])
        scores[true[head, relation]] = -torch.inf
        places.append(1 + int((scores > own).sum()))
    found = np.array(places)
    return {"mrr": float((1 / found).mean()), "hits@10": float((found <= 10).mean()), "entities": n, "triples": len(known)}


class Beside:
    """A base model, or none, with kernels of likeness beside it."""

    def __init__(self, base: Any, kernels: list[Kernel]) -> None:
        self.base, self.kernels = base, kernels

    def score(self, queries: Queries) -> np.ndarray:
        scores = self.base.score(queries) if self.base else np.float32(0)
        return scores + sum((one.term.scores(queries) for one in self.kernels), np.float32(0))


def of_warm(data: Dataset, modalities: list[list[str]]) -> dict[str, Measurement]:
    made = next_item(data)
    base = catalog.model("additive", parts=["ease", "transitions"], kernels=()).fit(made.train, valid=made.valid)
    scores, rows = base.score(made.valid.queries), {"additive of counts": quality(base, made.test)}
    counts = np.bincount(made.train.item, minlength=data.n_items)
    rare = counts[made.test.items] <= np.median(counts[made.test.items])
    for names in modalities:
        kernels = [Kernel(name, kernel_vectors(data, name)) for name in names]
        choose(kernels, None, scores, made.train.histories, made.valid, 10)
        rows["with " + " and ".join(names)] = quality(Beside(base, kernels), made.test)
        print("  weights", [(one.name, round(one.weight, 3), one.decay) for one in kernels], flush=True)
    return rows | {f"{label}, rarer half": Measurement("ndcg@10", row.values[rare]) for label, row in rows.items()}


def of_cold(data: Dataset, modalities: list[list[str]], inside: np.ndarray, seed: int) -> dict[str, Measurement]:
    cold = np.zeros(data.n_items, bool)
    cold[np.random.default_rng(seed).choice(inside, len(inside) // 10, replace=False)] = True
    train, gone = data.select(~cold[data.item]), data.select(cold[data.item])
    people = np.flatnonzero((gone.histories.sizes > 0) & (train.histories.sizes > 0))
    truth = [gone.histories[int(person)].items for person in people]
    cases = Cases(train.histories[people], np.cumsum([0, *map(len, truth)]), np.concatenate(truth), among=cold)
    print(f"  {cold.sum()} cold films, {len(people):,} people", flush=True)
    rows = {"links alone": quality(catalog.model("graph", people=False, then=False).fit(train), cases),
            "chance": quality(catalog.model("popular").fit(train), cases)}  # all cold films alike: by their numbers
    for names in modalities:
        rows["likeness in " + " and ".join(names)] = quality(
            Beside(None, [Kernel(name, kernel_vectors(data, name), 1.0) for name in names]), cases)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=None)
    parser.add_argument("--kge", nargs="*", default=["RotatE", "ComplEx"])
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--dims", type=int, default=32)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "kge.json")
    options = parser.parse_args()
    data = catalog.load(find_data("ml-1m-order.zip", options.data), graph=find_data("ml-1m-kg.zip", options.data))
    data = data.of_people(np.sort(np.random.default_rng(options.seed).permutation(data.n_users)[:options.people]))
    assert data.links is not None
    found, vectors = dict[str, Any](), {}
    for name in options.kge:
        vectors[name], found[name] = trained(name, data.links, options.dims, options.epochs, options.seed)
        print(f"{name}: {found[name]}", flush=True)
    data = replace(data, item_table=replace(data.item_table, vectors=vectors))
    modalities = [*[[name] for name in options.kge], ["text"], [options.kge[0], "text"]]
    inside = np.flatnonzero(vectors[options.kge[0]].any(1))
    for part, rows in (("cold", of_cold(data, modalities, inside, options.seed)), ("warm", of_warm(data, modalities))):
        for label, row in rows.items():
            bar = "links alone" if part == "cold" else "additive of counts" + (", rarer half" if "rarer" in label else "")
            found[f"{part}: {label}"] = [told(bootstrap(row)), told(paired(row, rows[bar]))]
            print(f"{part}: {label}: {found[f'{part}: {label}'][0]}; - {bar}: {found[f'{part}: {label}'][1]}", flush=True)
        write(options.out, options, {"found": found})


if __name__ == "__main__":
    main()
