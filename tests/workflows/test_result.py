"""What every result does: its object, its print, its frame; and that the package is light to import."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from whyrec import workflows
from whyrec.workflows.result import IF_SET, PYTHON_ONLY, Result, Rows, Table


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Example(Rows):
    row_field: ClassVar[str] = "lines"
    name: str
    lines: list
    model: object = field(default=None, metadata=PYTHON_ONLY)
    note: str | None = field(default=None, metadata=IF_SET)

    def blocks(self, lang="en"):
        yield f"{lang}: {self.name}"
        yield Table([{"n": row["n"]} for row in self.lines], "Lines", best=1)
        yield "end"


ROWS = [{"n": np.int64(1), "loss": {"mean": float("nan")}}, {"n": 2, "loss": {"mean": 0.5}}]


def test_the_object_has_the_fields_in_order_and_json_types():
    found = Example(name="a", lines=ROWS, model=object())
    assert found.to_dict() == {
        "name": "a",
        "lines": [{"n": 1, "loss": {"mean": None}}, {"n": 2, "loss": {"mean": 0.5}}],
    }
    assert list(Example(name="a", lines=ROWS, note="b").to_dict()) == ["name", "lines", "note"]


def test_a_result_prints_plain_text_with_control_characters_written_out():
    assert str(Example(name="a\x1b[31m", lines=ROWS)).splitlines() == [
        "en: a\\u{1b}[31m",
        "Lines",
        "n",
        "1",
        "2  *",
        "",
        "end",
    ]
    assert repr(Example(name="a", lines=ROWS)) == "Example(name='a')"


def test_rows_become_a_frame_with_nested_values_in_columns():
    frame = Example(name="a", lines=ROWS).to_polars()
    assert frame.columns == ["n", "loss.mean"]
    assert frame.rows() == [(1, None), (2, 0.5)]


def test_importing_the_workflows_is_light_and_gives_functions():
    code = (
        "import sys, whyrec.workflows as w; "
        "assert all(callable(getattr(w, name)) for name in w.__all__); "
        "heavy = {'torch', 'polars', 'scipy.stats', 'typer', 'rich', 'sqlalchemy', 'ray', 'optuna'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_result_is_frozen_and_has_its_print():
    for name in workflows.__all__:
        made = getattr(workflows, name)
        if isinstance(made, type) and issubclass(made, Result) and made is not Result:
            assert made.__dataclass_params__.frozen and made.blocks is not Result.blocks, name
