"""The message catalogue: the texts that people read, in every language.

The texts stand in `whyrec/messages/<language>/<file>.ftl`, in the format Fluent
(https://projectfluent.org), so that they can be translated without reading code. A file is read
when its first text is asked for. Each message becomes a template of `str.format` then, so that
writing a text costs no more than formatting a string.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from whyrec.core.phrasebook import Phrasebook

if TYPE_CHECKING:
    from fluent.syntax import ast

__all__ = ["LANGUAGES", "MessageError", "Messages"]

LANGUAGES = ("en", "zh")


class MessageError(LookupError):
    """A message, a placeholder or a language that the catalogue does not have, or a file of it that
    cannot be read."""


class Messages:
    """The texts of one file of the catalogue, in every language.

    Args:
        file: The name of the file without its ending, e.g. "cli". It is read at the first use.
    """

    def __init__(self, file: str) -> None:
        self.file = file

    def __contains__(self, key: str) -> bool:
        return key in self.templates("en")

    def templates(self, lang: str) -> Mapping[str, str]:
        """All texts of a language as templates of `str.format`, in the order of the file.

        Raises:
            MessageError: The language has no such file, or the file cannot be read.
        """
        return _read(lang, self.file)

    def template(self, key: str, lang: str) -> str:
        """One text as a template of `str.format`.

        Raises:
            MessageError: The file has no such message.
        """
        try:
            return _read(lang, self.file)[key]
        except KeyError:
            raise MessageError(f"messages/{lang}/{self.file}.ftl has no message {key!r}") from None

    def say(self, key: str, lang: str, /, **slots: Any) -> str:
        """One text with its placeholders filled.

        Raises:
            MessageError: The file has no such message, or a placeholder is not given.

        >>> Messages("cli").say("report", "en", path="r.html")
        'Report: r.html'
        """
        template = self.template(key, lang)
        try:
            return template.format(**slots)
        except KeyError as error:
            raise MessageError(
                f"the message {key!r} of messages/{lang}/{self.file}.ftl needs {error.args[0]!r}"
            ) from None

    def pair(self, key: str, /, **slots: Any) -> tuple[str, str]:
        """One text in English and in Chinese. A slot that is a pair of texts itself gives each
        language its own.

        >>> Messages("cli").pair("report", path="r.html")
        ('Report: r.html', '报告：r.html')
        """
        en, zh = (
            self.say(
                key,
                lang,
                **{name: v[at] if isinstance(v, tuple) else v for name, v in slots.items()},
            )
            for at, lang in enumerate(LANGUAGES)
        )
        return en, zh

    def phrasebook(self, prefix: str, lang: str) -> Phrasebook:
        """What translates texts that code makes in English: the English messages whose keys begin
        with `prefix` are recognised, and give those of the other language."""
        return _phrasebook(self.file, prefix, lang)


@functools.cache
def _phrasebook(file: str, prefix: str, lang: str) -> Phrasebook:
    target = _read(lang, file)
    return Phrasebook(
        {text: target[key] for key, text in _read("en", file).items() if key.startswith(prefix)}
    )


@functools.cache
def _read(lang: str, file: str) -> dict[str, str]:
    from importlib.resources import files

    name = f"messages/{lang}/{file}.ftl"
    path = files("whyrec") / "messages" / lang / f"{file}.ftl"
    if lang not in LANGUAGES or not path.is_file():
        raise MessageError(f"there is no {name}; the languages are {', '.join(LANGUAGES)}")
    return dict(_compiled(path.read_text(encoding="utf-8"), name))


def _compiled(source: str, name: str) -> Iterator[tuple[str, str]]:
    """(key, template) of each message of a Fluent source."""
    from fluent.syntax import FluentParser, ast

    for entry in FluentParser(with_spans=False).parse(source).body:
        if isinstance(entry, ast.Junk):
            line = entry.content.strip().partition("\n")[0] if entry.content else ""
            raise MessageError(f"{name}: {entry.annotations[0].message} Near: {line}")
        if not isinstance(entry, ast.Message):
            continue
        if entry.value is None or entry.attributes:
            raise MessageError(f"{name}: {entry.id.name} must have a text and no attributes")
        try:
            parts = [_part(element) for element in entry.value.elements]
        except ValueError as error:
            raise MessageError(f"{name}: {entry.id.name}: {error}") from None
        yield entry.id.name, "".join(parts)


def _part(element: ast.TextElement | ast.Placeable) -> str:
    from fluent.syntax import ast

    if isinstance(element, ast.TextElement):
        return _escaped(element.value)
    inner = element.expression
    if isinstance(inner, ast.StringLiteral):
        return _escaped(inner.parse()["value"])
    if isinstance(inner, ast.VariableReference):
        return f"{{{_slot(inner)}}}"
    if isinstance(inner, ast.FunctionReference) and inner.id.name == "NUMBER":
        [number] = inner.arguments.positional
        options = {one.name.name: one.value.parse()["value"] for one in inner.arguments.named}
        return f"{{{_slot(number)}:{_format(options)}}}"
    raise ValueError('a text may hold { $name }, { NUMBER($name) } and { "text" } only')


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _slot(reference: Any) -> str:
    name = str(reference.id.name)
    if not name.isidentifier():
        raise ValueError(f"a placeholder has letters, digits and underscores; got {name}")
    return name


def _format(options: dict[str, Any]) -> str:
    """The format of a number, from the options of `NUMBER` (those of Intl.NumberFormat).

    >>> _format({}), _format({"minimumFractionDigits": 2, "maximumFractionDigits": 2})
    (',', ',.2f')
    >>> _format({"style": "percent", "signDisplay": "always"})
    '+,.0%'
    """
    left = dict(options)
    sign = "+" if left.pop("signDisplay", "auto") == "always" else ""
    grouping = "," if left.pop("useGrouping", 1) else ""
    percent = left.pop("style", "decimal") == "percent"
    most = left.pop("maximumFractionDigits", 0 if percent else None)
    least = left.pop("minimumFractionDigits", most if most == 0 else None)
    if left or least != most:
        raise ValueError(
            "NUMBER takes equal minimumFractionDigits and maximumFractionDigits, useGrouping, "
            f'signDisplay: "always" and style: "percent"; got {options}'
        )
    digits = "" if most is None else f".{int(most)}{'%' if percent else 'f'}"
    return f"{sign}{grouping}{digits}"
