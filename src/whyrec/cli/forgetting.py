"""`whyrec forget`: people taken out of a fitted model and of what its folder keeps of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from whyrec import registry, storage
from whyrec.cli import road, show
from whyrec.core import BadArgument, Dataset
from whyrec.privacy.erasure import Forgetful, receipt, without


def forget(folder: Path, users: str, out: Path, *, check: bool) -> dict[str, Any]:
    """The model in `folder` without the people of `users`, written to `out`; the receipt, and with
    `check` how far its scores lie from those of a fit without them."""
    fitted = storage.open_fitted(folder)
    name, data = fitted.header["name"], fitted.data
    if not fitted.header["histories"]:
        raise BadArgument(
            "people can be taken out of a model folder that holds its histories",
            given=str(folder),
            fix="fit again on data without them",
        )
    people = np.unique([data.user_number(label) for label in _labels(users)])
    rest = without(data, people)
    road.place(out)
    with show.progress(f"taking out {len(people)} people"):
        made, how = _without(fitted, data, people, rest)
    said = receipt(data, rest, people, how=how)
    storage.save(out, made, rest, name=name, seed=fitted.header["seed"])
    result = {"model": name, "out": str(out), **said}
    return result | (checked(fitted, made, rest) if check else {})


def _labels(users: str) -> list[str]:
    """Labels by commas, or a file with one a line."""
    text = Path(users).read_text("utf-8") if Path(users).is_file() else users.replace(",", "\n")
    found = [label.strip() for label in text.splitlines() if label.strip()]
    if not found:
        raise BadArgument(
            "name the people to take out, by commas or as a file with one label a line",
            given=repr(users),
        )
    return found


def _without(fitted: storage.Fitted, data: Dataset, people: Any, rest: Dataset) -> tuple[Any, str]:
    if isinstance(fitted.model, Forgetful):
        try:
            return fitted.model.forget(data, people), "exact"
        except (
            BadArgument
        ):  # a part of it was trained: what that holds of them only a new fit takes away
            pass
    model = registry.model(fitted.header["name"], **fitted.header["config"])
    return model.fit(rest, seed=fitted.header["seed"]), "fitted again"


def checked(fitted: storage.Fitted, made: Any, rest: Dataset) -> dict[str, Any]:
    """The largest difference to a fit without them, in units of the largest score, over at most
    200 people.
    """
    config = dict(fitted.header["config"])
    if hasattr(
        fitted.model, "mix_"
    ):  # the few numbers of the mix are kept: they are of all validation people together
        config |= {"mix": fitted.model.mix_, "ridge": fitted.model.ridge_}
    if hasattr(fitted.model, "min_support_"):
        config |= {"min_support": fitted.model.min_support_}
    again = registry.model(fitted.header["name"], **config).fit(rest, seed=fitted.header["seed"])
    some = rest.histories[np.linspace(0, rest.n_users - 1, min(200, rest.n_users)).astype(int)]
    ours, theirs = made.score(some), again.score(some)
    return {"difference": float(np.abs(ours - theirs).max() / np.abs(theirs).max())}
