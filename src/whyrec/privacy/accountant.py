"""Total privacy cost of several releases of the same data, by several accountants.

A release is noise added to a sum over people, or many such steps on random samples of people
(DP-SGD). An epsilon is only meaningful with its delta and its unit (here one person with all
events), so all three are always given together.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from whyrec.core import ArgumentError, MissingExtra, UnknownNameError

__all__ = ["ACCOUNTANTS", "Release", "epsilon"]


@dataclass(frozen=True)
class Release:
    """One release of noisy sums.

    Attributes:
        noise: Standard deviation relative to the largest influence of one person on the sum.
        steps: Number of steps.
        rate: Probability of each person to be in a step, drawn independently; 1 means everyone.
        delta: Probability that the release shows what the noise should hide, as a threshold may.
    """

    noise: float
    steps: int = 1
    rate: float = 1.0
    delta: float = 0.0

    def __post_init__(self) -> None:
        if (
            not self.noise > 0
            or self.steps < 1
            or not 0 < self.rate <= 1
            or not 0 <= self.delta < 1
        ):
            raise ArgumentError(
                "a release has noise above 0, at least one step, a rate above 0, at most 1, and a "
                "delta of 0 or more, below 1",
                given=f"noise {self.noise}, steps {self.steps}, rate {self.rate}, "
                f"delta {self.delta}",
            )


def epsilon(releases: Sequence[Release], delta: float, accountant: str = "pld") -> float:
    """Compute the total epsilon of several releases.

    Args:
        releases: The releases.
        delta: The delta, between 0 and 1; the releases' own deltas are part of it.
        accountant: "pld": privacy loss distributions [doroshenko2022], nearly exact, library
            dp-accounting. "prv": the same idea [gopi2021], library opacus. "rdp" and "rdp-opacus":
            Renyi divergences [mironov2017], an upper bound about 10% higher.

    Returns:
        The epsilon; 0 without releases, infinite if their own deltas reach `delta`.

    Raises:
        ArgumentError: If delta is out of range.
        UnknownNameError: If the accountant is unknown.
        MissingExtra: If the library is not installed.
    """
    if not 0 < delta < 1:
        raise ArgumentError("delta must be between 0 and 1", given=str(delta))
    if accountant not in ACCOUNTANTS:
        raise UnknownNameError("accountant", accountant, ACCOUNTANTS)
    if not releases:
        return 0.0
    left = delta - sum(one.delta for one in releases)
    if left <= 0:
        return float("inf")
    return float(ACCOUNTANTS[accountant](list(releases), left))


def _dp_accounting(releases: list[Release], delta: float, *, by: str) -> float:
    try:
        import dp_accounting as dp
        from dp_accounting.pld.pld_privacy_accountant import PLDAccountant
        from dp_accounting.rdp.rdp_privacy_accountant import RdpAccountant
    except ImportError:
        raise MissingExtra("dp-accounting", "privacy") from None
    account: Any = {"pld": PLDAccountant, "rdp": RdpAccountant}[by]()
    for one in releases:
        event: Any = dp.GaussianDpEvent(one.noise)
        account.compose(
            event if one.rate == 1 else dp.PoissonSampledDpEvent(one.rate, event), one.steps
        )
    return float(account.get_epsilon(delta))


def _opacus(releases: list[Release], delta: float, *, by: str) -> float:
    try:
        from opacus.accountants import PRVAccountant, RDPAccountant
    except ImportError:
        raise MissingExtra("opacus", "privacy") from None
    account: Any = {"prv": PRVAccountant, "rdp-opacus": RDPAccountant}[by]()
    account.history = [(one.noise, one.rate, one.steps) for one in releases]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # logarithm of 0 if the rate is 1
        return float(account.get_epsilon(delta))


ACCOUNTANTS = {
    name: partial(spent, by=name)
    for spent, names in ((_dp_accounting, ("pld", "rdp")), (_opacus, ("prv", "rdp-opacus")))
    for name in names
}
