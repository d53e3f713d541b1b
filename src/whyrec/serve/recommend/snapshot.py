"""A snapshot of a model and the catalogue, from which answers are computed; replaced, not changed.

Items of the store that the model was not fitted on are added through its `extend`, if it has one;
otherwise they wait for the next training, and only their tags are known. `state` is what differs
from the model's own items: stored in the log, it restores the same catalogue in any process, to the
last bit.
"""

from __future__ import annotations

import functools
import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy import sparse

from whyrec import storage
from whyrec.core import Dataset, ItemTable, Query
from whyrec.core.capabilities import FollowsFriends
from whyrec.core.lifecycle import Extendable
from whyrec.forces.facts import ItemFacts, folded
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin
from whyrec.scale.neighbours import Neighbours
from whyrec.serve.store.items import Item

__all__ = ["EVENTS", "ServingSnapshot", "Tags", "folded", "open_live"]


EVENTS = "events"  # column of the item table with the number of choices of each item


@dataclass(frozen=True)
class ServingSnapshot:
    """A model version with its catalogue.

    `data` are the model's own items, without people; `labels`, `titles`, `tags` and `hidden`
    describe all items that can be scored, by number.
    """

    version: str
    name: str
    model: Any
    data: Dataset
    labels: tuple[str, ...]
    titles: tuple[str, ...]
    tags: tuple[tuple[str, ...], ...]
    hidden: frozenset[int]
    rows: Mapping[str, Item] = field(
        default_factory=dict
    )  # of the store, if they differ from the model's own
    extended: tuple[
        tuple[str, ...], ...
    ] = ()  # labels that `extend` added, by the change that brought them
    changed: int = 0  # value of the counter "items" when this was made

    @functools.cached_property
    def chosen(self) -> NDArray[np.float64] | None:
        """Number of choices of each item at the fit, (n_items,); None if it was not stored."""
        counts = self.data.item_table.numeric.get(EVENTS)
        if counts is None or not np.nansum(counts):
            return None
        whole = np.zeros(self.n_items)
        whole[: len(counts)] = np.nan_to_num(counts)
        return whole

    @property
    def n_items(self) -> int:
        return len(self.labels)

    @functools.cached_property
    def numbers(self) -> dict[str, int]:
        """Item label to number."""
        return {label: number for number, label in enumerate(self.labels)}

    @functools.cached_property
    def concealed(self) -> frozenset[str]:
        """Labels of the hidden and removed items, which no reason names."""
        rows = {row.item for row in self.rows.values() if row.hidden or row.removed}
        return frozenset({self.labels[number] for number in self.hidden} | rows)

    @functools.cached_property
    def nearby(self) -> tuple[str, ...]:
        """Labels that an error may suggest."""
        return tuple(label for label in self.labels if label not in self.concealed)[:2000]

    @functools.cached_property
    def available(self) -> NDArray[np.bool_]:
        """(n_items,), False if hidden; read-only."""
        mask = np.ones(self.n_items, bool)
        mask[list(self.hidden)] = False
        mask.setflags(write=False)
        return mask

    @functools.cached_property
    def masks(self) -> dict[Any, Any]:
        """What is computed once for a catalogue: items that a rule excludes, weights of forces."""
        return {}

    @functools.cached_property
    def facts(self) -> ItemFacts:
        """Tags, fields and numbers of the items, as forces read them."""
        names = {
            *self.data.item_table.fields,
            *(n for row in self.rows.values() for n in row.fields),
        }
        texts = {
            name: tuple(tuple(self.field_of(at, name)) for at in range(self.n_items))
            for name in sorted(names)
        }
        numeric = {}
        for name in self.data.item_table.numeric:
            column = np.full(self.n_items, np.nan)
            own = self.data.item_table.numeric[name]
            column[: len(own)] = own
            numeric[name] = column
        for label, row in self.rows.items():
            for name, value in row.numeric.items():
                if label in self.numbers:
                    column = numeric.setdefault(name, np.full(self.n_items, np.nan))
                    column[self.numbers[label]] = value
        return ItemFacts(self.labels, {**texts, "tags": self.tags}, numeric, self.written)

    def written(self) -> tuple[str, ...]:
        """Title and description of each item, (n_items,)."""
        own = dict(zip(self.data.items, self.data.item_table.text, strict=True))
        own |= {label: row.text for label, row in self.rows.items()}
        return tuple(
            f"{title} {own.get(label, '')}".strip()
            for label, title in zip(self.labels, self.titles, strict=True)
        )

    def field_of(self, number: int, name: str) -> Sequence[str]:
        """The values of an item's field, possibly none."""
        row = self.rows.get(self.labels[number])
        if row is not None:
            return row.fields.get(name, ())
        column = self.data.item_table.fields.get(name)
        return () if column is None else column[number]

    @functools.cached_property
    def popularity(self) -> NDArray[np.float32]:
        """log(1 + number of choices at the fit), (n_items,).

        If that was not stored: the model's own scores of an empty history.
        """
        if self.chosen is None:
            return np.asarray(self.model.score([Query([])])[0], np.float32)
        return np.log1p(self.chosen).astype(np.float32)

    @functools.cached_property
    def friends(self) -> FollowsFriends | None:
        """The model, if choices of friends may count."""
        if isinstance(self.model, FollowsFriends):
            return self.model
        return None

    @functools.cached_property
    def index(self) -> Neighbours | None:
        """An index of the model's items, if it has one vector per person.

        Building it takes seconds for a million items.
        """
        if isinstance(self.model, LinearMixin):
            term = self.model.product
        else:
            term = None
        if term is None:
            return None
        return Neighbours(term.queries, self.model.base_)

    @functools.cached_property
    def folded_titles(self) -> list[str]:
        """The titles as they are searched."""
        return [folded(title) for title in self.titles]

    @functools.cached_property
    def by_tag(self) -> Tags:
        """Items by their tags."""
        return Tags(self.tags)

    @functools.cached_property
    def state(self) -> dict[str, Any]:
        """The differences from the model's own items as JSON, enough for :func:`at_state`."""
        rows = sorted(self.rows.values(), key=lambda row: (row.changed, row.item))
        return {
            "rows": [
                row.as_json() | {"changed": row.changed, "removed": row.removed} for row in rows
            ]
        }

    @functools.cached_property
    def packed(self) -> tuple[str, bytes]:
        """(digest, compressed JSON) of `state`, for the log."""
        data = orjson.dumps(self.state, option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(data).hexdigest()[:32], zlib.compress(data, 6)

    def has(self, label: str) -> bool:
        """Whether the model or the store knows the item and it was not removed."""
        row = self.rows.get(label)
        if row is None:
            return label in self.numbers
        return not row.removed

    def tags_of(self, label: str) -> tuple[str, ...]:
        """The tags of any item, known to the model or not."""
        number = self.numbers.get(label)
        if number is not None:
            return self.tags[number]
        if label in self.rows:
            return self.rows[label].categories
        return ()

    def title_of(self, label: str) -> str:
        """The title of any item, or else its label."""
        number = self.numbers.get(label)
        if number is not None:
            return self.titles[number]
        if label in self.rows:
            return self.rows[label].title
        return label

    def with_items(self, rows: Iterable[Item], changed: int) -> ServingSnapshot:
        """The catalogue after these rows were written; the same object if nothing changes."""
        new = {row.item: row for row in rows if self._differs(row)}
        if not new and changed == self.changed:
            return self
        if any(row.item in group for row in new.values() for group in self.extended):
            # A text that was read before has changed: read all again, so that every process gets
            # the same result.
            whole = dict(self.rows) | new
            return open_live(self.version, self.name, self._first, self.data).with_items(
                whole.values(), changed
            )
        return _joined(self, new, changed)

    def with_items_of(self, other: ServingSnapshot) -> ServingSnapshot:
        """This model with the catalogue of another snapshot, as far as it can score the items."""
        rows = {row.item: row for row in items_of(other.data)} | dict(other.rows)
        first = open_live(self.version, self.name, self._first, self.data)
        return first.with_items(rows.values(), other.changed)

    def _differs(self, row: Item) -> bool:
        number = self.numbers.get(row.item)
        if number is None or row.item in self.rows:
            return True
        own = {
            name: tuple(column[number])
            for name, column in self.data.item_table.fields.items()
            if column[number]
        }
        return (row.title, row.categories, row.hidden or row.removed, _filled(row.fields)) != (
            self.titles[number],
            self.tags[number],
            number in self.hidden,
            own,
        )

    @property
    def _first(self) -> Any:
        return self.__dict__.get("_first_model", self.model)


def _filled(fields: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The fields that are not empty."""
    return {name: tuple(values) for name, values in fields.items() if values}


class Tags:
    """Items by tag: masks for filters, and shared tags weighted by their rarity."""

    def __init__(self, tags: Sequence[Sequence[str]]) -> None:
        self.names = sorted({tag for row in tags for tag in row})
        numbers = {tag: at for at, tag in enumerate(self.names)}
        counts = [len(set(row)) for row in tags]
        columns = [numbers[tag] for row in tags for tag in sorted(set(row))]
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        shape = (len(tags), len(self.names))
        self.matrix = sparse.csr_array(
            (np.ones(len(columns), np.float32), columns, indptr), shape=shape
        )
        self.numbers = numbers
        self._columns = self.matrix.tocsc()
        share = np.asarray(self.matrix.sum(0)).ravel() / max(1, len(tags))
        self.rarity = np.log(1.0 / np.maximum(share, 1e-9)).astype(np.float32)

    def items_with(self, tag: str) -> NDArray[Any]:
        """Numbers of the items that have the tag."""
        at = self.numbers.get(tag)
        return (
            np.zeros(0, np.int32)
            if at is None
            else self._columns.indices[self._columns.indptr[at] : self._columns.indptr[at + 1]]
        )

    def shared(self, tags: Sequence[str]) -> NDArray[np.float32]:
        """Summed rarity of the tags that each item shares with these, (n_items,)."""
        weights = np.zeros(len(self.names), np.float32)
        for tag in set(tags):
            if tag in self.numbers:
                weights[self.numbers[tag]] = self.rarity[self.numbers[tag]]
        return np.asarray(self.matrix @ weights, np.float32)


def open_live(version: str, name: str, model: Any, data: Dataset) -> ServingSnapshot:
    """A model with only its own items."""
    if isinstance(model, LinearMixin):
        for term in model.terms():
            if isinstance(term, ItemItemTerm) and not isinstance(term.weights, np.ndarray):
                term.weights.sort_indices()  # sorted indices allow binary search
    table = data.item_table
    return ServingSnapshot(
        version, name, model, data, data.items, table.title, table.categories, frozenset()
    )


def at_state(live: ServingSnapshot, state: Mapping[str, Any]) -> ServingSnapshot:
    """Restore the catalogue of a logged state, from a model with only its own items."""
    rows = [
        Item(
            row["item"],
            row["title"],
            row["text"],
            tuple(row["categories"]),
            row["fields"],
            row["numeric"],
            row["hidden"],
            row["changed"],
            row["removed"],
        )
        for row in state["rows"]
    ]
    return live.with_items(rows, max((row.changed for row in rows), default=0))


def _joined(live: ServingSnapshot, new: Mapping[str, Item], changed: int) -> ServingSnapshot:
    titles = list(live.titles)
    tags = list(live.tags)
    hidden = set(live.hidden)
    rows = dict(live.rows) | dict(new)
    for row in new.values():
        number = live.numbers.get(row.item)
        if number is not None:
            titles[number], tags[number] = row.title, tuple(row.categories)
            (hidden.add if row.hidden or row.removed else hidden.discard)(number)
    unknown = sorted(
        (row for row in new.values() if row.item not in live.numbers),
        key=lambda row: (row.changed, row.item),
    )
    model = live.model
    labels = list(live.labels)
    extended = list(live.extended)
    if isinstance(model, Extendable):
        for at in sorted(
            {row.changed for row in unknown}
        ):  # in the original portions, so that sums round alike everywhere
            group = [row for row in unknown if row.changed == at]
            model = model.extend(_table(group, live.data.item_table), [row.item for row in group])
            hidden |= {
                len(labels) + at for at, row in enumerate(group) if row.hidden or row.removed
            }
            labels += [row.item for row in group]
            titles += [row.title for row in group]
            tags += [tuple(row.categories) for row in group]
            extended.append(tuple(row.item for row in group))
    made = ServingSnapshot(
        live.version,
        live.name,
        model,
        live.data,
        tuple(labels),
        tuple(titles),
        tuple(tags),
        frozenset(hidden),
        rows,
        tuple(extended),
        changed,
    )
    made.__dict__["_first_model"] = live._first
    if model is live.model and "index" in live.__dict__:
        made.__dict__["index"] = live.index
    return made


def _table(rows: Sequence[Item], like: ItemTable) -> ItemTable:
    """The rows as a table with the columns of `like`, without vectors."""
    fields = {name: tuple(tuple(row.fields.get(name, ())) for row in rows) for name in like.fields}
    numeric = {
        name: np.array([row.numeric.get(name, np.nan) for row in rows]) for name in like.numeric
    }
    return ItemTable(
        tuple(row.title for row in rows),
        tuple(row.text for row in rows),
        tuple(tuple(row.categories) for row in rows),
        fields,
        numeric,
    )


def items_of(data: Dataset) -> list[Item]:
    """The items of a dataset as rows of the store."""
    table = data.item_table
    return [
        Item(
            label,
            table.title[n],
            table.text[n],
            table.categories[n],
            {k: v[n] for k, v in table.fields.items() if v[n]},
            {k: float(v[n]) for k, v in table.numeric.items() if np.isfinite(v[n])},
        )
        for n, label in enumerate(data.items)
    ]


def load_live(folder: Any, version: str) -> ServingSnapshot:
    """Read a model folder, check every file against its sha256, and try the model.

    Raises BadArtefact if it cannot answer.
    """
    fitted = storage.open_fitted(folder)
    return open_live(version, fitted.header["name"], fitted.model, fitted.data)
