"""Readable names of regions, materials, branches and states; an unknown id names itself."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache

from orepact.data.bundle import WORLD_FOLDER

__all__ = [
    "BRANCHES",
    "branch_name",
    "material_name",
    "region_name",
    "region_short",
    "status_name",
    "use_name",
]

# The order of the branches in every table and chart.
BRANCHES: tuple[str, ...] = ("lifted", "extended", "revived", "escalated")

_REGIONS: Mapping[str, str] = {
    "CHN": "China",
    "USA": "United States",
    "EU27": "EU-27",
    "JPN": "Japan",
    "KOR": "South Korea",
    "GBR": "United Kingdom",
    "CAN": "Canada",
    "AUS": "Australia",
    "IND": "India",
    "VNM": "Viet Nam",
    "MYS": "Malaysia",
    "MMR": "Myanmar",
    "THA": "Thailand",
    "MEX": "Mexico",
    "RUS": "Russia",
    "TJK": "Tajikistan",
    "AFR": "Africa",
    "LAM": "Latin America",
    "ASO": "Other Asia, Oceania",
    "EUO": "Other Europe, Eurasia",
    "outside": "All outside the exporter",
}

_SHORT: Mapping[str, str] = {
    "USA": "US",
    "EU27": "EU",
    "KOR": "Korea",
    "GBR": "UK",
    "ASO": "other Asia",
    "EUO": "other Europe",
}

_MATERIALS: Mapping[str, str] = {
    "gallium-primary": "primary gallium",
    "gallium-refined": "refined gallium",
    "antimony-ore": "antimony ore",
    "antimony-metal": "antimony metal",
    "antimony-oxide": "antimony oxide",
    "graphite-flake": "flake graphite",
    "graphite-spherical": "spherical graphite",
    "graphite-synthetic": "synthetic graphite",
    "graphite-anode": "anode material",
    "rare-earth-ore": "rare-earth ore",
    "ion-clay-ore": "ion-clay ore",
    "ndpr-oxide": "NdPr oxide",
    "dysprosium-oxide": "Dy oxide",
    "terbium-oxide": "Tb oxide",
    "ndpr-metal": "NdPr metal",
    "magnet-plain": "magnets without Dy/Tb",
    "magnet-heavy": "magnets with Dy/Tb",
    "magnet-scrap": "magnet scrap",
}

_STATUSES: Mapping[str, str] = {
    "in_force": "in force",
    "in-force": "in force",
    "suspended": "suspended",
    "unknown": "unknown",
    "suspension_ended_outcome_unknown": "outcome unknown",
    "not_yet": "not yet in force",
    "ended": "ended",
    "announced": "announced",
    "lifted": "lifted",
}


def region_name(region: str) -> str:
    """Return the name of a region: a short one where it has one, else the dataset's."""
    return _REGIONS.get(region) or _titles().get(region, region)


@cache
def _titles() -> Mapping[str, str]:
    """Return the titles of the bundled dataset's regions, read once."""
    with (WORLD_FOLDER / "regions.csv").open(encoding="utf-8", newline="") as stream:
        return {row["region"]: row["title"] for row in csv.DictReader(stream)}


def region_short(region: str) -> str:
    """Return the shortest readable name of a region, for narrow columns."""
    return _SHORT.get(region, region_name(region))


def material_name(material: str) -> str:
    """Return the name of a material."""
    return _MATERIALS.get(material, material.replace("-", " "))


def branch_name(branch: str) -> str:
    """Return the name of a branch."""
    return branch.replace("_", " ").replace("-", " ")


def use_name(use: str) -> str:
    """Return the name of an end use."""
    return use.replace("-", " ").replace("_", " ")


def status_name(status: str) -> str:
    """Return the name of an act's state."""
    return _STATUSES.get(status, status.replace("_", " "))
