"""Simulated worlds with known causes, against which explanations can be graded.

films: an audience on a catalogue of real films. At each event a person weighs every unseen film and
picks one with probability proportional to exp(utility):

    utility(i) = popular(i) + sum of genre tastes + director taste + era taste
      + sequel   (i continues a film they have seen; fades over later events)
      + mood     (i shares a director or two genres with the film seen last)

Everyone's tastes and the cause of every event are kept. The people and their events are invented;
the films and their facts are real. Limits: not for judging accuracy, because the world is simpler
than reality.

planted: items are chosen by a known item-to-item matrix and one pairwise interaction.

senses: some people choose by how items look, others by what their texts say.
"""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Dataset, ItemTable, Query
from whyrec.core.queries import Float, Int

__all__ = [
    "KINDS",
    "Cause",
    "FilmWorld",
    "PlantedWorld",
    "SenseWorld",
    "film_table",
    "films",
    "planted",
    "senses",
]

KINDS = ("popular", "genre", "director", "era", "sequel", "mood")
POPULAR, GENRE, DIRECTOR, ERA, SEQUEL, MOOD = range(len(KINDS))
START = 1_672_531_200  # 2023-01-01
DAYS = 730  # two years
SEQUEL_PULL = 4.5
SEQUEL_FADE = 0.85
MOOD_PULL = 1.2


class Cause(NamedTuple):
    """One planted cause of an item for a person.

    Attributes:
        kind: One of :data:`KINDS`.
        name: What it refers to, such as a genre.
        pull: Its part of the utility.
        positions: Positions in the history of the events that carry it.
    """

    kind: str
    name: str
    pull: float
    positions: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Films:
    """The catalogue as arrays: genre (n, g) and director membership, year, and predecessor."""

    table: ItemTable
    labels: tuple[str, ...]
    genre: Float
    genres: tuple[str, ...]
    director: Int  # (n,) index into directors
    directors: tuple[str, ...]
    year: Int
    follows: Int  # (n,) item number, -1 if none


def film_table() -> Films:
    """Load the built-in films, sorted by year of release and title."""
    rows = []
    for name in ("films_a.csv", "films_b.csv"):
        with (files("whyrec.data") / name).open("rb") as file:
            rows += list(csv.DictReader(io.TextIOWrapper(file, "utf-8", newline="")))
    rows.sort(key=lambda row: (int(row["year"]), row["title"]))
    labels = tuple(row["item"] for row in rows)
    categories = tuple(tuple(row["genres"].split("|")) for row in rows)
    genres = tuple(sorted({genre for row in categories for genre in row}))
    directors = tuple(sorted({row["director"] for row in rows}))
    table = ItemTable(
        tuple(row["title"] for row in rows),
        tuple(row["description"] for row in rows),
        categories,
        {
            "director": tuple((row["director"],) for row in rows),
            "lead": tuple(
                tuple(lead for lead in (row["lead_1"], row["lead_2"]) if lead) for row in rows
            ),
        },
        {"year": np.array([float(row["year"]) for row in rows])},
    )
    at = {label: number for number, label in enumerate(labels)}
    return Films(
        table,
        labels,
        np.array([[g in row for g in genres] for row in categories], np.float64),
        genres,
        np.array([directors.index(row["director"]) for row in rows]),
        directors,
        np.array([int(row["year"]) for row in rows]),
        np.array([at.get(row["follows"], -1) for row in rows]),
    )


@dataclass(frozen=True, eq=False)
class FilmWorld:
    """The audience's events with their causes.

    Attributes:
        data: The events.
        films: The catalogue.
        cause: Index into KINDS of the largest part of each event's utility, (n,) int8.
        popular: Popularity of the items, (n_items,); like the tastes in units of utility.
        genre_taste: (n_users, genres).
        director_taste: (n_users, directors).
        era_taste: (n_users, n_items).
    """

    data: Dataset
    films: Films
    cause: Int
    popular: Float
    genre_taste: Float
    director_taste: Float
    era_taste: Float

    def causes(self, user: int, query: Query, item: int) -> list[Cause]:
        """Return the planted causes of `item` that some event carries, strongest first."""
        films = self.films
        seen = query.items
        found = []
        for g in np.flatnonzero(films.genre[item]):
            found.append(
                Cause(
                    "genre",
                    films.genres[g],
                    self.genre_taste[user, g],
                    _at(films.genre[seen, g] > 0),
                )
            )
        d = films.director[item]
        found.append(
            Cause(
                "director",
                films.directors[d],
                self.director_taste[user, d],
                _at(films.director[seen] == d),
            )
        )
        decade = films.year // 10
        found.append(
            Cause(
                "era",
                f"{decade[item]}0s",
                self.era_taste[user, item],
                _at(decade[seen] == decade[item]),
            )
        )
        original = films.follows[item]
        if original >= 0:
            fade = SEQUEL_FADE ** query.events_ago[seen == original].min(initial=10**3)
        else:
            fade = 0.0
        found.append(
            Cause("sequel", films.table.title[original], SEQUEL_PULL * fade, _at(seen == original))
        )
        return sorted((c for c in found if c.pull >= 0.5 and c.positions), key=lambda c: -c.pull)


def _at(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(p) for p in np.flatnonzero(mask))


def films(*, people: int = 2_000, events: int = 100_000, seed: int = 0) -> FilmWorld:
    """Simulate an audience that sees films over two years; equal seeds give equal worlds.

    Args:
        people: Number of people.
        events: Approximate number of events.
        seed: Random seed.

    Returns:
        The world.
    """
    rng = np.random.default_rng(seed)
    catalogue = film_table()
    n = len(catalogue.labels)
    popular = rng.gumbel(0.0, 0.8, n)
    genre_taste, director_taste, era_taste = _tastes(rng, people, catalogue)
    fixed = (
        popular
        + genre_taste @ catalogue.genre.T
        + director_taste[:, catalogue.director]
        + era_taste
    )
    sizes = np.clip(rng.lognormal(np.log(events / people) - 0.32, 0.8, people), 8, n // 2).astype(
        int
    )
    user, item, kind = _simulate(
        rng, catalogue, fixed, sizes, (genre_taste, director_taste, era_taste, popular)
    )
    time = _times(rng, user, sizes)
    order = np.lexsort((np.arange(len(time)), time))
    data = Dataset(
        user[order],
        item[order],
        np.ones(len(order)),
        time[order],
        tuple(f"p{number:04d}" for number in range(people)),
        catalogue.labels,
        catalogue.table,
        name="films",
        domain="film",
    )
    return FilmWorld(data, catalogue, kind[order], popular, genre_taste, director_taste, era_taste)


def _tastes(rng: np.random.Generator, people: int, films: Films) -> tuple[Float, Float, Float]:
    """Draw each person's one to three genres, up to two directors and one era."""
    share = films.genre.sum(0) / films.genre.sum()
    genre = np.zeros((people, len(films.genres)))
    director = np.zeros((people, len(films.directors)))
    known = np.flatnonzero(np.bincount(films.director, minlength=len(films.directors)) >= 3)
    for person in range(people):
        liked = rng.choice(len(share), rng.integers(1, 4), replace=False, p=share)
        genre[person, liked] = rng.uniform(1.0, 2.5, len(liked))
        liked = rng.choice(known, min(len(known), int(rng.integers(0, 3))), replace=False)
        director[person, liked] = rng.uniform(2.0, 3.5, len(liked))
    centre = rng.uniform(1950, 2018, people)
    pull = rng.uniform(0.0, 2.0, people)
    distance = (films.year[None] - centre[:, None]) / 12.0
    return genre, director, pull[:, None] * np.exp(-0.5 * distance**2)


def _simulate(
    rng: np.random.Generator,
    films: Films,
    fixed: Float,
    sizes: Int,
    parts: tuple[Float, Float, Float, Float],
) -> tuple[Int, Int, Int]:
    """Draw all choices step by step, with the kind of the largest part of each utility."""
    genre_taste, director_taste, era_taste, popular = parts
    people, n = fixed.shape
    sequels = np.zeros((n, n))
    has = np.flatnonzero(films.follows >= 0)
    sequels[films.follows[has], has] = 1.0
    alike = (
        (films.director[:, None] == films.director) | (films.genre @ films.genre.T >= 2)
    ).astype(np.float64)
    seen = np.zeros((people, n), bool)
    pull = np.zeros((people, n))
    mood = np.zeros((people, n))
    out = []
    for step in range(sizes.max()):
        who = np.flatnonzero(sizes > step)
        utility = (
            fixed[who]
            + SEQUEL_PULL * pull[who]
            + MOOD_PULL * mood[who]
            + rng.gumbel(size=(len(who), n))
        )
        utility[seen[who]] = -np.inf
        chosen = utility.argmax(1)
        shares = np.stack(
            [
                popular[chosen],
                (genre_taste[who] * films.genre[chosen]).max(1),
                director_taste[who, films.director[chosen]],
                era_taste[who, chosen],
                SEQUEL_PULL * pull[who, chosen],
                MOOD_PULL * mood[who, chosen],
            ]
        )
        out.append((who, chosen, shares.argmax(0), np.full(len(who), step)))
        seen[who, chosen] = True
        pull *= SEQUEL_FADE
        pull[who] = np.maximum(pull[who], sequels[chosen])
        mood[who] = alike[chosen]
    user, item, kind, steps = (np.concatenate(column) for column in zip(*out, strict=True))
    order = np.lexsort((steps, user))
    return user[order], item[order], kind[order].astype(np.int8)


def _times(rng: np.random.Generator, user: Int, sizes: Int) -> Int:
    """Draw an evening for each event, ascending over each person's part of the two years."""
    people = len(sizes)
    begin = rng.uniform(0, 0.5, people)
    length = rng.uniform(0.5, 1.0, people)
    share = (
        np.sort(rng.random(len(user)) + user) - user
    )  # users are sorted, so this sorts within each person
    day = np.floor((begin[user] + (1 - begin[user]) * length[user] * share) * DAYS)
    evening = START + day * 86_400 + rng.normal(20.5, 1.5, len(user)).clip(12, 23.9) * 3600
    second: Int = evening.astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    for a, b in itertools.pairwise(starts):  # keeps the order of two films on one evening
        second[a:b] = np.maximum.accumulate(second[a:b])
    return second


@dataclass(frozen=True, eq=False)
class PlantedWorld:
    """Events drawn from softmax(sum over j of decay^steps(j) * weights[item_j, i] + interaction).

    `interaction` (a, b, c, pull): the score of c rises by `pull` once both a and b were chosen.
    """

    data: Dataset
    weights: Float  # (n_items, n_items) float64
    decay: float
    interaction: tuple[int, int, int, float]


def planted(*, people: int = 500, items: int = 40, events: int = 20, seed: int = 0) -> PlantedWorld:
    """Simulate a world with a known sparse item-to-item matrix and one pairwise interaction.

    Args:
        people: Number of people.
        items: Number of items.
        events: Events per person.
        seed: Random seed.

    Returns:
        The world.
    """
    rng = np.random.default_rng(seed)
    weights = rng.normal(0, 1, (items, items)) * (rng.random((items, items)) < 0.15) * 2.0
    np.fill_diagonal(weights, 0.0)
    decay, (a, b, c), pull = 0.8, rng.choice(items, 3, replace=False), 4.0
    drive = np.zeros((people, items))
    seen = np.zeros((people, items), bool)
    chosen = []
    for _ in range(min(events, items - 1)):
        utility = drive + rng.gumbel(size=drive.shape)
        utility[:, c] += pull * (seen[:, a] & seen[:, b])
        utility[seen] = -np.inf
        pick = utility.argmax(1)
        seen[np.arange(people), pick] = True
        drive = decay * drive + weights[pick]
        chosen.append(pick)
    item = np.array(chosen).ravel()
    step = np.repeat(np.arange(len(chosen)), people)
    labels = tuple(f"item {number}" for number in range(items))
    data = Dataset(
        np.tile(np.arange(people), len(chosen)),
        item,
        np.ones(len(item)),
        step,
        tuple(f"person {number}" for number in range(people)),
        labels,
        name="planted",
        clock=False,
    )
    return PlantedWorld(data, weights, decay, (int(a), int(b), int(c), pull))


@dataclass(frozen=True, eq=False)
class SenseWorld:
    """Events drawn from softmax(pull * taste . item vector in the person's own sense).

    `sense` (people,) is each person's index into `names`, the vectors of the item table.
    """

    data: Dataset
    sense: Int
    names: tuple[str, ...]


def senses(
    *,
    people: int = 400,
    items: int = 300,
    events: int = 15,
    dims: int = 8,
    pull: float = 6.0,
    lacking: float = 0.1,
    names: tuple[str, ...] = ("image", "text"),
    seed: int = 0,
) -> SenseWorld:
    """Simulate people who each choose by one sense only.

    Args:
        people: Number of people.
        items: Number of items.
        events: Events per person.
        dims: Dimensions of the vectors.
        pull: Strength of the taste.
        lacking: Share of items with an unknown vector (zeros), drawn for each sense.
        names: Names of the senses.
        seed: Random seed.

    Returns:
        The world.
    """
    rng = np.random.default_rng(seed)
    vectors = {}
    for name in names:
        made = rng.normal(size=(items, dims))
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        made[rng.random(items) < lacking] = 0.0
        vectors[name] = made
    sense = rng.integers(len(names), size=people)
    taste = rng.normal(size=(people, dims))
    taste /= np.linalg.norm(taste, axis=1, keepdims=True)
    utility = pull * np.einsum(
        "pd,pid->pi", taste, np.stack([vectors[name] for name in names])[sense]
    )
    chosen = np.argsort(-(utility + rng.gumbel(size=utility.shape)), axis=1)[
        :, :events
    ]  # draws without replacement, in order
    labels = tuple(f"item {number}" for number in range(items))
    data = Dataset(
        np.tile(np.arange(people), events),
        chosen.T.ravel(),
        np.ones(people * events),
        np.repeat(np.arange(events), people),
        tuple(f"person {number}" for number in range(people)),
        labels,
        ItemTable(labels, vectors=vectors),
        name="senses",
        clock=False,
    )
    return SenseWorld(data, sense, names)
