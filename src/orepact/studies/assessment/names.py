"""Names that a reader writes: minerals, regions, ids of figures."""

from __future__ import annotations

from orepact.data.bundle import Bundle
from orepact.data.dataset.editions import known_minerals
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.tables.region_members import REGION_GROUPS

__all__ = ["UNION", "WORLD", "about_figure", "known_mineral", "known_region"]

UNION = "EU27"
WORLD = "WLD"
_UNION_NAMES = ("E27", "EU", UNION)


def known_mineral(bundle: Bundle, name: str) -> str:
    """Return a mineral's id from its id, name or symbol; raises `InputError` with the nearest."""
    rows = bundle.table("minerals").select("mineral", "name", "symbol").rows()
    plain = name.strip().casefold()
    folded = plain.replace(" ", "_").replace("-", "_")
    for mineral, title, symbol in rows:
        if folded == mineral or plain in {title.casefold(), symbol.casefold()} - {""}:
            return str(mineral)
    names = known_minerals(bundle)
    raise InputError(
        [
            Problem(
                "unknown mineral",
                field="MINERAL",
                found=repr(name),
                expected=f"one of {len(names)} minerals, as {', '.join(names[:5])}",
                nearest=nearest(name, [*names, *(str(title) for _, title, _ in rows)]),
            )
        ]
    )


def known_region(bundle: Bundle, name: str) -> str:
    """Return a region's id from its code or name; raises `InputError` with the nearest.

    Regions are countries, EU27, G7, PARTNERS and WLD, the world.
    """
    if name.strip().upper() in _UNION_NAMES:
        return UNION
    countries = bundle.table("countries").select("iso3", "name").rows()
    plain = name.strip().casefold()
    for group in (*REGION_GROUPS, *(str(code) for code, _ in countries)):
        if plain == group.casefold():
            return group
    for code, title in countries:
        if plain == title.casefold():
            return str(code)
    known = [*REGION_GROUPS, *(str(text) for row in countries for text in row)]
    raise InputError(
        [
            Problem(
                "unknown region",
                field="--region",
                found=repr(name),
                expected=f"a country by ISO 3166-1 code or name, {', '.join(REGION_GROUPS)}",
                nearest=nearest(name, known),
            )
        ]
    )


def about_figure(bundle: Bundle, name: str) -> tuple[str, str]:
    """Return the mineral and the region that an id names; the Union where it names none.

    Raises `InputError` for a name that is no id, an unknown mineral and an unknown region.
    """
    parts = name.split(":")[1:3]
    if not parts:
        raise InputError(
            [
                Problem(
                    "not the id of a figure",
                    field="FIGURE",
                    found=repr(name),
                    expected="indicator:region:mineral:stage:period, as `assess` prints it",
                )
            ]
        )
    if parts[0] in known_minerals(bundle):
        return parts[0], UNION
    return known_mineral(bundle, parts[-1]), known_region(bundle, parts[0])
