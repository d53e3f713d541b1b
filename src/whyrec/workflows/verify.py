"""Is every sentence true? Every claim of the sentences of a model folder is checked again."""

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
    """What checking many sentences found.

    Attributes:
        checked: Lists or answers.
        sentences: Texts of items.
        claims: Claims of these texts.
        false: How many claims are false.
        unverifiable: How many cannot be checked.
        kinds: The claims by kind.
        places: The claims by place in the list.
        examples: Some false claims.
        because: Share of the texts that say "because"; None without texts.
        support: How few people stand behind first reasons; None where that is not known.
        recency: How often the first reason is the latest choice; None where that is not known.
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
        """The result of what was counted; key: what the examples call where they were found."""
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
    """Check every claim of every sentence that :func:`whyrec.workflows.recommend` makes: places,
    shares, counts, dates, verbs, what is popular.

    Args:
        model: A model folder.
        people: So many people's lists, drawn with the seed.
        k: Items a list.
        langs: The languages of the sentences.
        seed: Seed of everything random.
        progress: Shows what is being done.

    Raises:
        ArgumentError: For a folder without histories.
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
    """The checks of the lists that `recommend` makes for these people."""
    from whyrec.explain.verification.check import check
    from whyrec.explain.verification.counts import Counts
    from whyrec.explain.verification.report import Verified
    from whyrec.explain.verification.world import world_of

    found = Verified()
    counts = Counts(fitted.data)
    with progress(f"doing over what is said to {len(names)} people") as update:
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
