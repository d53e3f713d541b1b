"""The message catalogue as a whole: both languages say the same, nothing is missing and nothing is left over."""

from __future__ import annotations

import ast
import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast as fluent, visitor

import whyrec
from whyrec.core.messages import LANGUAGES, Messages
from whyrec.core.verbs import DOMAINS, VERBS
from whyrec.models.graph.path_phrases import ALIASES
from whyrec.models.interpretable.feature_phrases import UNITS

SOURCE = Path(whyrec.__file__).parent
CATALOGUE = SOURCE / "messages"
CHINESE = re.compile("[\u4e00-\u9fff]")
MAY_LEAVE_OUT = re.compile(r"may leave out (.+)")

#: Files of Python that hold Chinese on purpose: they recognise text that others wrote.
MATCHING = {
    "core/kinds.py",  # kinds of events in data
    "core/verbs.py",  # the verbs of these kinds
    "data/kinds.py",  # names of columns
    "explain/verification/phrases.py",  # sentences that are checked
    "explain/verification/old_words.py",  # sentences of version 0.1
    "explain/verification/words.py",  # sentences that are checked
}

#: Keys that code computes: the file, a pattern of the keys, and what it computes them from.
COMPUTED = {
    "audit": ["metric-.+"],  # measures
    "changes": ["cause-.+", "(came|went)(-with)?", "kept|moved", "summary|unchanged"],
    "cli": ["rules-(tree|rules|ebm)", "plan-(yes|no|unsure)", "check-(table|column|row|value)",
            "check-(required|fix)", "advise-(step|absent|large)-.+"],  # the results' own fields
    "forces": ["force-.+", "name-.+", "place-(moved|kept)", "list-.+"],  # kinds of forces and lists
    "features": [f"({'|'.join(UNITS)})-(short|says)"],
    "paths": ["relation-.+", "short-.+"],
    "problems": [r"title-\d+", "field-.+", "thing-.+"],
    "report": ["(metric|model|method|protocol|stage)-.+", "tree-(yes|no)"],
    "sentences": ["(sentence|variants|earlier)-.+", "verb-.+", r"month-\d+", r"strength-\d+", "like-.+",
                  "domain-.+", "items-.+-(one|many)", "quote-(work|name)-(open|close)"],
    "service": ["cause-.+"],
    "views": ["removed-by-.+", "concepts-(base|pure|before|after|control)"],
    "notes": ["explainer-.+"],
    "wish-words": ["(cue|size|field|low|high|thing)-.+", "(below|above|most|least)(-behind)?"],
    "wishes": ["(understood|by|problem)-.+"],
}  # fmt: skip


# --- the files ------------------------------------------------------------------------------------


def entries(path: Path) -> dict[str, fluent.Message]:
    """The messages of a file; fails where it cannot be read or has a key twice."""
    found: dict[str, fluent.Message] = {}
    for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
        assert not isinstance(entry, fluent.Junk), f"{path.name}: {entry.content.strip()[:80]}"
        if isinstance(entry, fluent.Message):
            assert entry.id.name not in found, f"{path.name}: {entry.id.name} stands twice"
            found[entry.id.name] = entry
    return found


class _Names(visitor.Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: fluent.VariableReference) -> None:
        self.names.add(node.id.name)


def placeholders(message: fluent.Message) -> set[str]:
    names = _Names()
    names.visit(message)
    return names.names


def optional(message: fluent.Message) -> set[str]:
    """The placeholders that a language may leave out, as the comment says."""
    found = MAY_LEAVE_OUT.search(message.comment.content if message.comment else "")
    return set(re.findall(r"\$(\w+)", found[1])) if found else set()


def faults(folder: Path) -> list[str]:
    """What is not the same in both languages of a catalogue."""
    names = {lang: {path.name for path in (folder / lang).glob("*.ftl")} for lang in LANGUAGES}
    out = [f"{name} is not in every language" for name in sorted(names["en"] ^ names["zh"])]
    for name in sorted(names["en"] & names["zh"]):
        en, zh = (entries(folder / lang / name) for lang in LANGUAGES)
        out += [f"{name}: {key} is not in every language" for key in sorted(en.keys() ^ zh.keys())]
        for key in en.keys() & zh.keys():
            free = optional(en[key]) | optional(zh[key])
            odd = (placeholders(en[key]) ^ placeholders(zh[key])) - free
            out += [f"{name}: {key} has not ${slot} in every language" for slot in sorted(odd)]
        if not name.startswith("page-"):  # which names the other language
            odd = [key for key, one in en.items() if CHINESE.search(text(one))]
            out += [f"{name}: {key} is Chinese in English" for key in odd]
    return out


def text(message: fluent.Message) -> str:
    value = message.value
    parts = value.elements if value is not None else []
    return "".join(part.value for part in parts if isinstance(part, fluent.TextElement))


def test_both_languages_have_the_same_files_keys_and_placeholders():
    assert faults(CATALOGUE) == []
    assert len(list((CATALOGUE / "en").glob("*.ftl"))) >= 10


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda text: text.replace("report = 报告：{ $path }\n", ""), "cli.ftl: report is not"),
        (
            lambda text: text.replace("报告：{ $path }", "报告"),
            "cli.ftl: report has not $path in every language",
        ),
        (lambda text: text + "more = 更多\n", "cli.ftl: more is not in every language"),
        (
            lambda text: text.replace("{ $path }", "{ $paths }", 1),
            "cli.ftl: report has not $path",
        ),
        (lambda text: text + "more 更多\n", "cli.ftl: more 更多"),
        (lambda text: text + "report = 又一个\n", "cli.ftl: report stands twice"),
    ],
)
def test_a_broken_file_is_found(tmp_path, change, fault):
    shutil.copytree(CATALOGUE, tmp_path / "messages")
    path = tmp_path / "messages" / "zh" / "cli.ftl"
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before
    try:
        found = faults(tmp_path / "messages")
    except AssertionError as error:
        found = [str(error)]
    assert any(one.startswith(fault) for one in found), found


def test_a_missing_file_is_found(tmp_path):
    shutil.copytree(CATALOGUE, tmp_path / "messages")
    (tmp_path / "messages" / "zh" / "views.ftl").unlink()
    assert faults(tmp_path / "messages") == ["views.ftl is not in every language"]


def python_files() -> list[str]:
    """The files that Python reads; those of the page have a test of their own."""
    paths = (CATALOGUE / "en").glob("*.ftl")
    return sorted(path.stem for path in paths if not path.stem.startswith("page-"))


@pytest.mark.parametrize("file", python_files())
def test_python_reads_every_text_of_both_languages(file):
    for lang in LANGUAGES:
        assert (
            Messages(file).templates(lang).keys()
            == entries(CATALOGUE / lang / f"{file}.ftl").keys()
        )


# --- keys in code -----------------------------------------------------------------------------------

CALLS = {"say", "pair", "template", "both", "attributes", "words", "one", "marked", "texts"}
VIEW = ("title", "question", "found", "notes")


class Code:
    """What a tree of Python code says of the catalogue. used: {file: keys}, unknown: [place: key]."""

    def __init__(self, source: Path = SOURCE) -> None:
        self.source = source
        self.trees = {
            ".".join(path.relative_to(source.parent).with_suffix("").parts): ast.parse(
                path.read_text(encoding="utf-8")
            )
            for path in source.rglob("*.py")
        }
        own = {name: self._own(tree) for name, tree in self.trees.items()}
        self.used: dict[str, set[str]] = defaultdict(set)
        self.unknown: list[str] = []
        for name, tree in self.trees.items():
            files = set(own[name])
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom):
                    parts = [f"{node.module}.{one.name}" for one in node.names]
                    files |= set().union(*(own.get(part, ()) for part in [node.module, *parts]))
            if files:
                self._read(name, tree, files)
        for path in source.glob("visualise/templates/*.html"):
            markup = path.read_text(encoding="utf-8")
            for key in re.findall(r"\b(?:t|aria|say)\('([\w-]+)'", markup):
                self._key(path.name, key, {"report", "audit"})
            for key in set(re.findall(r"'([\w-]+)'", markup)):  # also handed to a macro
                if key in Messages("report"):
                    self.used["report"].add(key)

    def _own(self, tree: ast.Module) -> set[str]:
        """The files that a module reads: Messages("file")."""
        return {
            node.args[0].value
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "Messages"
            and isinstance(node.args[0], ast.Constant)
        }

    def _key(self, place: str, key: str, files: set[str]) -> None:
        known = [file for file in files if key in Messages(file)]
        for file in known:
            self.used[file].add(key)
        if not known:
            self.unknown.append(f"{place}: {key}")

    def _read(self, name: str, tree: ast.Module, files: set[str]) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for file in files:  # also a key that is kept in a variable first
                    if node.value in Messages(file):
                        self.used[file].add(node.value)
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called == "phrasebook" and isinstance(node.args[0], ast.Constant):
                for file in files & self._own(tree) or files:
                    keys = Messages(file).templates("en")
                    self.used[file] |= {key for key in keys if key.startswith(node.args[0].value)}
            elif called == "texts" and node.args and isinstance(node.args[0], ast.Constant):
                for what in VIEW:
                    self._key(name, f"{node.args[0].value}-{what}", {"views"})
            elif called in CALLS:
                for argument in node.args[: 2 if called == "marked" else 1]:
                    for key in constants(argument):
                        self._key(name, key, files)


def constants(node: ast.expr) -> list[str]:
    """The texts that an argument may be."""
    if isinstance(node, ast.IfExp):
        return constants(node.body) + constants(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


@pytest.fixture(scope="module")
def code():
    return Code()


def test_every_key_in_the_code_is_in_the_catalogue(code):
    assert code.unknown == []
    assert sum(map(len, code.used.values())) > 400


@pytest.mark.parametrize("file", python_files())
def test_every_text_is_used(code, file):
    keys = set(Messages(file).templates("en"))
    computed = {
        pattern: {key for key in keys if re.fullmatch(pattern, key)}
        for pattern in COMPUTED.get(file, [])
    }
    assert all(computed.values()), "a pattern of computed keys that matches no key"
    assert keys - code.used[file] - set().union(*computed.values()) == set()


def test_keys_that_code_computes_are_there():
    sentences = set(Messages("sentences").templates("en"))
    assert {f"verb-{verb}{form}" for verb in VERBS for form in ("", "-done")} == {
        key for key in sentences if key.startswith("verb-")
    }
    assert {f"items-{domain}-{n}" for domain in DOMAINS for n in ("one", "many")} == {
        key for key in sentences if key.startswith("items-")
    }
    relations = {key for _, key in ALIASES} | {"other"}
    assert {f"relation-{key}{form}" for key in relations for form in ("", "-alone")} == {
        key for key in Messages("paths").templates("en") if key.startswith("relation-")
    }
    features = Messages("features").templates("en")
    assert {f"{name}-{form}" for name in UNITS for form in ("short", "says")} <= set(features)


def test_an_unknown_and_an_unused_key_are_found(tmp_path):
    source = tmp_path / "whyrec"
    source.mkdir()
    (source / "one.py").write_text(
        'from whyrec.core.messages import Messages\nTEXTS = Messages("service")\n'
        'TEXTS.say("tag", "en")\nTEXTS.pair("tga")\n'
    )
    (source / "two.py").write_text('from whyrec.one import TEXTS\nTEXTS.say("explored", "en")\n')
    found = Code(source)
    assert found.unknown == ["whyrec.one: tga"]
    assert found.used == {"service": {"tag", "explored"}}


# --- Chinese in code ----------------------------------------------------------------------------


def chinese_in(tree: ast.Module) -> list[str]:
    """Texts with Chinese letters, but not docstrings, whose examples show results."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docs
        and CHINESE.search(node.value)
    ]


def test_chinese_stands_in_the_catalogue_alone():
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if chinese_in(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == MATCHING
    assert chinese_in(ast.parse('"""文档"""\nx = f"{n} 人"\n')) == [" 人"]
