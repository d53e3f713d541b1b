"""The table of the README: whyrec's models, tuned baselines and peers on the same events and cases.

    python -m bench.accuracy.table [--sets amazon-beauty.zip ml-1m-order.zip] [--rows als additive]
                     [--refit] [--seeds 0,1,2] [--tune-seconds 300] [--cap 60] [--threads 1]
                     [--reuse] [--quick] [--data FOLDER] [--out FOLDER]

Protocol next-item, full ranking, as in bench/accuracy/accuracy.py. Each baseline is tuned on the
same validation people within --tune-seconds of processor time; a search sees no test item. Trained
peers run until validation accuracy has not improved for their authors' patience, at most --cap
processor minutes. --refit adds the fit with the validation items, with the same settings and, for
trained peers, as many epochs as were best without them.

Writes OUT/table-SET.json and OUT/table-SET.md after each row. With --reuse, answers of earlier runs
and rows that are not asked for this time stay, so a table can be made in several runs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy import QUICK_PEOPLE, ROOT, find_data, machine, run_row
from bench.accuracy.accuracy_run import (
    Budget,
    Failed,
    ForTuning,
    Prepared,
    first_people,
    kept_tuning,
)
from bench.accuracy.fair_rows import (
    WITHOUT,
    fair_rows,
    in_one_epoch,
    lacks,
    space_of,
    with_defaults,
)
from bench.accuracy.row_specs import SETS, Row
from bench.accuracy.table_text import markdown
from whyrec import api
from whyrec.core import Dataset, UnknownNameError, WhyrecError, progress
from whyrec.core.progress import dumps

PUBLISHED = Path(__file__).with_name("published.toml")
QUICK_SECONDS = 1.0
Line = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """A data set in the forms that its rows need, and the options of the command."""

    training: Prepared
    refit: Prepared | None
    tuning: ForTuning
    options: Any

    @classmethod
    def write(cls, data: Dataset, folder: Path, options: Any) -> Bench:
        training = Prepared.write(data, folder / "training", refit=False)
        refit = Prepared.write(data, folder / "refit", refit=True) if options.refit else None
        return cls(training, refit, ForTuning.write(training, folder / "tuning"), options)

    def line(self, row: Row) -> Line:
        """The row: tuned, fitted on the training events and, if asked for, with the validation
        items.
        """
        about = {"model": row.name, "label": row.label, "peer": row.peer, "content": row.content}
        why = lacks(row)
        if why:
            progress.line(f"not available: {row.label}: {why}")
            return about | {"settings": row.settings, "not_available": why}
        row = in_one_epoch(row) if self.options.quick else row
        row = with_defaults(row)
        try:
            tuning = self._tuned(row)
            if tuning:
                row = replace(row, settings=tuning["settings"])
            made = about | {"settings": row.settings, "tuning": tuning}
            first = self._block(row, self.training, None)
            made |= {"seeds": [run["seed"] for run in first["runs"]], "training": first}
            if self.refit:
                epochs = {run["seed"]: run.get("best_epoch") for run in first["runs"]}
                made["with_validation"] = self._block(row, self.refit, epochs)
        except Failed as error:
            progress.line(f"failed: {row.label}: {error}")
            return about | {"settings": row.settings, "failed": str(error)}
        return made

    def _tuned(self, row: Row) -> Line | None:
        """What the search of the row's settings found; None if nothing is searched."""
        space = space_of(row)
        if not space:
            return None
        progress.line(f"{datetime.now():%H:%M:%S}  {self.training.data.name}: {row.label}, tuning")
        return kept_tuning(
            self.options.lists,
            row,
            self.tuning,
            space,
            self.training.data,
            seconds=self.options.tune_seconds,
            threads=self.options.threads,
            reuse=self.options.reuse,
        )

    def _block(self, row: Row, prepared: Prepared, epochs: Any) -> Line:
        """The figures of the row on one set of training events."""
        refit = prepared is self.refit
        budget = Budget(self.options.cap, self.options.threads, refit)
        line, _ = run_row(row, prepared, budget, self.options, epochs)
        names = ("metrics", "fit_cpu_seconds", "fit_seconds", "score_seconds", "threads", "runs")
        return {name: line[name] for name in names} | {
            "peak_gib": round(line["peak_mb"] * 1e6 / 2**30, 3),
            "cap_cpu_minutes": self.options.cap,
        }


def run_set(name: str, options: Any) -> Line:
    """The table of a data set, written after each row."""
    loaded = api.load(find_data(name, options.data), repeat=options.repeat)
    data = first_people(loaded, options.people)
    rows = [
        row
        for row in fair_rows(Path(name).name, repeat=data.repeat)
        if not (row.peer and options.no_peers)
        and (contents(data) or not row.label.endswith(WITHOUT))  # nothing to read: the same model
    ]
    wanted = chosen(rows, options.rows)
    place = options.out / f"table-{Path(name).stem}.json"
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench.write(data, Path(folder), options)
        found = about(name, bench)
        lines = earlier(place, found) if options.reuse else {}
        for row in wanted:
            line = bench.line(row)
            lines[row.label] = with_earlier(line, lines.get(row.label))
            found["rows"] = [lines[one.label] for one in rows if one.label in lines]
            write(place, found, options)
    return found


def chosen(rows: Sequence[Row], names: Sequence[str] | None) -> list[Row]:
    """The rows with these labels or, where no label is so called, of the model of that name; all if
    none are named.
    """
    if not names:
        return list(rows)
    labels = {row.label for row in rows}
    known = labels | {row.name for row in rows}
    for name in names:
        if name not in known:
            raise UnknownNameError("row", name, sorted(known))
    models = set(names) - labels
    return [row for row in rows if row.label in names or row.name in models]


def about(name: str, bench: Bench) -> Line:
    """What the table says of the data and of the protocol."""
    data, split = bench.training.data, bench.training.split
    with PUBLISHED.open("rb") as file:
        published = tomllib.load(file)["figure"]
    whole = bench.options.people is None
    return {
        "set": Path(name).stem,
        "data": data.name,
        "data_hash": data.hash,
        "repeat": data.repeat,
        "users": len(np.unique(data.user)),
        "items": data.n_items,
        "events": len(data),
        "train_events": len(split.train),
        "train_hash": split.train.hash,
        "cases": len(split.test),
        "protocol": split.protocol,
        "notes": [split.notes, *split.steps],
        "reads": contents(data),
        "tuned_on": bench.tuning.people,
        "rows": [],
        "published": [one for one in published if whole and one["set"] == Path(name).stem],
    }


def contents(data: Dataset) -> list[str]:
    """What is known of the items besides their numbers, and what models read."""
    table = data.item_table
    titled = any(title != label for title, label in zip(table.title, data.items, strict=True))
    known = {
        "titles": titled or any(table.text),
        "categories": any(table.categories) or bool(table.fields),
    }
    return [name for name, there in known.items() if there]


def earlier(place: Path, found: Line) -> dict[str, Line]:
    """The rows of an earlier table of the same data, by their labels."""
    if not place.exists():
        return {}
    old = json.loads(place.read_text(encoding="utf-8"))
    if any(old.get(key) != found[key] for key in ("data_hash", "train_hash", "repeat")):
        return {}
    return {line["label"]: line for line in old["rows"]}


def with_earlier(line: Line, old: Line | None) -> Line:
    """The row with the earlier fit with the validation items, if that had the same settings."""
    if not old or "with_validation" in line or "with_validation" not in old:
        return line
    same = all(line.get(key) == old.get(key) for key in ("settings", "seeds"))
    return line | {"with_validation": old["with_validation"]} if same else line


def write(place: Path, found: Line, options: Any) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    left_out = ("data", "out", "lists")
    given = {key: value for key, value in vars(options).items() if key not in left_out}
    facts = {
        "bench": "table",
        "at": datetime.now(UTC).replace(microsecond=0).isoformat(),
        "options": given,
        "machine": machine(),
    }
    place.write_text(dumps(facts | found) + "\n", encoding="utf-8")
    place.with_suffix(".md").write_text(markdown(found), encoding="utf-8")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = made.add_argument
    add("--sets", nargs="+", default=list(SETS), help="files of the data folder, paths, or worlds")
    add("--data", help="the folder that holds the data sets")
    add("--rows", nargs="+", help="only these rows, by label or by the model's name")
    add("--refit", action="store_true", help="also fit with the validation items")
    add(
        "--seeds",
        type=lambda text: [int(s) for s in text.split(",")],
        default=[0],
        help="of the rows with random numbers, by commas, such as 0,1,2",
    )
    add("--tune-seconds", type=float, default=300.0, help="processor seconds of each search")
    add("--cap", type=float, default=60.0, help="processor minutes of each trained peer's fit")
    add("--threads", type=int, default=1)
    add("--people", type=int, help="only the first so many people")
    add("--repeat", action="store_true", help="people choose items again, and lists may hold them")
    add("--no-peers", action="store_true", help="only whyrec's own models")
    add("--quick", action="store_true", help=f"{QUICK_PEOPLE} people, one epoch, short searches")
    add("--reuse", action="store_true", help="keep the answers and rows of earlier runs")
    add("--out", type=Path, default=ROOT / "bench" / "results", help="the folder of the tables")
    return made


def main() -> int:
    options = parser().parse_args()
    options.lists = options.out / "lists"
    if options.quick:
        options.people = min(options.people or QUICK_PEOPLE, QUICK_PEOPLE)
        options.tune_seconds = min(options.tune_seconds, QUICK_SECONDS)
    failed = False
    try:
        for name in options.sets:
            found = run_set(name, options)
            print(markdown(found), flush=True)
            failed |= any("failed" in row for row in found["rows"])
    except WhyrecError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 2
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
