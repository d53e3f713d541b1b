"""An update gives what a fit on all events gives, also where a new event repeats an old one."""

from __future__ import annotations

import random

import numpy as np
import pytest

import whyrec
from whyrec.data.append import appended
from whyrec.data.clean import clean
from whyrec.data.load import load


def lists(run, model, user):
    code, output, _ = run("recommend", model, "--user", user, "-k", "5", "--json")
    assert code == 0
    return output.replace(f'"{model}"', "")


def test_case_19_update_is_a_fit_on_all(case, run):
    folder = case("19")
    new = (folder / "again.csv").read_text().splitlines()[1:]
    (folder / "all.csv").write_text((folder / "first.csv").read_text() + "\n".join(new) + "\n")
    assert run("fit", "--data", "first.csv", "--model", "ease", "--out", "m")[0] == 0
    assert run("fit", "--data", "all.csv", "--model", "ease", "--out", "m3")[0] == 0
    assert run("update", "m", "--data", "again.csv", "--out", "m2", "--check")[0] == 0
    for user in ("u001", "u035", "u010"):
        assert lists(run, "m2", user) == lists(run, "m3", user)
    one, two = whyrec.open("m2"), whyrec.open("m3")
    assert one.data.users == two.data.users and one.data.items == two.data.items
    np.testing.assert_allclose(
        one.model.score(one.data.histories), two.model.score(two.data.histories), atol=1e-6
    )


@pytest.mark.parametrize("rules", [{}, {"duplicates": "last"}, {"repeat": True}])
@pytest.mark.parametrize("seed", range(8))
def test_repeats_in_any_order_are_resolved_as_by_a_fit(tmp_path, rules, seed):
    """The new events repeat pairs of the old ones, earlier and later, with other values."""
    rng = random.Random(seed)

    def write(name, rows):
        text = "\n".join(",".join(map(str, row)) for row in rows)
        (tmp_path / name).write_text(f"user,item,time,value\n{text}\n")
        loaded = load(tmp_path / name)
        return loaded, clean(loaded.data, meaning=loaded.meaning, **rules).data

    def rows(n, times):
        return [
            (
                f"u{rng.randrange(6)}",
                f"i{rng.randrange(9)}",
                1_600_000_000 + rng.randrange(times),
                v,
            )
            for v in (rng.choice((7, 11, 30)) for _ in range(n))
        ]

    old, new = rows(50, 100), rows(30, 200)
    _, before = write("old.csv", old)
    more, _ = write("new.csv", new)
    _, whole = write("all.csv", old + new)
    made = appended(
        before,
        more.data,
        more.raw,
        duplicates=rules.get("duplicates", "keep" if rules else "first"),
    )
    assert made.users == whole.users and made.items == whole.items
    for name in ("user", "item", "value", "time"):
        np.testing.assert_array_equal(getattr(made, name), getattr(whole, name), err_msg=name)
