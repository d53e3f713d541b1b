"""Check again every claim of the sentences that a model folder produces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from whyrec import storage
from whyrec.core import ArgumentError
from whyrec.core.progress import Progress, silent
from whyrec.workflows.explain import recommend_to
from whyrec.workflows.reading import Folder, opened
from whyrec.workflows.result import Block, Row, Rows, Table

if TYPE_CHECKING:
    from whyrec.explain.verification.report import Verified

__all__ = ["VerifyResult", "of_people", "verify"]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class VerifyResult(Rows):
    """The result of checking many sentences.

    Attributes:
        checked: Number of lists or answers.
        sentences: Number of texts of items.
        claims: Number of claims in these texts.
        false: Number of false claims.
        unverifiable: Number of claims that cannot be checked.
        kinds: The claims by kind.
        places: The claims by place in the list.
        examples: Some false claims.
        because: Share of the texts that say "because"; None without texts.
        support: How few people are behind first reasons; None if unknown.
        recency: How often the first reason is the latest choice; None if unknown.
        reasons: Why claims cannot be checked.
    """

    row_field: ClassVar[str] = "kinds"
    checked: int
    sentences: int
    claims: int
    false: int
    unverifiable: int
    kinds: list[Row]
    places: list[Row]
    examples: list[Row]
    because: float | None
    support: Row | None
    recency: Row | None
    reasons: list[Row]

    @classmethod
    def of(cls, found: Verified, key: str = "recommendation_id") -> VerifyResult:
        """Make the result from the counts.

        Args:
            found: The counts of the checks.
            key: Name of the field that tells where an example was found.

        Returns:
            The VerifyResult.
        """
        value = found.as_json(key)
        return cls(**{one.name: value[one.name] for one in fields(cls)})

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        yield (
            f"{self.checked:,} lists or answers, {self.sentences:,} texts, "
            f"{self.claims:,} claims: "
            f"{self.false:,} false, {self.unverifiable:,} that cannot be checked."
        )
        yield Table(self.kinds, "By kind of claim")
        yield Table(self.places, "By place")
        if self.examples:
            yield Table(self.examples, "False claims")
        if self.reasons:
            yield Table(self.reasons, "Why claims cannot be checked")
        if self.because is not None:
            about = [f"“because”: {self.because:.0%} of the texts"]
        else:
            about = []
        if self.support:
            under, share = self.support["under"]
            about.append(
                f"first reasons on which fewer than {under} people rest: {share:.0%} (median "
                f"{self.support['median']:g})"
            )
        if self.recency:
            about.append(f"first reasons that are the latest choice: {self.recency['latest']:.0%}")
        if about:
            yield "; ".join(about) + "."


def verify(
    model: Folder,
    *,
    people: int = 200,
    k: int = 10,
    langs: Sequence[str] = ("en", "zh"),
    seed: int = 0,
    progress: Progress = silent,
) -> VerifyResult:
    """Check every claim of every sentence of :func:`whyrec.workflows.recommend`.

    Claims are places, shares, counts, dates, verbs and popularity.

    Args:
        model: A model folder.
        people: Number of people whose lists are checked, drawn with the seed.
        k: Number of items in a list.
        langs: The languages of the sentences, "en" and "zh".
        seed: Seed of all random numbers.
        progress: Receives texts and shares of the work; silent by default.

    Returns:
        The VerifyResult.

    Raises:
        ArgumentError: If the folder has no histories.
    """
    fitted = opened(model)
    if not fitted.header.get("histories", True) or not len(fitted.data):
        raise ArgumentError(
            "this model folder holds no histories",
            given=fitted.header["name"] if isinstance(model, storage.Fitted) else str(model),
            fix="fit without --no-histories, or serve it and give --store",
        )
    drawn = np.random.default_rng(seed).permutation(fitted.data.n_users)[:people].tolist()
    names = [fitted.data.users[at] for at in drawn]
    return VerifyResult.of(of_people(fitted, names, k, langs, progress=progress), "user")


def of_people(
    fitted: storage.Fitted,
    names: Sequence[str],
    k: int = 10,
    langs: Sequence[str] = ("en", "zh"),
    *,
    progress: Progress = silent,
) -> Verified:
    """Check the lists that `recommend` makes for these people."""
    from whyrec.explain.verification.check import check
    from whyrec.explain.verification.counts import Counts
    from whyrec.explain.verification.report import Verified
    from whyrec.explain.verification.world import world_of

    found = Verified()
    counts = Counts(fitted.data)
    with progress(f"checking the sentences of {len(names)} people's lists") as update:
        for at, name in enumerate(names):
            asked = fitted.data.history(name)
            world = world_of(fitted.model, fitted.data, asked, k, counts=counts)
            found.checked += 1
            for row in recommend_to(fitted, asked, k, user=name).items:
                found.add(name, check(world, row, langs=tuple(langs)))
            update(
                (at + 1) / len(names),
                f"{at + 1} of {len(names)} people, {found.false} false claims",
            )
    return found
