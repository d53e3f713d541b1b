"""When something happened, as sentences say it: a date in the person's zone, or none where no
time is known.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from whyrec.core import ArgumentError

__all__ = ["Clock", "clock_of", "day_of"]

Clock = (
    bool | tzinfo
)  # how times are read: not as dates (False), as dates of UTC (True), as dates of a zone


@cache
def clock_of(clock: bool, zone: str = "") -> Clock:
    """How the times of data are read: dates of the zone (an IANA name; "" is UTC), or no dates
    where there is no clock.

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
    """The date of a time, in the zone of the clock. None where no date is known: the data have no
    clock, the time is 0 (which stands for an unknown one), or no calendar holds it.

    >>> day_of(0, True), day_of(86_400, True), day_of(86_400, False)
    (None, datetime.date(1970, 1, 2), None)
    """
    if clock is False or moment == 0:
        return None
    try:
        return datetime.fromtimestamp(moment, UTC if clock is True else clock).date()
    except (OverflowError, ValueError, OSError):
        return None
