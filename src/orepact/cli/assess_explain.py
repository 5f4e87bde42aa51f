"""The verb ``orepact assess explain``: a figure with its inputs, arithmetic, sources, coverage."""

from __future__ import annotations

from orepact.cli.assess import Asked, head_of
from orepact.cli.show import print_json, say
from orepact.data.bundle import TO_CONFIRM
from orepact.indicators.figure import as_json, explain_figure
from orepact.studies.assessment.explain import find_figure
from orepact.studies.assessment.figures import figure_id, sources_behind

__all__ = ["explain_verb"]


def explain_verb(asked: Asked, name: str) -> None:
    """Print everything behind a figure."""
    bundle = asked.bundle()
    figure = find_figure(bundle, name, asked.day())
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
