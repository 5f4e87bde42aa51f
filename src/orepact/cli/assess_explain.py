"""The verb ``orepact assess explain``: a figure with its inputs, arithmetic, sources, coverage."""

from __future__ import annotations

from collections.abc import Callable

from orepact.cli.assess import Asked, head_of
from orepact.cli.assess_accounts import account_families
from orepact.cli.show import print_json, say
from orepact.data.bundle import TO_CONFIRM, Bundle
from orepact.indicators.figure import Figure, as_json, explain_figure
from orepact.studies.assessment.families import table_figures
from orepact.studies.assessment.figures import by_id, figure_id, pick_figure, sources_behind
from orepact.studies.assessment.names import about_figure

__all__ = ["explain_verb", "figure_of"]


def explain_verb(asked: Asked, name: str) -> None:
    """Print everything behind a figure."""
    bundle = asked.bundle()
    figure = figure_of(asked, bundle)(name)
    sources = sources_behind(bundle, [figure])
    if asked.form == "json":
        answer = {
            **head_of("orepact/figure/1", bundle, figure.region),
            "id": figure_id(figure),
            "figure": as_json(figure),
            "references": sources,
        }
        print_json(answer)
        return
    say(explain_figure(figure))
    say()
    say("Sources")
    for source in sources:
        told = (source["publisher"], source["title"], source["edition"], source["licence"])
        status = " (licence to confirm)" if source["licence_status"] == TO_CONFIRM else ""
        say(f"  {source['source_id']}: {', '.join(text for text in told if text)}{status}")
        if source["url"]:
            say(f"    {source['url']}")
    say(f"Dataset {bundle.name}-{bundle.version}, vintage {bundle.vintage}, {bundle.hash[:12]}")


def figure_of(asked: Asked, bundle: Bundle) -> Callable[[str], Figure]:
    """Return what finds the figure of an id, of tables alone or else of the accounts too."""
    warnings = asked.warnings(bundle)

    def find(name: str) -> Figure:
        figures = table_figures(bundle, name, warnings)
        if name.strip().lower() in by_id(figures):
            return pick_figure(figures, name)
        minerals, region = about_figure(bundle, name)
        return pick_figure([*figures, *account_families(asked, minerals, region)], name)

    return find
