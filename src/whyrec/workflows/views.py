"""Draw what a model learned: still and interactive pictures with their data, in two languages."""

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
    """The views of a model in a folder.

    Attributes:
        data: Name of the data set.
        model: Name of the model.
        views: Each view with its findings, its seconds and its files.
        left_out: The views that could not be drawn, and why.
        index: The page that shows all views.
    """

    row_field: ClassVar[str] = "views"
    data: str
    model: str
    views: list[Row]
    left_out: list[Row]
    index: str

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        """Print each view with its findings and time, the views left out, and the folder."""
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
    """Draw views of what a model learned, with an index page.

    Args:
        model: A model folder.
        out: The folder for pictures, interactive pages and tables.
        views: Names of views; an empty sequence draws all that the model and its data support.
        seed: Seed of all random numbers.
        progress: Receives texts and shares of the work; silent by default.

    Returns:
        The ViewsResult.

    Raises:
        UnknownNameError: If a view does not exist.
        ArgumentError: If the model or its data does not support a view that `views` names.
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
    """Draw and save one view."""
    make = registry.find("views", name)
    started = time.perf_counter()
    with progress(f"drawing {name}"):
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
