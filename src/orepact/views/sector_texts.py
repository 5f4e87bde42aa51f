"""Sentences about sectors at risk, links and the exposure index; part of the catalogue of texts."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SECTOR_TEXTS"]

SECTOR_TEXTS: Mapping[str, str] = {
    "sectors_head": "Output at risk by sector, {region}",
    "sectors_none": "Less than a million USD of output at risk in {region}.",
    "sectors_caption": (
        "Million USD over the period, one significant digit. Low: in proportion to the shortage, "
        "and no more than users would pay for the missing tonnes. High: fixed proportions, an "
        "application stops from a shortage of {stop} on. Largest single use to sum of uses; not to "
        "be added to other figures."
    ),
    "sectors_sector": "Sector",
    "sectors_low": "Low",
    "sectors_high": "High",
    "sectors_wider": "With the cards' ranges",
    "sectors_change": "Change by the scenario",
    "sectors_cost": "Extra cost of what is used",
    "sectors_cover": "Stock at base, days",
    "sectors_flips": (
        "Sign hangs on what users would pay (run at half and double of the card): {sectors}."
    ),
    "sectors_steady": "No sign turns when what users would pay at most is halved or doubled.",
    "sectors_pairs": (
        "Low and high are widened for what past episodes missed; the change compares each member "
        "with itself and is not, so that its low end may lie above the low end of the level."
    ),
    "sectors_driven": (
        "Output at risk, {sector}{case}, {low} to {high} million USD for the middle member; one "
        "card after the other over its range: {cards}."
    ),
    "sectors_card": "{title} {low} to {high} (card {card}, {first} to {last}{unit})",
    "links_head": "Wanted less because other inputs are short",
    "links_line": "{place}: {less} less{case}",
    "exposure_head": "Exposure index, not a forecast",
    "exposure_caption": (
        "Per cent of a sector's output that hangs on the output at risk, low to high. Backward: "
        "who delivers to it (Leontief). Forward: who buys from it (Ghosh). Fixed proportions, no "
        "stocks, one year, your own table of flows."
    ),
    "exposure_direct": "At risk itself",
    "exposure_backward": "Backward",
    "exposure_forward": "Forward",
}
