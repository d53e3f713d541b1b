"""Estimate time and memory for a larger data set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from whyrec.workflows.messages import of
from whyrec.workflows.result import Block, Row, Rows, Table

__all__ = ["PlanResult", "plan"]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class PlanResult(Rows):
    """Hours and memory of each stage, with their intervals.

    Attributes:
        events: Number of events.
        users: Number of people.
        items: Number of items.
        machines: Number of machines.
        gb_each: Memory of each machine in GB.
        engine: "local" or "ray".
        rows: Each stage with hours, GB, whether it fits, and how far it exceeds the measured sizes.
        measured_on: The machine that the estimates were measured on.
        command: The command that measured them.
        largest_error: The largest relative error of the estimates at the next measured size.
    """

    events: float
    users: float
    items: float
    machines: int
    gb_each: float
    engine: str
    rows: list[Row]
    measured_on: str
    command: str
    largest_error: float

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        from whyrec.scale.plan import STAGES

        say = of(lang)
        rows = [
            {
                say("plan-stage"): row["stage"],
                say("plan-machines"): row["machines"],
                say("plan-hours"): span(row, "hours"),
                say("plan-gb"): span(row, "gb"),
                say("plan-fits"): say(f"plan-{row['fits']}"),
                say("plan-beyond"): f"{row['beyond']:,.0f}x",
            }
            for row in self.rows
        ]
        size = {"events": self.events, "users": self.users, "items": self.items}
        memory = f"{self.gb_each:g}"
        yield Table(rows, say("plan-title", **size, machines=self.machines, gb_each=memory))
        cut = ", ".join(name for name, stage in STAGES.items() if self.engine in stage.cut_by)
        yield say(
            "plan-notes",
            error=f"{self.largest_error:.0%}",
            command=self.command,
            machine=self.measured_on,
            engine=self.engine,
            cut=cut or "–",
        )


def plan(
    events: float, users: float, items: float, machines: str, *, engine: str = "ray"
) -> PlanResult:
    """Estimate hours and memory of a larger data set from measured power laws.

    Source: slopes by [sen1968].

    Args:
        events: Number of events.
        users: Number of people.
        items: Number of items.
        machines: Number and memory of the machines, such as "16x32GB".
        engine: "ray" spreads the work over the machines; "local" uses one.

    Returns:
        The PlanResult.

    Raises:
        ArgumentError: If a size is not positive, or if the machines or the engine cannot be read.
    """
    from whyrec.scale import plan as laws

    return PlanResult(**laws.plan(events, users, items, machines, engine=engine))


def span(row: Row, name: str) -> str:
    """An expected value with its interval, three digits each."""
    return f"{row[name]:,.3g} [{row[f'{name}_low']:,.3g}, {row[f'{name}_high']:,.3g}]"
