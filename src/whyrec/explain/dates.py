"""The date of an event as sentences state it: in the person's zone, or none if unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from whyrec.core import ArgumentError

__all__ = ["Clock", "clock_of", "day_of"]

Clock = (
    bool | tzinfo
)  # how times are read: no dates (False), dates in UTC (True) or dates in a zone


@cache
def clock_of(clock: bool, zone: str = "") -> Clock:
    """Build the clock by which times are read.

    Args:
        clock: Whether the times are seconds since 1970.
        zone: IANA name of the zone; "" is UTC.

    Returns:
        False (no dates), True (UTC) or the zone.

    Raises:
        ArgumentError: If the zone is unknown.

    >>> clock_of(True, "Asia/Shanghai").key, clock_of(True), clock_of(False, "Asia/Shanghai")
    ('Asia/Shanghai', True, False)
    """
    try:
        return clock and (ZoneInfo(zone) if zone else True)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ArgumentError(
            "a time zone must be an IANA name such as Europe/Berlin", given=repr(zone)
        ) from None


@lru_cache(maxsize=8192)  # a list names the same events for many items
def day_of(moment: int, clock: Clock) -> date | None:
    """Return the date of a time in the zone of the clock.

    Args:
        moment: Seconds since 1970; 0 stands for an unknown time.
        clock: How times are read.

    Returns:
        The date, or None if the data have no clock, the time is unknown or out of range.

    >>> day_of(0, True), day_of(86_400, True), day_of(86_400, False)
    (None, datetime.date(1970, 1, 2), None)
    """
    if clock is False or moment == 0:
        return None
    try:
        return datetime.fromtimestamp(moment, UTC if clock is True else clock).date()
    except (OverflowError, ValueError, OSError):
        return None
