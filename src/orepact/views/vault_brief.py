"""Write the printable brief of a vault run: two pages of A4 as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views import digits
from orepact.views.render import to_svg
from orepact.views.texts import say
from orepact.views.vault_charts import cover_chart, drivers_chart
from orepact.views.vault_words import (
    answers,
    basket_rows,
    gap_lines,
    goal_rows,
    published_lines,
    run_rows,
    supposed_lines,
)

__all__ = ["vault_html"]

Entry = Mapping[str, Any]

TEMPLATES = Path(__file__).parent / "templates"
DRAWN = (("drawer", "unpaid_public"), ("seller", "unpaid_public"))
"""Which figures' drivers the brief draws."""


def vault_html(run: Entry) -> str:
    """Return the brief of a vault run, the content of its ``run.json``, as one HTML page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    terms = run["terms"]
    materials = run["basket"]["materials"]
    rows = basket_rows(run)
    return environment.get_template("vault.html.jinja").render(
        say=say,
        run=run,
        style=Markup(style),  # noqa: S704 — our own file
        meta=say("vault_meta", members=run["design"]["members"], months=run["months"],
                 published=sum(each["published"] for each in terms),
                 supposed=sum(not each["published"] for each in terms))
        + ("" if run["design"]["draws"] else " " + say("vault_one")),
        answers=answers(run),
        rows=run_rows(run),
        often=say("vault_owed_often" if run["design"]["draws"] else "vault_owed_one"),
        cover=_drawn(cover_chart(run)),
        tornadoes=_tornadoes(run),
        basket=rows,
        more=len(materials) - len(rows),
        goals=goal_rows(run),
        weights=", ".join(f"{say(f'vault_{name}').lower()} {digits.share(share)}"
                          for name, share in run["design"]["goals"].items()),
        published=published_lines(run),
        supposed=supposed_lines(run),
        gaps=gap_lines(run),
        sources=_sources(run),
        provenance=say(
            "vault_provenance", name=run["dataset"]["name"], version=run["dataset"]["version"],
            hash=run["dataset"]["hash"][:12], inputs=run["input_hash"][:12],
            results=run["result_hash"][:12], tonnes=f"{run['balance']['tonnes']:.0e}",
            dollars=f"{run['balance']['dollars']:.0e}"),
    )


def _drawn(spec: Mapping[str, Any] | None) -> str:
    return Markup(to_svg(spec)) if spec else ""  # noqa: S704 — drawn here


def _tornadoes(run: Entry) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for reading, figure in DRAWN:
        entry = next(each for each in run["drivers"]
                     if (each["reading"], each["figure"]) == (reading, figure))
        found.append({
            "title": say("vault_tornado_title", figure=say(f"vault_figure_{figure}"),
                         reading=say(f"vault_reading_{reading}").lower()),
            "chart": _drawn(drivers_chart(entry)),
            "note": say("vault_tornado_none", note=entry["note"]) if entry["note"] else "",
        })
    return found


def _sources(run: Entry) -> list[dict[str, str]]:
    found: dict[str, str] = {}
    for fact in run["facts"]:
        for one in fact["sources"]:
            found[one["source"]] = one["url"]
    return [{"source": name, "url": url} for name, url in found.items()]
