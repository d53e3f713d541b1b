"""What people see on the terminal: tables, one worked explanation, progress. JSON for machines."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

DEBUG = False
BARS = "▏▎▍▌▋▊▉█"


def _console(stderr: bool = False) -> Any:
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal:
        made.width = 160  # a file or a pipe has no width of its own
    return made


@contextmanager
def progress(text: str) -> Iterator[Callable[..., None]]:
    """A spinner with elapsed time on standard error for anything that takes time; call it with 0..1 for a bar, and with
    a text for another line."""
    console = _console(stderr=True)
    if not console.is_terminal:
        yield lambda share, text="": None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(30), TimeElapsedColumn(),
                  console=console, transient=True) as bar:
        task = bar.add_task(text, total=None)
        yield lambda share, line=text: bar.update(task, total=1.0, completed=share, description=line)


def dumps(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, indent=1, allow_nan=False)


def print_json(value: Any) -> None:
    sys.stdout.write(dumps(value) + "\n")


def _plain(value: Any) -> Any:
    """JSON's own types: numpy numbers become Python's, NaN becomes null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value


def error(text: str) -> int:
    """One paragraph on standard error; the exit code 2. With --debug, the trace."""
    if DEBUG:
        import traceback

        traceback.print_exc()
    sys.stderr.write(f"whyrec: {text}\n")
    return 2


def language(lang: str) -> str:
    from whyrec.core import BadArgument

    if lang not in ("en", "zh"):
        raise BadArgument("--lang must be en or zh", given=repr(lang))
    return lang


def table(rows: Sequence[Mapping[str, Any]], title: str, *, best: int | None = None) -> None:
    """Rows of one shape as a table; numbers to the right, the row `best` in bold."""
    from rich.table import Table
    from rich.text import Text

    made = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0), title_style="bold")
    columns = list(rows[0]) if rows else []
    for column in columns:
        number = all(isinstance(row[column], (int, float)) or row[column] is None for row in rows)
        made.add_column(column, justify="right" if number else "left", overflow="fold")
    for at, row in enumerate(rows):
        # Text, not markup: a title like "[red]" is shown as it is.
        made.add_row(*(Text(cell(row[column])) for column in columns), style="bold green" if at == best else "")
    console = _console()
    console.print(made)
    console.print()


def cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, float):
        return f"{value:.4f}" if abs(value) < 10 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def interval(value: Mapping[str, float]) -> str:
    return f"{value['mean']:.4f} [{value['low']:.4f}, {value['high']:.4f}]"


def line(text: str = "") -> None:
    from rich.text import Text

    _console().print(Text(text))


def steps(rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        table([{"step": row["name"], "rows touched": row["touched"], "rows left": row["left"],
                "": row["detail"]} for row in rows], "Reading and cleaning")


def fitted(result: Mapping[str, Any]) -> None:
    steps(result["steps"])
    line(f"{result['model']} fitted on {result['events']:,} events of {result['users']:,} people and "
         f"{result['items']:,} items in {result['fit_seconds']:.1f} s: {result['out']}")
    if rows := [row for row in result["curve"] if row.get("quality") is not None]:
        best = max(rows, key=lambda row: row["quality"])
        line(f"NDCG@10 on validation people: {best['quality']:.4f}, after epoch {best['epoch']} of {rows[-1]['epoch']}")
    if result["without_text"]:
        line(f"{result['without_text']:,} items have no text: they are known by their events alone")
    if lacking := result.get("without_order"):
        line(f"left out of the model, as the events have no order: {', '.join(lacking)} (--order file: the rows have one)")
    if told := result.get("privacy"):
        line(f"private: epsilon {told['epsilon']:g} at delta {told['delta']:.1e} for one person with all events")
        if "ledger_epsilon" in told:
            line(f"with all earlier releases in the ledger: epsilon {told['ledger_epsilon']:.2f} "
                 f"at delta {told['ledger_delta']:.1e}")
        if told["histories"]:
            line("the folder holds the events too: to give it away, fit with --no-histories")


def tuned(result: Mapping[str, Any]) -> None:
    best = result["best"]
    names = list(best["settings"])
    rows = [{"trial": row["number"] + 1, result["metric"]: row["value"],
             "": "" if row["state"] == "complete" else row["state"],
             **{name: row["settings"].get(name, best["settings"][name]) for name in names}} for row in result["trials"]]
    at = next(at for at, row in enumerate(result["trials"]) if row["number"] == best["number"])
    line(f"{result['model']} on {result['data']}: {len(rows)} trials, {result['cases']:,} validation cases")
    table(rows, "Trials", best=at)
    line(f"Best: trial {best['number'] + 1}, {result['metric']} {best['value']:.4f}")
    line(f"Try:  whyrec fit --model {result['model']} --config {result['out']}")


def compressed(result: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    table(rows, f"{result['data']}: the large model and its smaller forms, {result['people']:,} people")
    line(f"The form {result['chosen']} is in {result['model']}; whyrec serve {result['model']} needs no torch.")


def rounded(result: Mapping[str, Any]) -> None:
    line(f"{result['encoder']}: {result['bytes_before'] / 1e6:.1f} MB, now {result['bytes'] / 1e6:.1f} MB: {result['out']}")
    line(f"Try:  text = \"{result['out']}\" in the settings of `whyrec fit --model sequence --config`")


def fused(result: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    table(rows, f"{result['data']}: accuracy against explained share, {result['cases']:,} people"
                + (f", fit {result['fit_seconds']:g} s" if result["fit_seconds"] is not None else ""))
    line(f"picture: {result['picture']}")
    line(f"model at {result['dial']:g}: {result['model']}")


def added(result: Mapping[str, Any]) -> None:
    line(f"{result['added']:,} new items, {result['items']:,} in all: {result['out']}")
    if result["without_text"]:
        line(f"{result['without_text']:,} of them have no text that the model can read: they get no place of their own")


def forgotten(result: Mapping[str, Any]) -> None:
    how = {"exact": "taken out exactly", "fitted again": "fitted again without them"}[result["how"]]
    line(f"{result['people']:,} people with {result['events']:,} events {how}: {result['out']}")
    if "difference" in result:
        line(f"largest difference to a fit without them: {result['difference']:.1e} of the largest score")
    line(f"receipt {result['receipt_id']}: the data's hash was {result['data_before'][:12]}, "
         f"now {result['data_after'][:12]}")


def compared(result: Mapping[str, Any]) -> None:
    line(f"{result['data']}: {result['users']:,} people, {result['items']:,} items, {result['events']:,} events; "
         f"{result['protocol']}, {result['cases']:,} test people")
    for note in result["notes"]:
        line(f"  {note}")
    line()
    headline = "ndcg@100" if result["protocol"] == "strong" else "ndcg@10"
    shown = [{
        "model": row["model"], f"{headline} [95% interval]": interval(row["metrics"][headline]),
        **{m: row["metrics"][m]["mean"] for m in ("hr@10", "recall@20", "recall@50", "coverage@10")},
        "fit s": row["fit_seconds"], "score s": row["score_seconds"], "peak MB": row["peak_mb"],
        "exact share": f"{row['explained_share']:.0%}"} for row in result["rows"]]
    means = [row["metrics"][headline]["mean"] for row in result["rows"]]
    table(shown, "Accuracy", best=means.index(max(means)))
    for found in result["comparisons"]:
        sure = "" if found["significant"] else "  (may be chance)"
        line(f"{found['a']} minus {found['b']}, {found['metric']}: {interval(found['difference'])}{sure}")
    line()


def recommended(result: Mapping[str, Any], lang: str) -> None:
    table([{"#": row["rank"], "title": row["title"], "score": row["score"],
            "why": row["text"][lang]} for row in result["items"]],
          f"For {result['user'] or 'this history'}, by {result['model']}")


def explained(result: Mapping[str, Any], lang: str) -> None:
    """The score as a sum, one bar a reason, the sentence, and what really happened without the reason."""
    above = f" above “{result['against']['title']}”" if result.get("against") else ""
    line(f"Why “{result['title']}” is #{result['rank']}{above} for {result['user'] or 'this history'} "
         f"({result['method']}; {result['explained_share']:.0%} of the score explained exactly)")
    line(f"  score {result['score']:.4f} = base {result['base']:.4f} + reasons "
         f"{sum(r['weight'] for r in result['reasons']):.4f} + rest {result['rest']:.4f}"
         + ("" if result["additive"] else f" + unsaid {result['gap']:.4f}"))
    largest = max((abs(r["weight"]) for r in result["reasons"]), default=1.0) or 1.0
    shown = sorted(result["reasons"], key=lambda r: -abs(r["weight"]))
    drawn = 8 if len(shown) != 9 else 9  # a single further event is told rather than counted
    for row in shown[:drawn]:
        line(f"  {row['weight']:+.4f} {bar(abs(row['weight']) / largest):<12} {row['label']}")
    if len(shown) > drawn:
        what = "events" if all(row["kind"] == "event" for row in shown) else "reasons"
        line(f"  {sum(r['weight'] for r in shown[drawn:]):+.4f} {'':12} {len(shown) - drawn} further {what}")
    line()
    line(f"  {result['text'][lang]}")
    for row in [*result.get("modalities", []), *filter(None, [result.get("crossing")])]:
        line(f"  {row['text'][lang]}")
    for outcome in result.get("polish", {}):
        line("  (in a language model's words)" if outcome == "shown"
             else f"  (a language model's words were refused: {outcome})")
    if result.get("cost") and not result["additive"]:
        sure = (f"; 95% interval of the first {result['interval'][0]:+.4f} to {result['interval'][1]:+.4f}"
                if result["interval"] else "")
        line(f"  Method {result['chosen']['method']} ({result['chosen']['why']}): {result['cost']['evaluations']:,} model "
             f"evaluations, {result['cost']['ms']:.0f} ms{sure}.")
    if (cut := result.get("cut")) is not None:
        line(f"  Cut: without the link “{cut['reason'][lang]}” it would be #{cut['rank_after']}, not #{cut['rank_before']}.")
    found = result["counterfactual"]
    if found["found"] and found["labels"]:
        sure = "no smaller set does" if found["minimal"] else "the smallest set found"
        line(f"  Checked: without {', '.join(f'“{label}”' for label in found['labels'])} it fell from "
             f"#{found['rank_before']} to #{found['rank_after']} ({sure}).")
    elif not found["found"] and result["rank"] <= found["k"]:
        line(f"  Checked: no set of events was found that takes it out of the first {found['k']}.")
    line()


def ruled(result: Mapping[str, Any], lang: str) -> None:
    """What an interpretable model has learned, one statement a block."""
    zh = lang == "zh"
    about = {"tree": ("each way through its questions", "每条路径"), "rules": ("each rule", "每条规则"),
             "ebm": ("each feature's strongest range", "每个特征作用最强的区间")}[result["model"]]
    line(f"{result['model']}{'：' if zh else ': '}{about[zh]}")
    for row in result["statements"]:
        line(f"{row['weight']:+.3f}  {row['text'][lang]}")
        facts = []
        if row["support"] is not None:
            facts.append(f"支持度 {row['support']:.1%}，精确率 {row['precision']:.1%}" if zh else
                         f"support {row['support']:.1%}, precision {row['precision']:.1%}")
        if row["example"]:
            one = row["example"]
            facts.append(f"例：{one['user']} 选了《{one['title']}》" if zh else
                         f"example: {one['user']} chose “{one['title']}”")
        if facts:
            line("        " + ("；" if zh else "; ").join(facts))
    line()
    line(f"支持度：占训练样本的比例；精确率：其中随后被选的比例（全部样本为 {result['chosen']:.1%}）。" if zh else
         "support: share of the examples; precision: share of these that were chosen next "
         f"({result['chosen']:.1%} of all).")
    for name, why in result["absent"].items():
        line(f"未使用的特征：{name}（{why['zh']}）" if zh else f"feature left out: {name} ({why['en']})")


def bar(share: float, width: int = 12) -> str:
    """A bar of up to `width` cells, in eighths.

    >>> bar(0.5, 4)
    '██'
    """
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    return "█" * (eighths // 8) + (BARS[eighths % 8 - 1] if eighths % 8 else "")


def faithful(result: Mapping[str, Any]) -> None:
    table([{"removed": row["method"], "drop (in sd) [95% interval]": interval(row["metrics"]["drop"]),
            "new rank of #1": f"{row['metrics']['rank']['mean']:>14,.1f}",
            "no longer first": f"{row['metrics']['no_longer_first']['mean']:.1%}"} for row in result["rows"]],
          f"Removing one event and scoring again, {result['cases']} people")
    of = f" of {result['explained_items']:,} explained items" if result["explained_items"] else ""
    line(f"Sums: largest gap{of} {result['completeness']:.1e}; largest |weight − measured fall| "
         f"{result['removal_error']:.1e}, both relative to max(1, |score|).")
    line()


def checked(result: Mapping[str, Any]) -> None:
    line(f"{result['rows']:,} rows")
    if result["problems"]:
        table(result["problems"], "Problems")
    else:
        line("No problems found.")
    for note in result.get("notes", []):
        line(f"  {note}" if isinstance(note, str) else "  " + "; ".join(f"{k}: {v}" for k, v in note.items()))


def demo(result: Mapping[str, Any]) -> None:
    """The end of the road: accuracy, one worked explanation, and where the report is."""
    steps(result["steps"])
    compared(result["compare"])
    faithful(result["faithful"])
    if result.get("truth"):
        truth = result["truth"]
        line(f"Against the planted causes ({truth['cases']:,} lists that have one): the first reason names one in "
             f"{truth['share_named']:.1%}; a random event in {truth['random']:.1%}, the most similar in "
             f"{truth['cosine']:.1%}.")
        line()
    if result["explained"]:
        explained(result["explained"], "en")
        line(f"  {result['explained']['text']['zh']}")
        line()
    line(f"Report: {result['report']}")
    if result.get("model"):
        line(f"Model:  {result['model']}   (try: whyrec explain {result['model']} --user {result['explained']['user']})")


def looked(result: Mapping[str, Any]) -> None:
    """Each view with what it found and its time, what could not be drawn, and where the pictures are."""
    for row in result["views"]:
        line(f"{row['view']} ({row['seconds']:.1f} s): {row['found']['en']}")
    for row in result["left_out"]:
        line(f"{row['view']}: not drawn. {row['why']}")
    line(f"Pictures: {result['index']}")
