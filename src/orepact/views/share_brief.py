"""Write the printable brief of a sharing as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views.names import region_name
from orepact.views.render import to_svg
from orepact.views.share_chart import award_chart
from orepact.views.share_feasible import feasible_lines
from orepact.views.share_table import fairness_rows, member_rows, rule_rows
from orepact.views.share_words import (
    emergency_lines,
    form_head,
    left_out_lines,
    rule_lines,
    says_lines,
    trigger_lines,
    unit_of,
)
from orepact.views.texts import say

__all__ = ["share_html"]

TEMPLATES = Path(__file__).parent / "templates"


def share_html(content: Mapping[str, Any]) -> str:
    """Return the brief of a sharing as one self-contained HTML page.

    `content` is what ``run.json`` holds: a sharing of the dataset or of a group of your own.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    forms: Sequence[Mapping[str, Any]] = content.get("forms") or [content]
    return environment.get_template("share.html.jinja").render(
        say=say,
        style=Markup(style),  # noqa: S704 — our own file
        title=say("share_title", form=_subject(content, forms)),
        meta=_meta(content),
        forms=[_form(form) for form in forms],
        left_out=left_out_lines(content),
        cards=content.get("cards", ()),
        provenance=_provenance(content),
    )


def _subject(content: Mapping[str, Any], forms: Sequence[Mapping[str, Any]]) -> str:
    if len(forms) == 1:
        return str(forms[0].get("title") or forms[0]["material"])
    return str(content["chain"])


def _form(form: Mapping[str, Any]) -> dict[str, Any]:
    unit = unit_of(form)
    drawing = award_chart(form)
    return {
        "head": form_head(form),
        "caption": say("share_table_members", unit=unit),
        "members": member_rows(form),
        "emergency": emergency_lines(form),
        "triggers": trigger_lines(form) if "triggers" in form else [],
        "chart": Markup(to_svg(drawing)) if drawing else "",  # noqa: S704 — drawn here
        "rules_caption": say("share_table_rules_band" if "bands" in form else "share_table_rules",
                             unit=f"{unit}/month"),
        "rules": rule_rows(form),
        "fair_caption": say("share_table_fair"),
        "fair": fairness_rows(form),
        "lines": [*rule_lines(form), *says_lines(form)],
        "feasible": feasible_lines(form) if "transfers" in form else [],
    }


def _meta(content: Mapping[str, Any]) -> str:
    if content.get("scenario"):
        return say("share_meta_scenario", scenario=content["scenario"], months=content["months"])
    losses: Sequence[Mapping[str, Any]] = content.get("losses", ())
    return say("share_meta_losses", losses="; ".join(_loss(one) for one in losses)) if losses else (
        say("share_meta_own"))


def _loss(one: Mapping[str, Any]) -> str:
    share = f"{100 * one['low']:g}" if one["low"] == one["high"] else (
        f"{100 * one['low']:g} to {100 * one['high']:g}")
    return say("share_meta_loss", exporter=region_name(one["exporter"]) or say("share_outside"),
               importer=region_name(one["importer"]) or say("share_group"), share=share)


def _provenance(content: Mapping[str, Any]) -> str:
    dataset = content.get("dataset")
    if dataset is None:
        return say("share_provenance_own")
    return say("share_provenance", name=dataset["name"], version=dataset["version"],
               hash=str(dataset["hash"])[:12])
