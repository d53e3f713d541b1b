"""`whyrec look`: what a model learned, as views: pictures still and interactive, with their
data, in two languages.
"""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whyrec import api, registry, storage
from whyrec.cli import show
from whyrec.core import BadArgument


def look(fitted: storage.Fitted, out: Path, names: Sequence[str], *, seed: int) -> dict[str, Any]:
    """Draw the views named (none: all that the model's powers and data allow) into `out`, with
    an index page.
    """
    known = registry.names("views")
    wanted = list(names) or list(known)
    out.mkdir(parents=True, exist_ok=True)
    drawn, left_out = [], []
    for name in wanted:
        make = registry.find("views", name)
        started = time.perf_counter()
        try:
            with show.progress(f"looking: {name}"):
                view = make(
                    fitted.model,
                    fitted.data,
                    seed=seed,
                    make=registry.model,
                    explain=api.explain,
                )
                paths = view.save(out)
        except BadArgument as wrong:
            if names:
                raise
            left_out.append({"view": name, "why": str(wrong)})
            continue
        drawn.append(
            {
                "view": name,
                "title": view.title[0],
                "found": {"en": view.found[0], "zh": view.found[1]},
                "rows": len(view.rows),
                "seconds": round(time.perf_counter() - started, 2),
                "files": [str(path) for path in paths],
                "_view": view,
            }
        )
    for lang in ("en", "zh"):
        (out / f"index.{lang}.html").write_text(
            _index(drawn, lang, fitted.data.name), encoding="utf-8"
        )
    rows = [{key: value for key, value in row.items() if key != "_view"} for row in drawn]
    return {
        "data": fitted.data.name,
        "model": fitted.header["name"],
        "views": rows,
        "left_out": left_out,
        "index": str(out / "index.en.html"),
    }


def _index(drawn: Sequence[dict[str, Any]], lang: str, name: str) -> str:
    parts = []
    for row in drawn:
        words = {key: html.escape(text) for key, text in row["_view"].text(lang).items()}
        parts.append(
            f"<section><h2>{words['title']}</h2><p>{words['question']}</p><p><b>{words['found']}</b></p>"
            f'<a href="{row["view"]}.{lang}.html"><img src="{row["view"]}.{lang}.svg" '
            f'alt="{words["found"]}"></a>'
            f'<p><small>{words["notes"]} <a href="{row["view"]}.csv">CSV</a></small></p></section>'
        )
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width">'
        f"<title>whyrec: {html.escape(name)}</title><style>body{{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;"  # noqa: E501
        "max-width:1100px;padding:0 1rem;color:#1d2733;background:#fff}img{max-width:100%;height:auto}"  # noqa: E501
        "section{break-inside:avoid;margin-bottom:3rem}"
        "@media(prefers-color-scheme:dark){body{background:#14181d;color:#e6eaee}a{color:#7ab8f5}"
        "img{background:#fff;padding:8px;border-radius:8px}}</style>"
        f"<h1>{html.escape(name)}</h1>{''.join(parts)}</html>\n"
    )
