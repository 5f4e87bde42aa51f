"""Regions: countries, blocs and groups, read from a dataset and chosen for a network."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from pathlib import Path

from orepact.data.table import scan_table
from orepact.errors import Problem, attempt
from orepact.network.components import Region

__all__ = ["meant_by", "nodes", "read_regions"]

KINDS = ("country", "bloc", "group")
"""Kinds of region: a bloc or group holds those of its members that are no nodes of their own."""


def read_regions(folder: Path, problems: list[Problem]) -> tuple[Region, ...] | None:
    """Return the regions, None if there is no table; what is wrong with rows goes to `problems`."""
    table = attempt(
        problems,
        scan_table,
        folder / "regions.csv",
        {"region": "text", "title": "text", "members": "text"},
        optional={"kind": "text", "latitude": "number", "longitude": "number"},
        root=folder,
    )
    if table is None:
        return None
    problems += [*table.problems, *table.empty("region"), *table.repeated(["region"])]
    problems += table.unknown("kind", KINDS, empty=True)
    owner: dict[tuple[bool, str], str] = {}
    problems += [
        table.problem(
            line,
            "members",
            "a country belongs to two regions",
            found=member,
            expected=f"a country that {owner[kind == 'country', member]} does not have",
        )
        for line, region, kind, members in table.frame.select(
            "line", "region", "kind", "members"
        ).iter_rows()
        for member in members.split("|")
        if owner.setdefault((kind == "country", member), region) != region
    ]
    return tuple(
        Region(name=name, title=title, members=tuple(members.split("|")))
        for name, title, members in table.frame.select("region", "title", "members").iter_rows()
    )


def nodes(regions: Iterable[Region], used: Container[str]) -> tuple[Region, ...]:
    """Return the regions of the names `used`, groups without the members that stand alone.

    A country may be a node of its own beside the group or bloc that it belongs to; the group then
    stands for the rest. A country names the group that it belongs to as its `bloc`.
    """
    every = tuple(regions)
    above = {
        member: region.name
        for region in every
        if region.members != (region.name,)
        for member in region.members
    }
    found = [
        replace(region, bloc=above.get(region.name, "")) for region in every if region.name in used
    ]
    alone = {region.name for region in found if region.members == (region.name,)}
    return tuple(
        region
        if region.name in alone
        else replace(region, members=tuple(m for m in region.members if m not in alone))
        for region in found
    )


def meant_by(regions: Iterable[Region], name: str) -> frozenset[str]:
    """Return the nodes that a name means: itself, or the members of a bloc that is no node."""
    every = tuple(regions)
    own = frozenset(region.name for region in every if region.name == name)
    return own or frozenset(region.name for region in every if region.bloc == name)
