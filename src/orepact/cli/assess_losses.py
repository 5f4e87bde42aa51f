"""The verb ``orepact assess gdp-at-risk``: published losses of output, or those of a file."""

from __future__ import annotations

from pathlib import Path

from orepact.cli.assess import Asked, print_figures
from orepact.cli.show import tell
from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem
from orepact.indicators.criticality.gdp_at_risk import gdp_at_risk, published_losses
from orepact.indicators.criticality.gdp_scenarios import read_scenarios
from orepact.indicators.figure import Figure
from orepact.studies.assessment.names import known_mineral, known_region

__all__ = ["losses_verb"]

_PUBLISHED = "USA"


def losses_verb(asked: Asked, scenarios: Path | None) -> None:
    """Print the probability-weighted loss of output by mineral, the largest first."""
    bundle = asked.bundle()
    region = known_region(bundle, asked.region)
    mineral = known_mineral(bundle, asked.mineral) if asked.mineral else ""
    if scenarios is None:
        figures = _published(bundle, region)
    else:
        figures = gdp_at_risk(read_scenarios(scenarios, bundle), region=region)
    chosen = [each for each in figures if mineral in {"", each.mineral}]
    if not chosen:
        raise InputError([_no_loss(mineral, scenarios, figures)])
    about = (mineral, region, "gdp-at-risk")
    print_figures(asked, bundle, about, chosen, own=scenarios is not None)
    if not asked.form and scenarios is None:
        tell(
            "As printed by the U.S. Geological Survey. From probabilities and losses of your own: "
            "--scenarios FILE."
        )


def _published(bundle: Bundle, region: str) -> list[Figure]:
    if region != _PUBLISHED:
        raise InputError(
            [
                Problem(
                    "losses are published for the United States only",
                    field="--region",
                    found=repr(region),
                    expected=f"{_PUBLISHED}, or scenarios of your own: --scenarios FILE",
                )
            ]
        )
    return published_losses(bundle)


def _no_loss(mineral: str, scenarios: Path | None, figures: list[Figure]) -> Problem:
    known = sorted({each.mineral for each in figures})
    if not known:
        return Problem("the vintage has no table of losses", field="--vintage")
    return Problem(
        "no loss of this mineral",
        file=str(scenarios or ""),
        field="MINERAL",
        found=repr(mineral),
        expected="one of " + ", ".join(known),
    )
