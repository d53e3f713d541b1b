"""Mutation testing: change the code in one place and see whether the nearest tests notice.

    python scripts/mutate.py [FILE ...] [--mutants 200] [--seed 0] [--seconds 1800]

scripts/mutate.toml names the source files, the tests nearest to each, and the mutants that change
nothing (equivalent ones, which are left out). A mutant is drawn by place: each place of the code is
as likely as any other, and so is each change of mutmut's operators at that place. mutmut's own
runner takes neither a sample nor a seed and changes nothing outside functions, so only its
operators are used.

The tests run on a copy in a temporary folder; the working tree is only read. The files of tests run
one after the other until one notices. Each first runs without a mutant, and must pass. A mutant
that takes LIMIT times the processor seconds of that run has timed out, which counts as noticed. The
run ends after --mutants mutants or --seconds processor seconds. It writes the score with its 95%
interval (Wilson) to docs/results/mutation.json and exits with 1 if the score is below the bar of
scripts/mutate.toml, with 2 if it cannot measure.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import fnmatch
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import libcst
from mutmut.mutation.file_mutation import Mutation, create_mutations
from scipy.stats import binomtest

ROOT = Path(__file__).resolve().parents[1]
LIMIT, MORE = 4, 10  # of the processor seconds of the run without a mutant, and seconds beyond
WALL = 20  # times that limit: a test that waits for ever uses no processor
COPIED = ("src", "tests")  # the rest is linked


class Place(NamedTuple):
    """A node of a file's code, and the changes that mutmut knows for it."""

    path: str
    module: libcst.Module
    changes: list[Mutation]


class Mutant(NamedTuple):
    """A changed file: its path, the first line that differs, and its text."""

    path: str
    line: int
    code: str
    diff: str

    @property
    def where(self) -> str:
        """`path:line`."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Table:
    """scripts/mutate.toml."""

    bar: float
    nearest: dict[str, list[str]]
    equivalent: list[dict[str, str]] = field(default_factory=list)

    def tests(self, path: str) -> tuple[str, ...]:
        """The nearest tests of a file: those of the first pattern that fits."""
        found = (tests for name, tests in self.nearest.items() if fnmatch.fnmatch(path, name))
        return tuple(next(found, ()))

    def files(self, root: Path, only: Sequence[str] = ()) -> list[str]:
        """The named source files, or those of them that a pattern of `only` fits."""
        named = {str(p.relative_to(root)) for name in self.nearest for p in root.glob(name)}
        fits = {path for path in named for name in only or ("*",) if fnmatch.fnmatch(path, name)}
        for name in only:
            if not fnmatch.filter(fits, name):
                raise SystemExit(f"mutate: no file of scripts/mutate.toml is {name}")
        return sorted(fits)

    def changes_nothing(self, mutant: Mutant) -> bool:
        """Whether the table lists the mutant as equivalent, by its diff without the margins."""
        changed = [line for line in mutant.diff.splitlines() if line[:1] in "+-"]
        lines = {(line[0], line[1:].strip()) for line in changed[2:]}
        return any(
            {("-", one["before"]), ("+", one["after"])} == lines and one["file"] == mutant.path
            for one in self.equivalent
        )


# --- mutants --------------------------------------------------------------------------------------


def places(root: Path, path: str) -> list[Place]:
    """Every place of a file that can be changed, but for its list of exported names."""
    code = (root / path).read_text("utf-8")
    exported = {
        line
        for node in ast.parse(code).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = set(range(1, code.count("\n") + 2)) - exported
    module, changes, *_ = create_mutations(path, code, covered_lines=lines)
    by_node: dict[int, list[Mutation]] = {}
    for change in changes:
        by_node.setdefault(id(change.original_node), []).append(change)
    return [Place(path, module, found) for found in by_node.values()]


def mutant_of(place: Place, change: Mutation) -> Mutant | None:
    """The file with one change, or None if that is no Python."""
    before = place.module.code
    changed = place.module.deep_replace(change.original_node, change.mutated_node)
    assert isinstance(changed, libcst.Module)
    after = changed.code
    try:
        compile(after, place.path, "exec", dont_inherit=True)
    except SyntaxError:
        return None
    old, new = before.splitlines(), after.splitlines()
    same = (a == b for a, b in zip(old, new, strict=False))
    line = next((n for n, equal in enumerate(same, 1) if not equal), len(old))
    diff = difflib.unified_diff(old, new, place.path, place.path, lineterm="", n=1)
    return Mutant(place.path, line, after, "\n".join(diff))


def drawn(root: Path, files: Sequence[str], table: Table, seed: int) -> Iterator[Mutant]:
    """Mutants in random order, at most one a place; the same ones for the same seed and code."""
    rng = random.Random(seed)
    every = [place for path in files for place in places(root, path)]
    for place in rng.sample(every, len(every)):
        mutant = mutant_of(place, rng.choice(place.changes))
        if mutant is not None and not table.changes_nothing(mutant):
            yield mutant


# --- tests ----------------------------------------------------------------------------------------


class Copy:
    """A copy of the project in which mutants live."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.folder = root, folder / "copy"
        self.output = folder / "output.txt"
        self.folder.mkdir()
        for entry in root.iterdir():
            if entry.name in COPIED:
                unwanted = shutil.ignore_patterns("__pycache__")
                shutil.copytree(entry, self.folder / entry.name, ignore=unwanted)
            elif not entry.name.startswith("."):
                (self.folder / entry.name).symlink_to(entry)
        self.seconds: dict[str, float] = {}  # of the tests without a mutant

    def verdict(self, mutant: Mutant, tests: tuple[str, ...]) -> str:
        """Whether a file of tests notices: "killed", "survived" or "timed out"."""
        for one in tests:
            if one not in self.seconds:
                self.seconds[one] = self._without_mutant(one)
            code = self._with(mutant, one, int(LIMIT * self.seconds[one] + MORE))
            if code in (None, -signal.SIGXCPU, -signal.SIGKILL):
                return "timed out"
            if code:
                return "killed"
        return "survived"

    def _with(self, mutant: Mutant, tests: str, limit: int) -> int | None:
        place = self.folder / mutant.path
        place.write_text(mutant.code, "utf-8")
        os.utime(place, (1, 1))  # never the time by which Python knows the bytecode of the original
        try:
            return self._run(tests, limit, PYTHONDONTWRITEBYTECODE="1")
        finally:
            shutil.copy2(self.root / mutant.path, place)

    def _without_mutant(self, tests: str) -> float:
        before = spent()
        code = self._run(tests, None)
        if code != 0:
            print(self.output.read_text("utf-8")[-3000:])
            print(f"mutate: without a mutant, these tests fail: {tests}")
            raise SystemExit(2)
        return spent() - before

    def _run(self, tests: str, limit: int | None, **variables: str) -> int | None:
        """The exit code of the tests, None if they wait for ever; no process outlives the call."""

        def bound() -> None:
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))

        paths = os.pathsep.join(str(self.folder / p) for p in ("src", "."))
        beyond = os.environ.get("PYTHONPATH")
        everywhere = {
            "CI": "1",  # Hypothesis tries the same examples for each mutant
            "OMP_NUM_THREADS": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # loading them takes longer than many tests
            "PYTHONPATH": f"{paths}{os.pathsep}{beyond}" if beyond else paths,
        }
        with self.output.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", tests],
                cwd=self.folder,
                env=os.environ | everywhere | variables,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=bound,
            )
            try:
                return process.wait(limit and WALL * limit)
            except subprocess.TimeoutExpired:
                return None
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def spent() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


# --- score ----------------------------------------------------------------------------------------


def measure(
    root: Path, files: Sequence[str], table: Table, mutants: int, seed: int, seconds: float
) -> list[tuple[Mutant, str]]:
    """Draw mutants and test them until their number or the processor seconds are reached."""
    found: list[tuple[Mutant, str]] = []
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        copy = Copy(root, Path(folder))
        for mutant in drawn(root, files, table, seed):
            if len(found) == mutants or spent() >= seconds:
                break
            verdict = copy.verdict(mutant, table.tests(mutant.path))
            found.append((mutant, verdict))
            print(f"{verdict:9} {mutant.where}", flush=True)
            if verdict == "survived":
                print(mutant.diff, flush=True)
    return found


def summary(found: Sequence[tuple[Mutant, str]]) -> dict[str, Any]:
    """The score with its interval, the verdicts of each file, and the survivors."""
    counts = Counter(verdict for _, verdict in found)
    noticed = len(found) - counts["survived"]
    interval = binomtest(noticed, len(found)).proportion_ci(method="wilson")
    by_file: dict[str, Counter[str]] = {}
    for mutant, verdict in found:
        by_file.setdefault(mutant.path, Counter())[verdict] += 1
    survivors = [
        {"where": m.where, "diff": m.diff} for m, verdict in found if verdict == "survived"
    ]
    return {
        "score": round(noticed / len(found), 4),
        "low": round(interval.low, 4),
        "high": round(interval.high, 4),
        "mutants": len(found),
        **{name.replace(" ", "_"): counts[name] for name in ("killed", "survived", "timed out")},
        "files": {path: dict(by_file[path]) for path in sorted(by_file)},
        "survivors": survivors,
    }


def _git(root: Path, *arguments: str) -> str:
    answer = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    return answer.stdout.strip()


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Measure, print and keep the score."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", help="files or patterns; without: every named file")
    parser.add_argument("--mutants", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=1800, help="processor seconds")
    asked = parser.parse_args(arguments)
    table = Table(**tomllib.loads((root / "scripts" / "mutate.toml").read_text("utf-8")))
    files = table.files(root, asked.files)
    load = os.getloadavg()[0]
    found = measure(root, files, table, asked.mutants, asked.seed, asked.seconds)
    if not found:
        print("mutate: no mutant was tested; give more --seconds")
        return 2
    result = {
        "command": " ".join(["python scripts/mutate.py", *(arguments or sys.argv[1:])]),
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _git(root, "rev-parse", "--short", "HEAD"),
        "changed": bool(_git(root, "status", "--porcelain", "--", "src", "tests")),
        "load": round(load, 1),
        "seed": asked.seed,
        "cpu_seconds": round(spent()),
        **summary(found),
    }
    kept = root / "docs" / "results" / "mutation.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(
        f"{result['killed']} killed, {result['timed_out']} timed out,"
        f" {result['survived']} survived: {result['score']:.1%} of {len(found)} mutants noticed"
        f" (95%: {result['low']:.1%} to {result['high']:.1%}), {result['cpu_seconds']} CPU s"
    )
    return 0 if result["score"] >= table.bar else 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the copy goes too
    sys.exit(main())
