"""Regions of the assess level: a country, or a group whose members a dataset lists."""

from __future__ import annotations

from collections.abc import Mapping

from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem, nearest

__all__ = ["REGION_GROUPS", "own_places", "region_members"]

REGION_GROUPS: Mapping[str, str] = {
    "EU27": "eu27",
    "E27": "eu27",
    "G7": "g7",
    "PARTNERS": "partner",
}
"""Groups of countries, and the column of the table of countries that lists their members."""


def own_places(bundle: Bundle, region: str) -> frozenset[str]:
    """Return every code that stands for a region or a part of it: what is no supplier abroad.

    The group itself, its other names and its members; of a country, and of a region that no
    dataset lists, the code alone.
    """
    column = REGION_GROUPS.get(region)
    if column is None:
        return frozenset({region})
    names = (name for name, other in REGION_GROUPS.items() if other == column)
    return frozenset({region, *names, *region_members(bundle, region)})


def region_members(bundle: Bundle, region: str) -> frozenset[str]:
    """Return the ISO3 codes of a region's countries.

    A region is a country, EU27 (or E27), G7 or PARTNERS. Trade between members is trade inside the
    region. Raises `InputError` for an unknown region, with the nearest name.
    """
    countries = bundle.table("countries")
    if region in REGION_GROUPS:
        return frozenset(countries.filter(countries[REGION_GROUPS[region]] == "yes")["iso3"])
    if region in set(countries["iso3"]):
        return frozenset({region})
    known = [*REGION_GROUPS, *countries["iso3"]]
    raise InputError(
        [
            Problem(
                "unknown region",
                field="region",
                found=repr(region),
                expected="an ISO 3166-1 alpha-3 code, " + ", ".join(REGION_GROUPS),
                nearest=nearest(region, known),
            )
        ]
    )
