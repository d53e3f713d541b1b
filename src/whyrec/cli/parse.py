"""Parsers of option texts."""

from __future__ import annotations


def parse_columns(text: str) -> dict[str, str] | None:
    """Parse user="Customer ID",item=StockCode into a dict; None for an empty text.

    >>> parse_columns('user="Customer ID",item=StockCode')
    {'user': 'Customer ID', 'item': 'StockCode'}
    """
    import csv
    import re

    from whyrec.core import ArgumentError

    if not text.strip():
        return None
    # csv recognises a quote only at the start of a field: move it there, before `name=`.
    fields = next(csv.reader([re.sub(r'(\w+)="', r'"\1=', text)]))
    pairs = [field.partition("=") for field in fields]
    for key, equals, value in pairs:
        if not (key.strip() and equals and value.strip()):
            raise ArgumentError(
                "--columns is written user=NAME,item=NAME,time=NAME", given=repr(text)
            )
    return {key.strip(): value.strip() for key, _, value in pairs}


def names(text: str) -> list[str]:
    """Comma-separated names, in order, without repeats."""
    return list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def parse_support(given: str) -> tuple[int, ...] | None:
    """Numbers of people from `--min-support`; None if it is not given."""
    from whyrec.core import ArgumentError

    if not given.strip():
        return None
    parts = [part.strip() for part in given.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise ArgumentError(
            "--min-support must be numbers of people by commas",
            given=repr(given),
            fix="write 1,2,3,5,10",
        )
    return tuple(int(part) for part in parts)


def parse_seconds(text: str) -> float:
    """Parse a duration such as 90s, 10m or 2h into seconds; a number alone is seconds.

    >>> parse_seconds("90"), parse_seconds("1.5m"), parse_seconds("2h")
    (90.0, 90.0, 7200.0)
    """
    import re

    from whyrec.core import ArgumentError

    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh]?)", text.strip().lower())
    if not found or not float(found[1]):
        raise ArgumentError("a time is written 90s, 10m or 2h, above 0", given=repr(text))
    return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]]
