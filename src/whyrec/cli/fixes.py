"""Options that an error's fix names: which commands take them, if this one does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["commands", "with_commands"]


def with_commands(text: str, arguments: Sequence[str], app: Any) -> str:
    """Add to an error which commands take the options of its fix, if this command has none of them.

    Args:
        text: The error.
        arguments: The arguments of the command that failed.
        app: The typer app with all commands.

    Returns:
        The text, longer by a sentence for each such option.
    """
    known = dict(commands(app))
    own = next(
        (known[name] for name in (" ".join(arguments[:2]), *arguments[:1]) if name in known), None
    )
    _, _, fix = text.partition(" Fix: ")
    told = [text]
    for option in dict.fromkeys(re.findall(r"(?<![\w-])--[a-z][a-z-]*", fix)):
        takers = [f"whyrec {name}" for name, options in known.items() if option in options]
        if own is not None and option not in own and takers:
            told.append(f"({option} is an option of {_listed(takers)}.)")
    return " ".join(told)


def commands(app: Any) -> Iterator[tuple[str, set[str]]]:
    """Yield the name of each command of a typer app and its options."""
    import typer.main

    yield from _commands(typer.main.get_command(app), "")


def _commands(command: Any, before: str) -> Iterator[tuple[str, set[str]]]:
    from typer.core import TyperGroup

    inner = command.commands if isinstance(command, TyperGroup) else {}
    if not inner:
        yield (
            before,
            {
                option
                for one in command.params
                for option in (*one.opts, *one.secondary_opts)
                if option.startswith("--")
            },
        )
    for name, one in inner.items():
        yield from _commands(one, f"{before} {name}".strip())


def _listed(names: Sequence[str]) -> str:
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} other commands"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
