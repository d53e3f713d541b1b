"""The type of a view: a question, its answer, a still and an interactive picture, and the data.

Still pictures are drawn by matplotlib (PNG, SVG), interactive ones by plotly (HTML that works
offline); the data is CSV. Texts are in English and Chinese. The eight colours are distinguishable
for colour-blind people and in print [okabe2008]; shapes or words repeat what they mean.
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
    """One view.

    Attributes:
        name: Name of its files.
        title: Title in English and Chinese.
        question: The question that it answers, in English and Chinese.
        found: The finding in one sentence, in English and Chinese.
        notes: Method and limits, in English and Chinese.
        columns: Names of the columns of the data.
        rows: The data, one tuple a row.
        draw: A function from a language to a matplotlib figure.
        interactive: A function from a language to a plotly figure.
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
        """Texts of the view in one language.

        Args:
            lang: "en" or "zh".

        Returns:
            title, question, found and notes.
        """
        at = LANGS.index(lang)
        return {what: getattr(self, what)[at] for what in ("title", "question", "found", "notes")}

    def save(self, folder: Path, langs: Sequence[str] = LANGS) -> list[Path]:
        """Write the pictures and the data.

        The files are NAME.en.png, NAME.en.svg, NAME.en.html, the same for each language, NAME.csv,
        and the script of plotly once.

        Args:
            folder: The folder to write.
            langs: The languages.

        Returns:
            The files.
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
        """The still picture with its texts for notebooks; `show("zh")` is in Chinese."""
        return self.show("en")

    def show(self, lang: str = "en") -> str:
        """The still picture and its texts as HTML.

        Args:
            lang: "en" or "zh".

        Returns:
            The HTML.
        """
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
    """Let matplotlib draw deterministic files, with a font for Chinese if there is one.

    Returns:
        A context manager.

    Raises:
        MissingExtra: If matplotlib is not installed.
    """
    try:
        from matplotlib import rc_context
    except ImportError:
        raise MissingExtra("matplotlib", "viz") from None
    return rc_context({"font.family": list(_fonts()), "svg.hashsalt": "whyrec"})


def new_figure(width: float = 9.6, height: float = 6.0) -> Figure:
    """Make an empty matplotlib figure that needs no screen.

    Args:
        width: Width in inches.
        height: Height in inches.

    Returns:
        The figure.

    Raises:
        MissingExtra: If matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("matplotlib", "viz") from None
    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def plotly_figure(*traces: Any, height: int = 640, **layout: Any) -> Any:
    """Make a plotly figure in the project's style.

    Args:
        *traces: Traces of the figure.
        height: Height in pixels.
        **layout: Further options of the layout.

    Returns:
        The figure.

    Raises:
        MissingExtra: If plotly is not installed.
    """
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
    """Make a title safe for a picture: without control and direction marks, with `$` escaped.

    Args:
        text: The title.
        longest: Number of letters after which it is cut.

    Returns:
        The safe title.
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
    """Choose the person of a view.

    Args:
        data: The data.
        user: Label of a person; None takes one with a history of median length.
        least: Smallest number of events, if anybody has so many.

    Returns:
        The number of the person.

    Raises:
        UnknownNameError: If the label does not exist.
    """
    if user is not None:
        return data.users.index(user)
    sizes = data.histories.sizes
    able = np.flatnonzero(sizes >= min(least, sizes.max(initial=0)))
    return int(able[np.argsort(sizes[able], kind="stable")[len(able) // 2]])


def curve(start: float, end: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of a smooth line between two columns, level at both ends.

    Args:
        start: y at x = 0.
        end: y at x = 1.

    Returns:
        x from 0 to 1, and y, (40,) each.
    """
    x = np.linspace(0, 1, 40)
    return x, start + (end - start) * (3 * x**2 - 2 * x**3)
