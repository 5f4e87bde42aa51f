"""A brief of sentences, charts and tables as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views.render import to_svg
from orepact.views.texts import say

__all__ = ["Figure", "Page", "Table", "page_html"]

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart specification with its caption and a note below it."""

    caption: str
    spec: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts by column, with a caption."""

    caption: str
    rows: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a brief holds, in order; `pairs` are charts that stand side by side."""

    title: str
    kicker: str
    lines: Sequence[str]
    figures: Sequence[Figure] = ()
    pairs: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    note: str = ""


def page_html(page: Page) -> str:
    """Return a brief as one HTML page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    return environment.get_template("plain_page.html.jinja").render(
        say=say, page=page,
        style=Markup(style),  # noqa: S704 — our own file
        figures=[_drawn(one) for one in page.figures],
        pairs=[_drawn(one) for one in page.pairs],
    )


def _drawn(one: Figure) -> dict[str, str]:
    svg = Markup(to_svg(one.spec))  # noqa: S704 — drawn here
    return {"caption": one.caption, "svg": svg, "note": one.note}
