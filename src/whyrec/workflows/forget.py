"""Remove people from a fitted model and from its folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from whyrec import registry, storage
from whyrec.core import ArgumentError, Dataset
from whyrec.core.composite import accepts
from whyrec.core.lifecycle import ChoosesSupport
from whyrec.core.progress import Progress, silent
from whyrec.privacy.erasure import Forgetful, items_left, receipt, without
from whyrec.workflows.privacy_ledger import check_not_private
from whyrec.workflows.result import IF_SET, Block, Result
from whyrec.workflows.training_run import place


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class ForgetResult(Result):
    """The model without some people, with a receipt.

    Attributes:
        model: Name of the model.
        out: The folder that was written.
        receipt_id: Identifier of the receipt.
        time: Time of the removal.
        people: Number of people that were removed.
        events: Number of their events.
        data_before: Hash of the data with them.
        data_after: Hash of the data without them.
        how: "exact", or "fitted again".
        items: Number of items that went too, because nobody else had chosen them.
        kept: What the model's fit chose on validation people, maybe these among them, and what is
            kept: settings such as mix and ridge. Empty after a new fit.
        difference: The largest difference to a fit without them, as a share of the largest score;
            None if it was not checked.
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
    items: int
    kept: list[str]
    difference: float | None = field(default=None, metadata=IF_SET)

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        how = {"exact": "taken out exactly", "fitted again": "fitted again without them"}[self.how]
        yield f"{self.people:,} people with {self.events:,} events {how}: {self.out}"
        if self.items:
            yield f"items that nobody else had chosen, which went too: {self.items:,}"
        if self.kept:
            yield (
                "kept as the fit chose it on validation people, maybe these among them: "
                f"{', '.join(self.kept)}; whyrec fit on the data without them chooses it anew"
            )
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
    """Remove people from a model and its folder.

    The weights are those of a fit without them, items that nobody else chose are left out, and the
    result names the few settings that stay as the fit chose them.

    Args:
        model: A model folder.
        users: Labels of the people: a list, a comma-separated text, or a file with one label a
            line.
        out: The folder to write.
        check: Also fit without them, and measure the difference.
        progress: Receives texts and shares of the work; silent by default.

    Returns:
        The ForgetResult.

    Raises:
        UnknownNameError: If a person is not in the folder.
        ArgumentError: If the folder has no histories, if `users` is empty, or if the model is
            private.
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
    check_not_private(fitted.model, "changed")
    people = np.unique([data.user_number(label) for label in _labels(users)])
    items = items_left(data, people)
    rest = without(data, people, items)
    place(out)
    with progress(f"removing {len(people)} people"):
        made, how = _without(fitted, data, people, items, rest)
    said = receipt(data, rest, people, how=how)
    storage.save(out, made, rest, name=name, seed=fitted.header["seed"])
    if check:
        difference = difference_to(fitted, made, rest)
    else:
        difference = None
    return ForgetResult(
        model=name,
        out=str(out),
        **said,
        items=data.n_items - rest.n_items,
        kept=_kept(made) if how == "exact" else [],
        difference=difference,
    )


def _labels(users: str | Sequence[str]) -> list[str]:
    """Labels from a list, a comma-separated text, or a file with one label a line."""
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


def _without(
    fitted: storage.Fitted, data: Dataset, people: Any, items: Any, rest: Dataset
) -> tuple[Any, str]:
    """The model without these people, on these items (None: all), and how it was made."""
    more = {} if items is None else {"items": items}
    if isinstance(fitted.model, Forgetful) and accepts(fitted.model.forget, more):
        try:
            return fitted.model.forget(data, people, **more), "exact"
        except (
            ArgumentError
        ):  # a trained part keeps traces of these people, so only a new fit removes them
            pass
    model = registry.model(fitted.header["name"], **fitted.header["config"])
    return model.fit(rest, seed=fitted.header["seed"]), "fitted again"


def _kept(made: Any) -> list[str]:
    """The settings of a model that a fit chose on validation people and that were not given."""
    from whyrec.models.linear.additive import AdditiveRecommender
    from whyrec.models.linear.pctm import PCTM

    kept = []
    if isinstance(made, AdditiveRecommender):
        kept += [] if made.mix is not None else ["mix", "weights of modalities and of own use"]
        kept += [] if isinstance(made.ridge, int | float) else ["ridge"]
    if isinstance(made, PCTM):
        kept += [one for one in made.form_ if isinstance(getattr(made, one, None), list | tuple)]
    if isinstance(made, ChoosesSupport) and not isinstance(made.min_support, int):
        kept.append("min_support")
    return kept


def difference_to(fitted: storage.Fitted, made: Any, rest: Dataset) -> float:
    """The largest difference to a fit on these data, relative to the largest score.

    Measured on at most 200 people.
    """
    from whyrec.models.linear.additive import AdditiveRecommender
    from whyrec.models.linear.pctm import PCTM

    config = dict(fitted.header["config"])
    # keep the few mixing weights, which come from all validation people
    if isinstance(fitted.model, AdditiveRecommender):
        config |= {"mix": fitted.model.mix_, "ridge": fitted.model.ridge_}
    if isinstance(fitted.model, PCTM):
        config |= fitted.model.form_
    if isinstance(fitted.model, ChoosesSupport):
        config |= {"min_support": fitted.model.min_support_}
    again = registry.model(fitted.header["name"], **config).fit(rest, seed=fitted.header["seed"])
    if isinstance(fitted.model, AdditiveRecommender):
        again.take_weights(fitted.model)
    some = rest.histories[np.linspace(0, rest.n_users - 1, min(200, rest.n_users)).astype(int)]
    ours = made.score(some)
    theirs = again.score(some)
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())
