"""What a model learned, as views: pictures still and interactive, with their
data, in two languages.
"""

from __future__ import annotations

import html
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from whyrec import api, registry, storage
from whyrec.core import ArgumentError
from whyrec.core.progress import Progress, silent
from whyrec.workflows.reading import Folder, opened
from whyrec.workflows.result import Block, Row, Rows


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class ViewsResult(Rows):
    """Views of what a model learned, drawn into a folder.

    Attributes:
        data: Name of the data set.
        model: Name of the model.
        views: Each view with what it found, its seconds and its files.
        left_out: The views that could not be drawn, and why.
        index: The page that shows all.
    """

    row_field: ClassVar[str] = "views"
    data: str
    model: str
    views: list[Row]
    left_out: list[Row]
    index: str

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        """Each view with what it found and its time, what could not be drawn, and where the
        pictures are.
        """
        for row in self.views:
            yield f"{row['view']} ({row['seconds']:.1f} s): {row['found']['en']}"
        for row in self.left_out:
            yield f"{row['view']}: not drawn. {row['why']}"
        yield f"Pictures: {self.index}"


def look(
    model: Folder,
    out: str | Path,
    views: Sequence[str] = (),
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> ViewsResult:
    """Draw views of what a model learned into `out`, with an index page.

    Args:
        model: A model folder.
        out: The folder for pictures, interactive pages and tables.
        views: Names of views; none: all that the model's powers and data allow.
        seed: Seed of everything random.
        progress: Shows what is being done.
    """
    fitted = opened(model)
    out = Path(out)
    known = registry.names("views")
    out.mkdir(parents=True, exist_ok=True)
    drawn = []
    left_out = []
    for name in list(views) or list(known):
        try:
            drawn.append(_draw(fitted, name, out, seed, progress))
        except ArgumentError as wrong:
            if views:
                raise
            left_out.append({"view": name, "why": str(wrong)})
    for lang in ("en", "zh"):
        (out / f"index.{lang}.html").write_text(
            _index(drawn, lang, fitted.data.name), encoding="utf-8"
        )
    return ViewsResult(
        data=fitted.data.name,
        model=fitted.header["name"],
        views=[{key: value for key, value in row.items() if key != "_view"} for row in drawn],
        left_out=left_out,
        index=str(out / "index.en.html"),
    )


def _draw(fitted: storage.Fitted, name: str, out: Path, seed: int, progress: Progress) -> Row:
    """One view, drawn and saved."""
    make = registry.find("views", name)
    started = time.perf_counter()
    with progress(f"looking: {name}"):
        view = make(
            fitted.model,
            fitted.data,
            seed=seed,
            make=registry.model,
            explain=api.explain,
        )
        paths = view.save(out)
    return {
        "view": name,
        "title": view.title[0],
        "found": {"en": view.found[0], "zh": view.found[1]},
        "rows": len(view.rows),
        "seconds": round(time.perf_counter() - started, 2),
        "files": [str(path) for path in paths],
        "_view": view,
    }


def _index(drawn: Sequence[Row], lang: str, name: str) -> str:
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
