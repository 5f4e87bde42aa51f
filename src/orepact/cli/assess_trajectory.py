"""The verb ``orepact assess benchmarks --trajectory``: the Union's benchmarks year by year."""

from __future__ import annotations

from orepact.cli.assess import Asked, print_figures
from orepact.cli.assess_accounts import open_world, strategic_name
from orepact.cli.show import print_table, say, tell
from orepact.indicators.union.benchmark_case import RULE, Case, read_case
from orepact.network.chains.text import Card
from orepact.studies.assessment.figures import figure_id
from orepact.studies.assessment.trajectories import trajectory_figures
from orepact.views.trajectory_table import trajectory_table

__all__ = ["trajectory_verb"]


def trajectory_verb(asked: Asked) -> None:
    """Print capacity over consumption to 2030, of one strategic material or of all together."""
    case = read_case(open_world(asked))
    material = strategic_name(case, asked.mineral)
    figures = trajectory_figures(case, material)
    if asked.form:
        print_figures(asked, case.bundle, (material, "EU27", "trajectory"), figures)
        return
    shown = figures if material else [each for each in figures if not each.mineral]
    table = trajectory_table(shown)
    title = f"{material or 'strategic materials'}, EU27: capacity over consumption"
    print_table(table, table.columns, title=title)
    tell(
        "Announced projects count at the probability, delay and ramp of their assumption cards; in "
        "brackets what the ranges of accounts and cards allow."
    )
    for card in _growth(case, material):
        tell(
            f"Consumption moves in a line to {card.value:g} ({card.low:g} to {card.high:g}) times "
            f"today's in 2030, so that a share can fall: card {card.card}."
        )
    tell(f"Verdict of the last year: {RULE}.")
    first = next((figure_id(each) for each in reversed(shown) if each.value is not None), "")
    if material and first:
        say(f"Explain a figure: orepact assess explain {first} (--csv lists every id)")
    elif not material:
        say("Totals only; one: orepact assess benchmarks MATERIAL --trajectory; all: --csv, --json")


def _growth(case: Case, material: str) -> list[Card]:
    """Return the cards of consumption in 2030 of a strategic material, of all without one."""
    entries = [case.listed.material(material)] if material else case.listed.materials
    return [case.cards[name] for name in dict.fromkeys(entry.growth for entry in entries)]
