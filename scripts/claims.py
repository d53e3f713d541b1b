"""The figures and promises of the documents, held to what was measured and tested.

    python scripts/claims.py [--write] [--run] [--accept]

- A table between `<!-- table: NAME -->` and `<!-- end -->` is made from the JSON in docs/results.
- docs/claims.toml lists promises: the words, the pages that say them, the tests that show them, the
  same in Chinese, and what an installation needs for them. --write keeps them, with the last result
  of the tests, in the package (whyrec.workflows.promises), where the service reads them.
- Every other decimal number of the documents was printed by an earlier version, and its raw result
  was not kept. docs/earlier-figures.json counts them by page; the list may only become shorter.

Without an option it checks all three and exits with 1 if something differs. --write makes the
tables and docs/claims.md anew and takes figures off the list that are gone; with --run the tests
run first and their result is kept. --accept puts all figures of today on the list: only for one
that a command without a kept result has just printed.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from whyrec.workflows import promises

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
RESULTS = DOCS / "results"
REGISTER = DOCS / "claims.toml"
EARLIER = DOCS / "earlier-figures.json"
PAGE = DOCS / "claims.md"
CHECKED = ROOT / "src" / "whyrec" / "checked.json"
TABLE = re.compile(r"(<!-- table: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.S)
FENCE = re.compile(r"^```.*?^```", re.S | re.M)
# A decimal number of two places or more; versions (1.2.3) and parts of words are none.
FIGURE = re.compile(r"(?<![\w.])(\d*\.\d{2,})(?![\w.]*\d)")
LABELS = {
    "additive": "**additive**, the glass box",
    "pctm": "pctm, log evidence of transitions",
    "ease": "EASE",
    "als": "ALS (implicit)",
    "knn": "item-kNN",
    "personal-popular": "most used",
}
NAMES = {  # of the results, in the order of the table
    "amazon-beauty": "Amazon Beauty",
    "amazon-games": "Amazon video games",
    "ml-latest-small": "MovieLens latest small",
    "ml-100k": "MovieLens-100K",
    "lastfm": "Last.fm (no order; random split)",
    "goodbooks": "goodbooks, 5% of the people (random split)",
    "shop": "Online Retail II, invoices of a shop, new goods",
    "shop-repeat": "the same, goods bought before too (`--repeat`)",
}


# --- tables ---------------------------------------------------------------------------------------


def result(name: str) -> dict[str, Any]:
    """A kept result of bench.accuracy.summary."""
    found: dict[str, Any] = json.loads((RESULTS / "accuracy" / f"{name}.json").read_text("utf-8"))
    return found


def interval(value: dict[str, float], places: int = 3) -> str:
    """`0.193 (.185–.201)`."""
    low, high = (f"{value[end]:.{places}f}".replace("0.", ".", 1) for end in ("low", "high"))
    return f"{value['mean']:.{places}f} ({low}–{high})"


def films() -> str:
    """The models on MovieLens-1M, best first."""
    rows = [
        "| model | NDCG@10 (95%) | HR@10 | fit, CPU s | peak memory |",
        "|---|---|---|---|---|",
    ]
    found = result("ml-1m-order")["rows"]
    for row in sorted(found, key=lambda row: -row["ndcg@10"]["mean"]):
        rows.append(
            f"| {LABELS.get(row['model'], row['model'])} | {interval(row['ndcg@10'])} "
            f"| {row['hr@10']['mean']:.3f} | {row['fit_cpu_seconds']:.0f} "
            f"| {row['peak_mb'] / 1024:.1f} GB |"
        )
    return "\n".join(rows)


def sets() -> str:
    """The glass box beside the best baseline, on each other data set."""
    rows = [
        "| data | events, items | additive | CPU s | best baseline | additive minus it (95%) |",
        "|---|---|---|---|---|---|",
    ]
    for name, label in NAMES.items():
        found = result(name)
        by_name = {row["model"]: row for row in found["rows"]}
        own = by_name.pop("additive")
        best = max(by_name.values(), key=lambda row: row["ndcg@10"]["mean"])
        rows.append(
            f"| {label} | {found['events']:,}, {found['items']:,} | {interval(own['ndcg@10'], 4)} "
            f"| {own['fit_cpu_seconds']:.0f} "
            f"| {LABELS.get(best['model'], best['model'])} {best['ndcg@10']['mean']:.4f} "
            f"| {_difference(found, best['model'])} |"
        )
    return "\n".join(rows)


def _difference(found: dict[str, Any], other: str) -> str:
    [one] = [row for row in found["comparisons"] if {row["a"], row["b"]} == {"additive", other}]
    sign = 1 if one["a"] == "additive" else -1
    value = one["difference"]
    low, high = sorted(sign * value[end] for end in ("low", "high"))
    chance = "" if one["significant"] else ": may be chance"
    return f"{sign * value['mean']:+.4f} ({low:+.4f} to {high:+.4f}){chance}".replace("-", "−")


def failed_checks() -> str:
    """The explainers that fail a sanity check, and on which models."""
    found: dict[str, dict[str, list[str]]] = json.loads(CHECKED.read_text("utf-8"))
    failed: dict[str, dict[str, list[str]]] = {}
    for model, explainers in found.items():
        for explainer, lost in explainers.items():
            for check in lost:
                failed.setdefault(explainer, {}).setdefault(check, []).append(model)
    rows = ["| explainer | fails | on |", "|---|---|---|"]
    for explainer, checks in sorted(failed.items()):
        asked = [model for model, explainers in found.items() if explainer in explainers]
        places: dict[str, list[str]] = {}
        for check, models in checks.items():
            others = [model for model in asked if model not in models]
            named = ", ".join(models)
            if len(asked) > 1 and len(others) <= len(asked) // 3:
                named = f"all but {', '.join(others)}" if others else "all"
            places.setdefault(named, []).append(check)
        rows += [f"| `{explainer}` | {', '.join(lost)} | {on} |" for on, lost in places.items()]
    return "\n".join(rows)


SERVED = {
    "additive": "`additive`, default",
    "fused-compact": "`fused`, its large model in the form of `compact`",
    "fused": "`fused`",
    "compact": "`compact`",
    "sequence": "`sequence`",
}


def served() -> str:
    """What a request costs, by model, on amazon-games."""
    found = json.loads((RESULTS / "service" / "games.json").read_text("utf-8"))
    rows = [
        "| model | answered a second | errors | p50 ms | p99 ms | processor ms a request "
        "| beside `additive` | peak MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    own = found["rows"][0]["cpu_ms"]
    for row in found["rows"]:
        name = row["server"].split(", ")[1]
        rows.append(
            f"| {SERVED[name]} | {row['rate']:.0f} | {row['errors']} | {row['p50']:.0f} "
            f"| {row['p99']:.0f} | {row['cpu_ms']:.1f} | {row['cpu_ms'] / own:.1f} "
            f"| {row['peak_mb']:,} |"
        )
    return "\n".join(rows)


BEST = {
    "ml-1m-order": "MovieLens-1M",
    "amazon-beauty": "Amazon Beauty",
    "amazon-games": "Amazon video games",
}


def best() -> str:
    """The glass box with the budget `best`."""
    rows = ["| data | fit | NDCG@10 (95%) | CPU s | peak memory |", "|---|---|---|---|---|"]
    for name, label in BEST.items():
        for end, fit in (("", "training events"), ("-refit", "with the validation items")):
            if not (RESULTS / "accuracy" / f"{name}-best{end}.json").exists():
                continue
            [row] = result(f"{name}-best{end}")["rows"]
            rows.append(
                f"| {label} | {fit} | {interval(row['ndcg@10'], 4)} "
                f"| {row['fit_cpu_seconds']:.0f} | {row['peak_mb'] / 1024:.1f} GB |"
            )
    return "\n".join(rows)


def fusion() -> str:
    """Glass box, large model and both, with the explained share."""
    rows = [
        "| data, CPU s of both fits | model | NDCG@10 (95%) | HR@10 "
        "| explained share: mean | lowest tenth | lowest of all |",
        "|---|---|---|---|---|---|---|",
    ]
    for path in sorted((RESULTS / "fusion").glob("*.json")):
        found = json.loads(path.read_text("utf-8"))
        for name, row in found["all test people"].items():
            label = f"{name}, dial {found['dial']:g}" if name == "fused" else name
            rows.append(
                f"| {found['data']}, {found['fit_cpu_seconds']:,} | {label} "
                f"| {interval(row['ndcg@10'], 4)} | {row['hr@10']['mean']:.3f} "
                f"| {row['explained_share']:.3f} | {row['explained_share_p10']:.3f} "
                f"| {row['explained_share_min']:.4f} |"
            )
        free = max(
            (one for one in found["points"] if one["dial"] == 0),
            key=lambda one: one["accuracy"]["mean"],
        )
        rows.append(
            f"| | fused, best point without a dial | {interval(free['accuracy'], 4)} | "
            f"| {free['explained']['mean']:.3f} | {free['explained']['p10']:.3f} "
            f"| {free['explained']['min']:.4f} |"
        )
    return "\n".join(rows)


def forces() -> str:
    """What a person's no and variety do to lists."""
    found = json.loads((RESULTS / "forces" / "real-lists.json").read_text("utf-8"))
    rows = ["| force | measure | without | with | difference (95%) |", "|---|---|---|---|---|"]
    for title in ("low ratings", "variety"):
        for name, one in found[title].items():
            if name == "chosen":
                continue
            moved = one["difference"]
            rows.append(
                f"| {title}, {found[title]['chosen']:g} | {name} | {one['before']:.4f} "
                f"| {one['mean']:.4f} "
                f"| {moved['mean']:+.4f} ({moved['low']:+.4f} to {moved['high']:+.4f}) |"
            )
    return "\n".join(rows).replace("| -", "| −").replace("(-", "(−").replace(" to -", " to −")


def simulated() -> str:
    """What forces are worth to the simulated audience, by seed."""
    found = json.loads((RESULTS / "forces" / "simulated-audience.json").read_text("utf-8"))
    rows = [
        "| seed | worth without | dismissed | shown in vain | both "
        "| last place: choices counted | estimated from the log |",
        "|---|---|---|---|---|---|---|",
    ]
    for seed, one in found["seeds"].items():
        cells = [
            f"{one[arm]['mean']:+.3f} ({one[arm]['low']:+.3f} to {one[arm]['high']:+.3f})"
            for arm in ("dismissed", "shown", "both")
        ]
        sizes = [f", {one['chosen'][arm]:g}" for arm in ("dismissed", "shown")] + [""]
        rows.append(
            f"| {seed} | {one['without']:.3f} | "
            + " | ".join(cell + size for cell, size in zip(cells, sizes, strict=True))
            + f" | {one['log']['counted']:.3f} | {interval(one['log']['estimated'])} |"
        )
    return "\n".join(rows)


def equal_questions() -> str:
    """Explainers on the literature's protocol, some with as many questions as ours."""
    found = json.loads((RESULTS / "explanation" / "literature.json").read_text("utf-8"))["rows"][0]
    names = ("pos@5", "pos@20", "cdcg", "ins", "del", "neg@5")
    shown = {"bidirectional-removal", "lime", "shapley", "deletion", "ACCENT", "SPINRec"}
    rows = [f"| method | {' | '.join(name.upper() for name in names)} | evaluations |"]
    rows.append("|---" * (len(names) + 2) + "|")
    for row in found["rows"]:
        if row["method"].split(",")[0] in shown:
            values = [f"{row['metrics'][name]['mean']:.4f}".lstrip("0") for name in names]
            asked = "gradients" if "SPINRec" in row["method"] else f"{row['evaluations']:,.0f}"
            rows.append(f"| {row['method']} | {' | '.join(values)} | {asked} |")
    return "\n".join(rows)


def steering() -> str:
    """Whether wishes in words hold (bench/forces/steering.py)."""
    found = json.loads((RESULTS / "steering.json").read_text("utf-8"))
    lines = [
        "| wishes | before | after | “more” alone, after | obeyed | other tags moved | kept | "
        "NDCG@10 before, after |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in (row for row in found["rows"] if "after" in row):
        moved = "–"
        if row["other tags"] is not None:
            moved = f"{row['other tags']:.2f} of {row['chance']:.2f}"
        cells = (
            row["kind"],
            f"{row['before']:.2f}",
            f"{row['after']:.2f} [{row['after_low']:.2f}, {row['after_high']:.2f}]",
            f"{row['by polarity']['more'][1]:.2f}",
            f"{row['obeyed']:.0%}",
            moved,
            f"{row['kept']:.0%}",
            f"{row['ndcg before']:.3f}, {row['ndcg after']:.3f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


TABLES = {
    "steering": steering,
    "forces-simulated": simulated,
    "accuracy-best": best,
    "fusion": fusion,
    "forces": forces,
    "literature-equal": equal_questions,
    "accuracy-films": films,
    "accuracy-sets": sets,
    "sanity": failed_checks,
    "service-games": served,
}


# --- pages ----------------------------------------------------------------------------------------


def pages() -> Iterator[Path]:
    """The pages whose figures are held; decisions are records of their day."""
    yield from sorted(ROOT.glob("README*.md"))
    for path in sorted(DOCS.rglob("*.md")):
        if path != PAGE and "decisions" not in path.parts and path.name != "cli.md":
            yield path


def with_tables(text: str) -> str:
    """The text with each marked table as the results have it."""
    return TABLE.sub(lambda found: found[1] + TABLES[found[2]]() + "\n" + found[4], text)


def figures(text: str) -> Counter[str]:
    """The decimal numbers outside of marked tables and blocks of code."""
    return Counter(FIGURE.findall(FENCE.sub("", TABLE.sub("", text))))


def earlier_figures() -> dict[str, Counter[str]]:
    """The figures without a kept result, by page."""
    if not EARLIER.exists():
        return {}
    found = json.loads(EARLIER.read_text("utf-8"))
    return {name: Counter(listed.split()) for name, listed in found.items()}


def claims() -> list[dict[str, Any]]:
    """The registered promises."""
    found: list[dict[str, Any]] = tomllib.loads(REGISTER.read_text("utf-8"))["claim"]
    return found


def registered(passed: dict[str, bool] | None = None) -> promises.Kept:
    """The promises with the results of the tests; without results: with those of the last run."""
    if passed is None:
        before = promises.kept()
        known = {(one.words, one.tests): one.passed for one in before.promises}
        date, commit, code = before.date, before.commit, before.code
    else:
        date, commit = datetime.now(UTC).date().isoformat(), head()
        code = promises.code_digest()
    rows = []
    for claim in claims():
        words, tests = one_line(claim["words"]), tuple(claim["tests"])
        if passed is None:
            result = known.get((words, tests))
        else:
            ran = [passed.get(test) for test in tests]
            result = None if None in ran else all(ran)
        pages = tuple(claim["pages"])
        needs = claim.get("needs", "")
        rows.append(promises.Promise(words, claim["zh"], pages, tests, needs, result))
    return promises.Kept(date, commit, code, tuple(rows))


def head() -> str:
    """The commit of this checkout."""
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def one_line(text: str) -> str:
    """The text without line breaks, as promises are looked for."""
    return " ".join(text.split())


# --- check ----------------------------------------------------------------------------------------


def faults() -> Iterator[str]:
    """What differs, one line each."""
    earlier = earlier_figures()
    for path in pages():
        name = str(path.relative_to(ROOT))
        text = path.read_text("utf-8")
        if with_tables(text) != text:
            yield f"{name}: a table is not what docs/results say; run make claims"
        known = earlier.get(name, Counter())
        for figure, count in (figures(text) - known).items():
            yield f"{name}: no kept result has the figure {figure} (found {count} times too often)"
        if known - figures(text):
            yield f"{name}: docs/earlier-figures.json has figures that are gone; run make claims"
    if registered() != promises.kept():
        yield "docs/claims.toml: the package keeps other promises; run make claims"
    for claim in claims():
        for page in claim["pages"]:
            if one_line(claim["words"]) not in one_line((ROOT / page).read_text("utf-8")):
                yield f"{page} does not say: {claim['words']}"
        for test in claim["tests"]:
            file, _, function = test.partition("::")
            there = (ROOT / file).is_file() and f"def {function}(" in (ROOT / file).read_text()
            if not there:
                yield f"no such test: {test}"


# --- write ----------------------------------------------------------------------------------------


def run(tests: list[str]) -> dict[str, bool]:
    """Whether each test passes; a test with several cases passes if all do."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "--no-cov", "-p", "no:cacheprovider"),
                *(f"--junit-xml={report}", *tests),
            ],
            cwd=ROOT,
            check=False,
        )
        cases = list(ElementTree.parse(report).iter("testcase"))  # written by pytest just now
    passed: dict[str, bool] = {}
    for case in cases:
        name = case.get("classname", "").replace(".", "/") + ".py::"
        name += case.get("name", "").partition("[")[0]
        good = not [one for one in case if one.tag in ("failure", "error", "skipped")]
        passed[name] = passed.get(name, True) and good
    return passed


def page(value: promises.Kept) -> str:
    """docs/claims.md."""
    states = {True: "holds", False: "**BROKEN**", None: "not run"}
    rows = [
        f"| {one.words} | {', '.join(one.pages)} "
        f"| {'<br>'.join(f'`{test}`' for test in one.tests)} | {states[one.passed]} |"
        for one in value.promises
    ]
    count = sum(found.total() for found in earlier_figures().values())
    kept = [
        path
        for name in ("accuracy", "explanation", "service")
        for path in sorted(RESULTS.glob(f"{name}/*.json"))
    ]
    measured = [
        f"| `{one['command']}` | {one['date']} | {one['commit']} | {one['load']} |"
        for one in (json.loads(path.read_text("utf-8")) for path in kept)
    ]
    return "\n".join(
        [
            "# Claims",
            "",
            "Made by `make claims`. What the documents promise, and the tests that show it. The "
            f"tests ran on {value.date} at commit {value.commit}; the auditor's screen of the page "
            "says whether that is the code of an installation.",
            "",
            "| promise | said in | shown by | last result |",
            "|---|---|---|---|",
            *rows,
            "",
            "## Measurements that are kept",
            "The tables that `make claims` writes come from these runs; the load is that of the "
            "machine at the start.",
            "",
            "| command | date | commit | load |",
            "|---|---|---|---|",
            *measured,
            "",
            "## Figures of earlier measurements",
            f"{count:,} decimal numbers of the documents were printed by the commands beside them, "
            "some by earlier versions; their raw results were not kept. The list of them may only "
            "become shorter: a new figure must come from a kept result.",
            "",
        ]
    )


def write(*, accept: bool) -> None:
    """Make the tables and the list of earlier figures anew."""
    earlier = earlier_figures()
    known = {}
    for path in pages():
        name = str(path.relative_to(ROOT))
        text = with_tables(path.read_text("utf-8"))
        path.write_text(text, encoding="utf-8")
        found = figures(text) if accept else figures(text) & earlier.get(name, Counter())
        if found:
            known[name] = " ".join(sorted(found.elements()))
    EARLIER.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Check, or write."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--write", action="store_true")
    made.add_argument("--run", action="store_true")
    made.add_argument("--accept", action="store_true")
    options = made.parse_args()
    if options.write or options.accept:
        write(accept=options.accept)
        tests = sorted({test for claim in claims() for test in claim["tests"]})
        value = registered(run(tests) if options.run else None)
        promises.write(value)
        PAGE.write_text(page(value), encoding="utf-8")
    wrong = list(faults())
    for fault in wrong:
        print(fault)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
