"""One view: a question, what the picture answers in people's words, the picture still and
interactive, its data.

Still by matplotlib (PNG, SVG), interactive by plotly (HTML that works offline), the data as CSV.
English and Chinese. Eight colours told apart by the colour-blind and in print [okabe2008]; shapes
or words beside them where they carry meaning.
"""

from __future__ import annotations

import csv
import functools
import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, MissingExtra
from whyrec.core.messages import LANGUAGES as LANGS, Messages

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "COLOURS",
    "DIVERGING",
    "INK",
    "LANGS",
    "MUTED",
    "TEXTS",
    "View",
    "curve",
    "new_figure",
    "person_shown",
    "plotly_figure",
    "style",
    "texts",
    "visible",
]

TEXTS = Messages("views")
Pair = tuple[str, str]  # English, Chinese
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#9a8700", "#5b6773")
INK = "#1d2733"
MUTED = "#5b6773"
DIVERGING = "RdBu_r"
FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "WenQuanYi Zen Hei",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
)


@dataclass(frozen=True)
class View:
    """What one view shows.

    name: of its files. title, question, found, notes: (English, Chinese); `found` says in one
    sentence what is to be seen, `notes` how it was computed and what it is not. columns, rows: the
    data as a table, one tuple a row. draw: language to a matplotlib figure. interactive: language
    to a plotly figure.
    """

    name: str
    title: Pair
    question: Pair
    found: Pair
    notes: Pair
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    draw: Callable[[str], Figure]
    interactive: Callable[[str], Any]

    def __post_init__(self) -> None:
        for what in ("title", "question", "found", "notes"):
            pair = getattr(self, what)
            if len(pair) != 2 or not all(isinstance(text, str) and text for text in pair):
                raise ArgumentError(
                    f"{what} of a view must be two texts, English and Chinese", given=repr(pair)
                )
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ArgumentError(
                "each row of a view's table must have one cell a column", given=self.name
            )

    def text(self, lang: str) -> dict[str, str]:
        """title, question, found and notes in one language."""
        at = LANGS.index(lang)
        return {what: getattr(self, what)[at] for what in ("title", "question", "found", "notes")}

    def save(self, folder: Path, langs: Sequence[str] = LANGS) -> list[Path]:
        """NAME.en.png, NAME.en.svg, NAME.en.html, the same in Chinese, and NAME.csv; plotly's
        script once beside them.
        """
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for lang in langs:
            with style():
                figure = self._still(lang)
                for kind in ("png", "svg"):
                    paths.append(folder / f"{self.name}.{lang}.{kind}")
                    figure.savefig(paths[-1])
            paths.append(folder / f"{self.name}.{lang}.html")
            paths[-1].write_text(self._page(lang), encoding="utf-8")
        paths.append(folder / f"{self.name}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([self.columns, *self.rows])
        script = folder / "plotly.min.js"
        if not script.exists():
            from plotly.offline import get_plotlyjs

            script.write_text(get_plotlyjs(), encoding="utf-8")
        return paths

    def _still(self, lang: str) -> Figure:
        figure = self.draw(lang)
        figure.suptitle(
            self.text(lang)["title"], x=0.01, ha="left", fontsize=14, fontweight="bold", color=INK
        )
        return figure

    def _page(self, lang: str) -> str:
        words = {key: html.escape(text) for key, text in self.text(lang).items()}
        figure = self.interactive(lang)
        body = figure.to_html(full_html=False, include_plotlyjs=False, config={"responsive": True})
        style = f"body{{font:16px/1.5 system-ui,sans-serif;color:{INK};margin:2rem auto;max-width:1200px;padding:0 1rem}}"  # noqa: E501
        return (
            f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{words["title"]}</title>'
            f'<style>{style}small{{color:{MUTED}}}</style><script src="plotly.min.js"></script>'
            f"<h1>{words['title']}</h1><p>{words['question']}</p><p><b>{words['found']}</b></p>{body}"
            f"<p><small>{words['notes']}</small></p></html>\n"
        )

    def _repr_html_(self) -> str:
        """Notebooks: the still picture with its words, in English; `show("zh")` in Chinese."""
        return self.show("en")

    def show(self, lang: str = "en") -> str:
        """The still picture and its words as HTML."""
        import base64
        import io

        words = {key: html.escape(text) for key, text in self.text(lang).items()}
        held = io.BytesIO()
        with style():
            self._still(lang).savefig(held, format="png")
        picture = base64.b64encode(held.getvalue()).decode()
        return (
            f"<figure><figcaption><b>{words['title']}</b><br>{words['found']}</figcaption>"
            f'<img alt="{words["found"]}" style="max-width:100%" '
            f'src="data:image/png;base64,{picture}">'
            f"<br><small>{words['notes']}</small></figure>"
        )


def texts(view: str, **slots: Any) -> tuple[Pair, Pair, Pair, Pair]:
    """Title, question, what is found and notes of a view, from the catalogue. slots: what they hold
    between them; one that is a pair gives each language its own."""
    title, question, found, notes = (
        TEXTS.pair(f"{view}-{what}", **slots) for what in ("title", "question", "found", "notes")
    )
    return title, question, found, notes


def style() -> Any:
    """Within it matplotlib draws with a font that has Chinese letters, where there is one, and
    files come out the same.
    """
    try:
        from matplotlib import rc_context
    except ImportError:
        raise MissingExtra("matplotlib", "viz") from None
    return rc_context({"font.family": list(_fonts()), "svg.hashsalt": "whyrec"})


def new_figure(width: float = 9.6, height: float = 6.0) -> Figure:
    """An empty matplotlib figure, drawn without a screen."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("matplotlib", "viz") from None
    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def plotly_figure(*traces: Any, height: int = 640, **layout: Any) -> Any:
    """A plotly figure in the project's style."""
    try:
        from plotly import graph_objects
    except ImportError:
        raise MissingExtra("plotly", "viz") from None
    figure = graph_objects.Figure(data=list(traces))
    font = {"family": "system-ui, 'Noto Sans CJK SC', 'PingFang SC', sans-serif", "color": INK}
    figure.update_layout(
        **{
            "template": "plotly_white",
            "height": height,
            "colorway": list(COLOURS),
            "font": font,
            "margin": {"l": 60, "r": 20, "t": 30, "b": 60},
            **layout,
        }
    )
    return figure


def visible(text: str, longest: int = 40) -> str:
    """A title for a picture: control and bidi marks out, `$` safe for matplotlib, cut to
    `longest` letters.
    """
    import unicodedata

    clean = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") else letter
        for letter in str(text)
    )
    clean = " ".join(clean.split()).replace("$", r"\$")
    if len(clean) <= longest:
        return clean
    return clean[: longest - 1] + "…"


@functools.cache
def _fonts() -> tuple[str, ...]:
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    found = [name for name in FONTS if name in known] or sorted(
        name for name in known if "CJK" in name
    )
    return ("DejaVu Sans", *found)  # matplotlib falls back letter by letter


def person_shown(data: Dataset, user: str | None, least: int) -> int:
    """The number of the person with this label; by default of the one whose history is of median
    length among those of `least` events or more (where nobody has as many, among the longest)."""
    if user is not None:
        return data.users.index(user)
    sizes = data.histories.sizes
    able = np.flatnonzero(sizes >= min(least, sizes.max(initial=0)))
    return int(able[np.argsort(sizes[able], kind="stable")[len(able) // 2]])


def curve(start: float, end: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x from 0 to 1 and y from start to end, level at both ends, (40,) each: a line between two
    columns.
    """
    x = np.linspace(0, 1, 40)
    return x, start + (end - start) * (3 * x**2 - 2 * x**3)
