"""The docstrings of public names: a summary, and an entry for every argument and result.

Public are the names in `__all__` of the packages below, and the public methods of their classes.
griffe reads the sources, so nothing is imported.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import griffe
import pytest

#: Packages whose public names follow the rules.
PACKAGES = (
    "whyrec",
    "whyrec.core",
    "whyrec.data",
    "whyrec.evaluate",
    "whyrec.explain",
    "whyrec.models",
    "whyrec.privacy",
    "whyrec.compress",
    "whyrec.scale",
    "whyrec.workflows",
    "whyrec.serve",
    "whyrec.visualise",
    "whyrec.cli",
)
SOURCE = Path(__file__).resolve().parents[2] / "src"
NO_RESULT = ("None", "NoReturn")

Section = griffe.DocstringSectionKind


@functools.cache
def package() -> griffe.Module:
    loaded = griffe.load("whyrec", search_paths=[SOURCE], docstring_parser="google")
    assert isinstance(loaded, griffe.Module)
    return loaded


def exported(module: griffe.Module, name: str) -> griffe.Object | None:
    """The class or function that a package exports; None for other values, such as a version."""
    member = module.members[name]
    if member.is_module:  # a function that is named as its module, such as workflows.audit.audit
        front = package()["public"]  # and whyrec.explain, a package that can be called
        member = member.members.get(name) or front.members[name]
    target = member.final_target if member.is_alias else member
    return target if isinstance(target, griffe.Class | griffe.Function) else None


def home(found: griffe.Object) -> str:
    """The package that defines an object: "whyrec" for its own modules, else one below it."""
    top, part = found.path.split(".")[:2]
    return f"{top}.{part}" if package().modules[part].is_init_module else top


def public_objects(path: str) -> Iterator[griffe.Object]:
    """What a package exports, with the public methods that its classes define."""
    module = package() if path == "whyrec" else package()[path.removeprefix("whyrec.")]
    for name in module.exports or []:
        found = exported(module, str(name))
        if found is None or home(found) not in PACKAGES:
            continue
        yield found
        if isinstance(found, griffe.Class):
            yield from (
                one
                for one in found.members.values()
                if isinstance(one, griffe.Function) and not one.name.startswith("_")
                if one.has_docstring
            )


@functools.cache
def by_path() -> dict[str, griffe.Object]:
    return {found.path: found for path in PACKAGES for found in public_objects(path)}


def sections(found: griffe.Object) -> dict[Section, griffe.DocstringSection]:
    assert found.docstring is not None
    return {section.kind: section for section in found.docstring.parse("google", warnings=False)}


def is_method(found: griffe.Object) -> bool:
    return found.parent is not None and found.parent.is_class


def parameters(found: griffe.Function) -> list[str]:
    """The arguments as a docstring names them: without self, with stars."""
    stars = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
    names = [stars.get(one.kind, "") + one.name for one in found.parameters]  # type: ignore[arg-type]
    return names[1:] if is_method(found) and "staticmethod" not in found.labels else names


@pytest.mark.parametrize("path", PACKAGES)
def test_a_package_says_what_it_is_for(path: str) -> None:
    module = package() if path == "whyrec" else package()[path.removeprefix("whyrec.")]
    assert module.docstring is not None
    assert module.docstring.lines[0].endswith(".")


@pytest.mark.parametrize("path", by_path())
def test_the_first_line_is_a_sentence_alone(path: str) -> None:
    docstring = by_path()[path].docstring
    assert docstring is not None, "no docstring"
    first, *more = docstring.lines
    assert first.endswith("."), first
    assert not more or not more[0].strip(), "the second line must be empty"


@pytest.mark.parametrize("path", [p for p, found in by_path().items() if found.is_function])
def test_arguments_and_results_are_described(path: str) -> None:
    found = by_path()[path]
    assert isinstance(found, griffe.Function)
    parts = sections(found)
    described: list[str] = []
    if Section.parameters in parts:
        described = [one.name for one in parts[Section.parameters].value]
    if is_method(found) and not described:
        return  # a method may be described by its first line alone
    assert described == parameters(found)
    if found.annotation is not None and str(found.annotation) not in NO_RESULT:
        assert Section.returns in parts or Section.yields in parts, "Returns: is missing"


def learned(found: griffe.Object, name: str) -> bool:
    """Whether the code of a class, or of its bases, sets or declares an attribute."""
    assert isinstance(found, griffe.Class)
    kinds = [found, *(base for base in found.mro() if isinstance(base, griffe.Class))]
    setting = re.compile(rf"self\.{name}\b[^\n]*=|^    {name}\s*[:=]|\.{name} = ", re.MULTILINE)
    return any(setting.search(Path(str(kind.filepath)).read_text("utf-8")) for kind in kinds)


@pytest.mark.parametrize("path", [p for p, found in by_path().items() if found.is_class])
def test_described_attributes_exist(path: str) -> None:
    found = by_path()[path]
    parts = sections(found)
    if Section.attributes in parts:
        described = {one.name for one in parts[Section.attributes].value}
        missing = described - set(found.all_members)
        # `fit` learns the attributes that end in `_`, in the class or in what it is made of.
        assert all(name.endswith("_") and learned(found, name) for name in missing), missing
