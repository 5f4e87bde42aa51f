"""Names that a reader writes: minerals, regions, ids of figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from orepact.data.bundle import Bundle
from orepact.data.dataset.editions import known_minerals
from orepact.data.places import country_code
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.indicators.tables.region_members import REGION_GROUPS
from orepact.indicators.union.strategic import read_strategic

__all__ = ["UNION", "WORLD", "about_figure", "known_mineral", "known_region", "members_of"]

UNION = "EU27"
WORLD = "WLD"
_UNION_NAMES = ("E27", "EU", UNION)


def known_mineral(bundle: Bundle, name: str) -> str:
    """Return a mineral's id from its id, name or symbol; raises `InputError` with the nearest.

    Groups such as the rare earths are known by their usual names too: see `members_of`.
    """
    rows = bundle.table("minerals").select("mineral", "name", "symbol").rows()
    folded = _plain(name)
    folded = _GROUP_NAMES.get(folded, folded)
    for mineral, title, symbol in rows:
        if folded in {mineral, _plain(title), _plain(symbol)} - {""}:
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


def members_of(bundle: Bundle, mineral: str) -> tuple[str, ...]:
    """Return the elements of a group, those of its subgroups too; nothing for one mineral.

    The forms of one metal, such as alumina of aluminium, are no group.
    """
    if mineral not in _GROUPS:
        return ()
    rows = bundle.table("minerals").select("mineral", "parent", "symbol").rows()
    parents = {str(name): str(parent) for name, parent, _ in rows}
    parents |= dict.fromkeys(_GASES, "rare_gases")
    return tuple(
        str(name)
        for name, _, symbol in rows
        if 0 < len(symbol) <= LETTERS and mineral in _above(parents, str(name))
    )


def _above(parents: Mapping[str, str], name: str) -> Iterator[str]:
    """Yield the group of a mineral, the group of that group, and so on."""
    while name := parents.get(name, ""):
        yield name


LETTERS = 2
"""Letters of an element's symbol; other members of a group are mixtures and goods."""

_GROUPS = ("rare_earths", "lree", "hree", "pgm", "rare_gases")
_GASES = ("neon", "krypton", "xenon")
_GROUP_NAMES: Mapping[str, str] = {
    "ree": "rare_earths",
    "rare_earth": "rare_earths",
    "rare_earth_elements": "rare_earths",
    "rare_earth_oxides": "rare_earths",
    "light_rare_earth_elements": "lree",
    "heavy_rare_earth_elements": "hree",
    "pge": "pgm",
    "platinum_group": "pgm",
    "platinum_group_elements": "pgm",
    "noble_gases": "rare_gases",
}
"""Words for groups that are neither id, name nor symbol of one."""


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
    code = attempt([], country_code, name, "name", folder=bundle.folder)
    if code in {str(code) for code, _ in countries}:
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


def about_figure(bundle: Bundle, name: str) -> tuple[tuple[str, ...], str]:
    """Return the minerals that an id or its beginning may name, and its region.

    An id names one mineral, or a strategic material; its beginning may end inside the name of
    several; figures of all materials together name none. The region is the Union where an id names
    none. Raises `InputError` for a name that is no id, an unknown mineral and an unknown region.
    """
    first, *others = [part.strip() for part in name.split(":")[1:]] or [""]
    if not first:
        raise InputError([_no_id(name)])
    minerals = known_minerals(bundle)
    if _plain(first) in minerals:
        return (_plain(first),), UNION
    try:
        region = known_region(bundle, first)
    except InputError:
        if others or not (begun := _begun(minerals, first)):
            raise
        return begun, UNION
    if not (others and others[0]):
        raise InputError([_no_id(name)])
    begun = () if others[1:] or _plain(others[0]) in minerals else _begun(minerals, others[0])
    if begun:
        return begun, region
    if _plain(others[0]) in _STAGES:
        return (), region
    material = others[0].casefold()
    if _plain(material) not in minerals and material in _strategic():
        return (material,), region
    return (known_mineral(bundle, others[0]),), region


def _strategic() -> tuple[str, ...]:
    return tuple(entry.material for entry in read_strategic().materials)


_STAGES = ("extraction", "processing", "recycling")
"""What the ids of figures of all strategic materials have in the place of a mineral."""


def _begun(minerals: Sequence[str], text: str) -> tuple[str, ...]:
    return tuple(mineral for mineral in minerals if mineral.startswith(_plain(text)))


def _plain(text: str) -> str:
    return text.strip().casefold().replace(" ", "_").replace("-", "_")


def _no_id(name: str) -> Problem:
    return Problem(
        "not the id of a figure",
        field="FIGURE",
        found=repr(name),
        expected=(
            "indicator:region:mineral:stage:period, as `assess` prints it, or its beginning as far "
            "as the mineral"
        ),
    )
