"""Whether a knowledge graph embedding is worth having beside the graph's own paths: warm and cold
items of ml-1m.

    python -m bench.accuracy.knowledge_graph_embedding [--data FOLDER] [--people 2000] [--text]

The graph of ml-1m-kg.zip without wiki pages is embedded (whyrec.models.item_content.rotate); that
it learned is told by the filtered rank of held-out tails. The vectors of items then stand as the
modality `links`, a likeness as in `additive`.

Cold: a tenth of the films in the graph is taken out of all histories; of the people who chose some,
the other films are the query, and the cold ones must be found among the cold. The links alone, by
the model `graph`, are the bar.
Warm: next item, beside additive's counted parts, weights chosen on validation people; also of the
rarer half of the films.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy import ROOT, find_data, write
from bench.accuracy.repeat_consumption import quality, told
from whyrec import api, registry
from whyrec.core import Dataset, Links, Measurement, Queries
from whyrec.core.cases import EvaluationCases
from whyrec.data.split import next_item
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.models.item_content.rotate import link_vectors, rotate, triples_of
from whyrec.models.linear.kernels import Kernel, choose, kernel_vectors

WEAK = "related_to_wikipage"  # most triples, and they prove nothing (docs/guide/graph.md)


def checked(links: Links, seed: int) -> dict[str, float]:
    """Trained without a fiftieth of the triples: mean reciprocal rank and share within ten of up to
    500 held-out tails among all entities, other true tails left out."""
    triples, entities = triples_of(links)
    rows = np.random.default_rng(seed).permutation(triples)
    held, rows = rows[: len(rows) // 50], rows[len(rows) // 50 :]
    made = rotate(rows, len(entities), len(links.relations), seed=seed)
    true: dict[tuple[int, int], list[int]] = {}
    for head, relation, tail in triples.tolist():
        true.setdefault((head, relation), []).append(tail)
    places = []
    for head, relation, tail in held[:500].tolist():
        scores = made.tails(head, relation)
        own = scores[tail]
        scores[true[head, relation]] = -np.inf
        places.append(1 + int((scores > own).sum()))
    found = np.array(places)
    return {
        "mrr": float((1 / found).mean()),
        "hits@10": float((found <= 10).mean()),
        "entities": len(entities),
        "triples": len(rows),
    }


def without(links: Links, relation: str) -> Links:
    """The graph without one relation."""
    stays = np.array([name != relation for name in links.relations])[links.relation]
    return replace(
        links, head=links.head[stays], relation=links.relation[stays], tail=links.tail[stays]
    )


class MostLinks:
    """The same list for everyone: items of the most links first, as known films are written
    about more.
    """

    def __init__(self, data: Dataset) -> None:
        assert data.links is not None
        links = np.bincount(
            np.concatenate([data.links.head, data.links.tail]), minlength=len(data.links.entities)
        )
        self.links = np.where(data.links.item_entity >= 0, links[data.links.item_entity], 0).astype(
            np.float32
        )

    def score(self, queries: Queries) -> np.ndarray:
        return np.tile(self.links, (len(queries), 1))


class Beside:
    """A base model, or none, with kernels of likeness beside it."""

    def __init__(self, base: Any, kernels: list[Kernel]) -> None:
        self.base, self.kernels = base, kernels

    def score(self, queries: Queries) -> np.ndarray:
        scores = self.base.score(queries) if self.base else np.float32(0)
        return scores + sum((one.term.scores(queries) for one in self.kernels), np.float32(0))


def of_warm(data: Dataset, modalities: list[list[str]]) -> dict[str, Measurement]:
    made = next_item(data)
    base = registry.model(
        "additive", components=["ease", "transitions"], similarity_terms=(), ridge=200.0
    )
    base.fit(made.train, valid=made.valid)
    scores, rows = base.score(made.valid.queries), {"additive of counts": quality(base, made.test)}
    counts = np.bincount(made.train.item, minlength=data.n_items)
    rare = counts[made.test.items] <= np.median(counts[made.test.items])
    for names in modalities:
        kernels = [Kernel(name, kernel_vectors(data, name)) for name in names]
        choose(kernels, None, scores, made.train.histories, made.valid, 10)
        rows["with " + " and ".join(names)] = quality(Beside(base, kernels), made.test)
        print(
            "  weights",
            [(one.name, round(one.weight, 3), one.decay) for one in kernels],
            flush=True,
        )
    return rows | {
        f"{label}, rarer half": Measurement("ndcg@10", row.values[rare])
        for label, row in rows.items()
    }


def of_cold(
    data: Dataset, modalities: list[list[str]], inside: np.ndarray, seed: int
) -> dict[str, Measurement]:
    cold = np.zeros(data.n_items, bool)
    cold[np.random.default_rng(seed).choice(inside, len(inside) // 10, replace=False)] = True
    train, gone = data.select(~cold[data.item]), data.select(cold[data.item])
    people = np.flatnonzero((gone.histories.sizes > 0) & (train.histories.sizes > 0))
    truth = [gone.histories[int(person)].items for person in people]
    cases = EvaluationCases(
        train.histories[people],
        np.cumsum([0, *map(len, truth)]),
        np.concatenate(truth),
        candidates=cold,
    )
    print(f"  {cold.sum()} cold films, {len(people):,} people", flush=True)
    rows = {
        "links alone": quality(
            registry.model("graph", people=False, successors=False).fit(train), cases
        ),
        "chance": quality(
            registry.model("popular").fit(train), cases
        ),  # all cold films alike: by their numbers
        "most links first": quality(MostLinks(data), cases),
    }
    for names in modalities:
        rows["likeness in " + " and ".join(names)] = quality(
            Beside(None, [Kernel(name, kernel_vectors(data, name), 1.0) for name in names]), cases
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default=None)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--text", action="store_true", help="also beside the likeness of titles and genres"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "kge.json")
    options = parser.parse_args()
    data = api.load(
        find_data("ml-1m-order.zip", options.data), graph=find_data("ml-1m-kg.zip", options.data)
    )
    data = data.of_people(
        np.sort(np.random.default_rng(options.seed).permutation(data.n_users)[: options.people])
    )
    assert data.links is not None
    links = without(data.links, WEAK)
    found: dict[str, Any] = {"held-out triples": checked(links, options.seed)}
    print(found, flush=True)
    vectors = link_vectors(links)
    data = replace(
        data, links=links, item_table=replace(data.item_table, vectors={"links": vectors})
    )
    modalities = [["links"], *([["text"], ["links", "text"]] if options.text else [])]
    inside = np.flatnonzero(vectors.any(1))
    for part, rows in (
        ("cold", of_cold(data, modalities, inside, options.seed)),
        ("warm", of_warm(data, modalities)),
    ):
        for label, row in rows.items():
            bar = (
                "links alone"
                if part == "cold"
                else "additive of counts" + (", rarer half" if "rarer" in label else "")
            )
            found[f"{part}: {label}"] = [told(bootstrap(row)), told(paired(row, rows[bar]))]
            print(
                f"{part}: {label}: {found[f'{part}: {label}'][0]}; - {bar}: "
                f"{found[f'{part}: {label}'][1]}",
                flush=True,
            )
        write(options.out, options, {"found": found})


if __name__ == "__main__":
    main()
