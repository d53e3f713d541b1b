"""How much privacy several releases of the same data cost together, told by two accountants and two
libraries.

A release is noise added to a sum over people, or many such steps on random samples of people
(DP-SGD). epsilon means nothing without its delta and its unit (here: one person, with all events),
so all three always go together.
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
    """noise: standard deviation divided by what one person can move the sum by; steps with it;
    rate: the chance of each person to be in a step, drawn anew each time (1: everyone in all)."""

    noise: float
    steps: int = 1
    rate: float = 1.0

    def __post_init__(self) -> None:
        if not self.noise > 0 or self.steps < 1 or not 0 < self.rate <= 1:
            raise ArgumentError(
                "a release has noise above 0, at least one step, and a rate above 0, at most 1",
                given=f"noise {self.noise}, steps {self.steps}, rate {self.rate}",
            )


def epsilon(releases: Sequence[Release], delta: float, accountant: str = "pld") -> float:
    """The epsilon of all releases together, at this delta, by one of ACCOUNTANTS.

    pld: privacy loss distributions [doroshenko2022], near exact, library dp-accounting; prv: the
    same idea [gopi2021], library opacus; rdp: Renyi divergences [mironov2017], an upper bound some
    10% above. 0 where nothing was released.
    """
    if not 0 < delta < 1:
        raise ArgumentError("delta must be between 0 and 1", given=str(delta))
    if accountant not in ACCOUNTANTS:
        raise UnknownNameError("accountant", accountant, ACCOUNTANTS)
    if releases:
        return float(ACCOUNTANTS[accountant](list(releases), delta))
    return 0.0


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
        warnings.simplefilter("ignore")  # a logarithm of 0 where the rate is 1
        return float(account.get_epsilon(delta))


ACCOUNTANTS = {
    name: partial(spent, by=name)
    for spent, names in ((_dp_accounting, ("pld", "rdp")), (_opacus, ("prv", "rdp-opacus")))
    for name in names
}
