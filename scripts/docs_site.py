"""Hooks of `mkdocs build`: pages made from the sources, and English pages for Chinese readers.

- The Python API has one page for each public module of the library, made from its docstrings.
  A module without a docstring and a name in `__all__` that does not exist are warnings, so
  `mkdocs build --strict` fails. Nothing here names a module: the pages follow the packages.
- CHANGELOG.md and CONTRIBUTING.md are pages too.
- A page without a Chinese translation is built once, in English. The Chinese navigation and the
  Chinese pages link to it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.hooks.docs_site")

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = ("cli", "serve")  # described by their own pages: cli.md, service.md
API = "Python API"  # the entry of the navigation below which the modules stand
ENGLISH = "en"
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>'
pages: dict[str, str] = {}  # path of a generated page: its Markdown


# --- the Python API -------------------------------------------------------------------------------


def modules(package: griffe.Module) -> Iterator[griffe.Module]:
    """The package and every public module below it; programs and private modules are left out."""
    yield package
    for name, module in sorted(package.modules.items()):
        private = name.startswith("_") or (package.parent is None and name in PROGRAMS)
        if not private and not module.is_alias:
            yield from modules(module)


def api_path(module: griffe.Module) -> str:
    """Where a module's page stands: api/core/index.md for a package, api/core/ranking.md else."""
    parts = module.path.split(".")[1:]
    return "/".join(["api", *parts, *(["index"] if module.is_init_module else [])]) + ".md"


def api_page(module: griffe.Module) -> str:
    """The Markdown of one module's page; what cannot be documented is a warning."""
    if not module.has_docstring:
        log.warning(f"{module.path} is public and has no docstring")
    names = [str(name) for name in module.exports or []]
    for name in set(names) - set(module.members):
        if not re.search(rf"^[\w, ]*\b{name}\b[\w, ]*=", module.source, re.M):  # not `A, B = 1, 2`
            log.warning(f"{module.path}.__all__ names {name}, which does not exist")
    names = [name for name in names if name in module.members]
    # `whyrec` itself shows all it exports; elsewhere a name is described where it is defined.
    front = module.parent is None
    # A module has a page of its own.
    names = [name for name in names if name not in module.modules]
    own = [name for name in names if front or not module.members[name].is_alias]
    listed = "".join(f'\n        - "{name}"' for name in own) or " false"
    text = f"# `{module.path}`\n\n::: {module.path}\n    options:\n      members:{listed}\n"
    links = {name: module.members[name] for name in names if name not in own}
    if links:
        text += "\n## Exported here\n\n"
        text += "".join(f"- {linked(name, alias)}\n" for name, alias in links.items())
    if parts := [m for m in modules(module) if m.parent is module]:
        text += "\n## Modules\n\n| module | what it is for |\n|---|---|\n"
        for part in parts:
            path = Path(api_path(part)).relative_to(Path(api_path(module)).parent)
            text += f"| [`{part.name}`]({path.as_posix()}) | {summary(part)} |\n"
    return text


def linked(name: str, alias: Any) -> str:
    """A name with a link to where it is described, if that is a page of its own."""
    try:
        target = alias.final_target
    except griffe.AliasResolutionError:
        return f"`{name}`"
    described = target.name in (target.parent.exports or [])
    return f"[`{name}`][{target.path}]" if described else f"`{name}`"


def summary(module: griffe.Module) -> str:
    """The first sentence of a module's docstring, on one line."""
    first = module.docstring.value.split("\n\n")[0] if module.docstring else ""
    return re.sub(r"\s+", " ", ROLE.sub(r"`\1`", first)).replace("|", "\\|")


def api_nav(module: griffe.Module) -> list[Any]:
    """The navigation of a package: its own page, its modules, its packages."""
    entries: list[Any] = [api_path(module)]
    for part in (m for m in modules(module) if m.parent is module):
        entries.append({part.name: api_nav(part) if part.is_init_module else api_path(part)})
    return entries


# --- pages from the repository --------------------------------------------------------------------


def from_root(name: str) -> str:
    """A page of the repository's root, with its links as they are from docs/about/."""

    def moved(link: re.Match[str]) -> str:
        target = link[1]
        return "](changelog.md)" if target == "CHANGELOG.md" else f"](../{target})"

    text = (ROOT / name).read_text(encoding="utf-8")
    return re.sub(r"\]\((?:docs/)?(?!https?:)([^)]+)\)", moved, text)


def decisions() -> list[dict[str, str]]:
    """The decisions by their numbers and titles, for the navigation."""
    titles = {
        p: p.open(encoding="utf-8").readline() for p in (ROOT / "docs/decisions").glob("0*.md")
    }
    return [
        {titles[path].lstrip("# ").strip(): f"decisions/{path.name}"} for path in sorted(titles)
    ]


# --- hooks ----------------------------------------------------------------------------------------


def on_config(config: MkDocsConfig) -> None:
    """Find the modules once for all languages, and put them into the navigation."""
    sections: dict[str, Any] = {name: part for entry in config.nav for name, part in entry.items()}
    reference = next(entry for entry in sections["Reference"] if API in entry)
    if isinstance(reference[API], list):  # the second language
        return
    package = griffe.load("whyrec", search_paths=[ROOT / "src"])
    assert isinstance(package, griffe.Module)
    pages.update({api_path(module): api_page(module) for module in modules(package)})
    pages["about/changelog.md"] = from_root("CHANGELOG.md")
    pages["about/contributing.md"] = from_root("CONTRIBUTING.md")
    reference[API] = api_nav(package)
    sections["Decisions"] += decisions()


@event_priority(-200)  # after the translations
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, and for Chinese the pages that exist in English alone."""
    translating = config.plugins["i18n"].current_language != ENGLISH
    level = InclusionLevel.EXCLUDED if translating else InclusionLevel.INCLUDED
    for path, text in pages.items():
        files.append(english(File.generated(config, path, content=text, inclusion=level)))
    if translating:
        have = {getattr(file, "norm_src_uri", file.src_uri) for file in files}
        for path in sorted(p for p in Path(config.docs_dir).rglob("*") if p.is_file()):
            uri = path.relative_to(config.docs_dir).as_posix()
            if uri not in have and not uri.endswith(".zh.md"):
                file = File(uri, config.docs_dir, config.site_dir, False, inclusion=level)
                files.append(english(file))
    return files


def english(file: File) -> File:
    """Mark a file as what the plugin of translations knows as English without a translation."""
    vars(file).update(locale=ENGLISH, alternates={}, locale_alternate_of=ENGLISH)
    return file


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Colour examples as sessions: their prompts are then left out of what is copied."""
    return markdown.replace("```python\n>>>", "```pycon\n>>>")


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    """An empty sitemap in each language: the theme asks for it, and the site has no address."""
    for folder in (Path(config.site_dir), Path(config.site_dir) / "zh"):
        if folder.is_dir():
            (folder / "sitemap.xml").write_text(SITEMAP, encoding="utf-8")
            (folder / "sitemap.xml.gz").unlink(missing_ok=True)


# --- docstrings -----------------------------------------------------------------------------------

ROLE = re.compile(r":(?:func|mod|class|meth|data|attr):`~?([^`]+)`")
SOURCE = re.compile(r"\[([a-z]+\d{4})\]")  # a key of sources.bib, which Markdown takes for a link
SESSION = re.compile(r"^>>> (?:.+\n?)+", re.M)


class Docstrings(griffe.Extension):
    """Reads the docstrings as Markdown: roles become code, examples become coloured sessions."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite one docstring; leave out the values of long constants."""
        if isinstance(obj, griffe.Attribute) and obj.value and len(str(obj.value)) > 120:
            obj.value = None
        if obj.docstring:
            text = SOURCE.sub(r"\[\1\]", ROLE.sub(r"`\1`", obj.docstring.value))
            obj.docstring.value = SESSION.sub(lambda m: f"```pycon\n{m[0].rstrip()}\n```\n", text)
