"""Where an act points: countries, blocs that stand for their members, groups of the network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from orepact.data.text import parse, read_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.policy.controls import ALL

__all__ = ["Bloc", "Group", "Places", "covers", "known_places", "place", "read_places"]


@dataclass(frozen=True, slots=True)
class Bloc:
    """A union of countries: a measure against it meets each member."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: str
    name: str
    members: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A region of the network that stands for many countries and is party to nothing."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Places:
    """Every place that an act or a question may name (format ``orepact/blocs/1``)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    format: str
    blocs: tuple[Bloc, ...]
    groups: tuple[Group, ...]
    countries: tuple[str, ...]
    note: str = ""


def read_places(path: Path) -> Places:
    """Read a file of blocs, groups and country codes (ISO 3166-1 alpha-3)."""
    return parse(Places, read_yaml(path, kind="blocs"))


def known_places(places: Places) -> tuple[str, ...]:
    """Return every code that a destination may have, aliases left out."""
    named = tuple(bloc.id for bloc in places.blocs) + tuple(group.id for group in places.groups)
    return named + places.countries


def place(places: Places, code: str, field: str = "destination") -> str:
    """Return the one code of a place, aliases resolved.

    Raises `InputError` with the nearest spelling when the place is not known.
    """
    by_alias = {alias: bloc.id for bloc in places.blocs for alias in bloc.aliases}
    found = by_alias.get(code, code)
    if found not in known_places(places):
        raise InputError([Problem("unknown place", field=field, found=repr(code),
                                  expected="an ISO 3166-1 alpha-3 code, EU27 or a group",
                                  nearest=nearest(code, known_places(places)))])
    return found


def covers(places: Places, named: Iterable[str], code: str) -> bool:
    """Say whether a list of places means a place: itself, its bloc, or all."""
    return any(one in (ALL, code) or code in _members(places, one) for one in named)


def _members(places: Places, code: str) -> tuple[str, ...]:
    return next((bloc.members for bloc in places.blocs if bloc.id == code), ())
