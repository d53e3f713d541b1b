"""People taken out of a fitted model and of what its folder keeps of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from whyrec import registry, storage
from whyrec.core import ArgumentError, Dataset
from whyrec.core.lifecycle import ChoosesSupport
from whyrec.core.progress import Progress, silent
from whyrec.privacy.erasure import Forgetful, receipt, without
from whyrec.workflows.result import IF_SET, Block, Result
from whyrec.workflows.training_run import place


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class ForgetResult(Result):
    """People who were taken out of a model, with the receipt.

    Attributes:
        model: Name of the model.
        out: The folder that was written.
        receipt_id: Of the receipt.
        time: When.
        people: How many people were taken out.
        events: How many events they had.
        data_before: Hash of the data with them.
        data_after: Hash of the data without them.
        how: exact, or fitted again.
        difference: The largest difference to a fit without them, as a share of the largest score;
            None where that was not checked.
    """

    model: str
    out: str
    receipt_id: str
    time: str
    people: int
    events: int
    data_before: str
    data_after: str
    how: str
    difference: float | None = field(default=None, metadata=IF_SET)

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        how = {"exact": "taken out exactly", "fitted again": "fitted again without them"}[self.how]
        yield f"{self.people:,} people with {self.events:,} events {how}: {self.out}"
        if self.difference is not None:
            yield (
                f"largest difference to a fit without them: {self.difference:.1e} of the "
                "largest score"
            )
        yield (
            f"receipt {self.receipt_id}: the data's hash was {self.data_before[:12]}, "
            f"now {self.data_after[:12]}"
        )


def forget(
    model: str | Path,
    users: str | Sequence[str],
    out: str | Path,
    *,
    check: bool = False,
    progress: Progress = silent,
) -> ForgetResult:
    """Take people out of a model, as if they had never been in its data.

    Args:
        model: A model folder.
        users: Labels of the people: a list, a text with commas, or a file with one a line.
        out: The folder to write.
        check: Also fit without them, and tell the difference.
        progress: Shows what is being done.
    """
    folder = Path(model)
    out = Path(out)
    fitted = storage.open_fitted(folder)
    name = fitted.header["name"]
    data = fitted.data
    if not fitted.header["histories"]:
        raise ArgumentError(
            "people can be taken out of a model folder that holds its histories",
            given=str(folder),
            fix="fit again on data without them",
        )
    people = np.unique([data.user_number(label) for label in _labels(users)])
    rest = without(data, people)
    place(out)
    with progress(f"taking out {len(people)} people"):
        made, how = _without(fitted, data, people, rest)
    said = receipt(data, rest, people, how=how)
    storage.save(out, made, rest, name=name, seed=fitted.header["seed"])
    if check:
        difference = difference_to(fitted, made, rest)
    else:
        difference = None
    return ForgetResult(model=name, out=str(out), **said, difference=difference)


def _labels(users: str | Sequence[str]) -> list[str]:
    """Labels of a list, by commas, or of a file with one a line."""
    if not isinstance(users, str):
        users = "\n".join(users)
    if Path(users).is_file():
        text = Path(users).read_text("utf-8")
    else:
        text = users.replace(",", "\n")
    found = [label.strip() for label in text.splitlines() if label.strip()]
    if not found:
        raise ArgumentError(
            "name the people to take out, by commas or as a file with one label a line",
            given=repr(users),
        )
    return found


def _without(fitted: storage.Fitted, data: Dataset, people: Any, rest: Dataset) -> tuple[Any, str]:
    if isinstance(fitted.model, Forgetful):
        try:
            return fitted.model.forget(data, people), "exact"
        except (
            ArgumentError
        ):  # a part of it was trained: what that holds of them only a new fit takes away
            pass
    model = registry.model(fitted.header["name"], **fitted.header["config"])
    return model.fit(rest, seed=fitted.header["seed"]), "fitted again"


def difference_to(fitted: storage.Fitted, made: Any, rest: Dataset) -> float:
    """The largest difference to a fit on these data, in units of the largest score, over at most
    200 people.
    """
    from whyrec.models.linear.additive import AdditiveRecommender as AdditiveModel

    config = dict(fitted.header["config"])
    # the few numbers of the mix are kept: they are of all validation people together
    if isinstance(fitted.model, AdditiveModel):
        config |= {"mix": fitted.model.mix_, "ridge": fitted.model.ridge_}
    if isinstance(fitted.model, ChoosesSupport):
        config |= {"min_support": fitted.model.min_support_}
    again = registry.model(fitted.header["name"], **config).fit(rest, seed=fitted.header["seed"])
    some = rest.histories[np.linspace(0, rest.n_users - 1, min(200, rest.n_users)).astype(int)]
    ours = made.score(some)
    theirs = again.score(some)
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())
