"""Country codes: what a source writes becomes one ISO 3166-1 alpha-3 code, or is reported.

The table ``countries`` holds the codes of the standards, ``country_codes`` what sources write
differently: France with Monaco is 251 in trade data, Namibia is ``NA``, Kosovo has no code of the
standard. A code that is known but names no single country is reported too, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orepact.data.bundle import WORLD_FOLDER, read_bundle
from orepact.errors import InputError, Problem, attempt, nearest

__all__ = [
    "GROUPS",
    "SCHEMES",
    "Places",
    "country_code",
    "country_codes",
    "is_member",
    "members",
    "places_of",
]

SCHEMES: Mapping[str, tuple[str, ...]] = {
    "iso3": ("iso3",),
    "iso2": ("iso2",),
    "m49": ("m49",),
    "name": ("name", "usgs"),
    "baci": ("m49",),
    "comtrade": ("m49",),
    "usgs": ("name",),
    "ec": ("name",),
    "worldbank": ("iso3", "name"),
    "eurostat": ("iso2",),
    "hmrc": ("iso2",),
}
"""Schemes of codes, and where a scheme looks when it has no code of its own."""

GROUPS: Mapping[str, str] = {"EU27": "eu27", "G7": "g7", "PARTNERS": "partner"}
"""Groups of countries, and the column of the table of countries that lists their members."""

_KINDS = {"name": "the name or code of a country", "iso3": "a code of three letters, ISO 3166-1"}
_UNION = "E27"
_STANDARD = ("iso3", "iso2", "m49", "name")


@dataclass(frozen=True)
class Places:
    """Codes of every scheme with the country meant, and the members of every group.

    `codes` maps a scheme and a code, in the form of `_form`, to a country; an empty country is a
    known code that names none, for the reason in `reasons`.
    """

    codes: Mapping[str, Mapping[str, str]]
    reasons: Mapping[tuple[str, str], str]
    groups: Mapping[str, frozenset[str]]
    written: Mapping[str, tuple[str, ...]]


@cache
def places_of(folder: Path = WORLD_FOLDER) -> Places:
    """Return the codes of a dataset; raises `InputError` for a broken table."""
    bundle = read_bundle(folder)
    countries = bundle.table("countries")
    codes: dict[str, dict[str, str]] = {scheme: {} for scheme in {*SCHEMES, *_STANDARD}}
    written: dict[str, list[str]] = {scheme: [] for scheme in codes}
    for row in countries.iter_rows(named=True):
        for scheme in _STANDARD:
            if row[scheme]:
                codes[scheme][_form(row[scheme], scheme)] = row["iso3"]
                written[scheme].append(row[scheme])
    reasons: dict[tuple[str, str], str] = {}
    for scheme, code, iso3, note in bundle.table("country_codes").iter_rows():
        codes.setdefault(scheme, {})[_form(code, scheme)] = iso3
        written.setdefault(scheme, []).append(code)
        if not iso3:
            reasons[scheme, _form(code, scheme)] = note
    groups = {
        group: frozenset(countries.filter(countries[column] == "yes")["iso3"].to_list())
        for group, column in GROUPS.items()
    }
    return Places(codes, reasons, groups, {key: tuple(each) for key, each in written.items()})


def country_code(text: str, scheme: str = "iso3", *, folder: Path = WORLD_FOLDER) -> str:
    """Return the ISO 3166-1 alpha-3 code of what a source writes, or WLD, OTH, E27, NSP.

    Raises `InputError` for an unknown scheme, an unknown code, with the nearest one, and for a
    known code that names no single country, with the reason.
    """
    return _found(text, _known_scheme(scheme), places_of(folder))


def country_codes(
    texts: Iterable[str], scheme: str = "iso3", *, folder: Path = WORLD_FOLDER
) -> tuple[dict[str, str], list[Problem]]:
    """Return the country of every code that has one, and a problem for every code that has none.

    So a reader can show the value of what is not mapped. Raises `InputError` for an unknown scheme.
    """
    problems: list[Problem] = []
    places = places_of(folder)
    known = _known_scheme(scheme)
    found = {text: attempt(problems, _found, text, known, places) for text in dict.fromkeys(texts)}
    return {text: code for text, code in found.items() if code is not None}, problems


def is_member(iso3: str, group: str, *, folder: Path = WORLD_FOLDER) -> bool:
    """Tell whether a country is a member of EU27, G7 or PARTNERS; E27 as a whole is in EU27.

    Raises `InputError` for an unknown group.
    """
    return iso3 in members(group, folder=folder) or (group == "EU27" and iso3 == _UNION)


def members(group: str, *, folder: Path = WORLD_FOLDER) -> frozenset[str]:
    """Return the members of EU27, G7 or PARTNERS; raises `InputError` for an unknown group."""
    groups = places_of(folder).groups
    if group not in groups:
        raise InputError([_unknown("unknown group", "group", group, list(groups))])
    return groups[group]


def _known_scheme(scheme: str) -> str:
    if scheme not in SCHEMES:
        raise InputError([_unknown("unknown scheme of codes", "scheme", scheme, list(SCHEMES))])
    return scheme


def _found(text: str, scheme: str, places: Places) -> str:
    for each in dict.fromkeys((scheme, *SCHEMES[scheme])):
        form = _form(text, each)
        if form in places.codes[each]:
            iso3 = places.codes[each][form]
            if iso3:
                return iso3
            reason = places.reasons[each, form]
            raise InputError(
                [
                    Problem(
                        "a known code that names no single country",
                        field=scheme,
                        found=repr(text),
                        expected=reason,
                    )
                ]
            )
    known = [
        code
        for each in dict.fromkeys((scheme, *SCHEMES[scheme]))
        for code in places.written.get(each, ())
    ]
    raise InputError(
        [
            Problem(
                "unknown country code",
                field=scheme,
                found=repr(text),
                expected=f"{_KINDS.get(scheme, f'a code of {scheme}')}, "
                "or a row for it in country_codes",
                nearest=nearest(text.strip(), known),
            )
        ]
    )


def _form(code: str, scheme: str) -> str:
    """Return a code as it is compared: numbers without leading zeros, words without case."""
    plain = " ".join(code.replace("’", "'").split())
    if scheme in {"m49", "baci", "comtrade"} and plain.isascii() and plain.isdigit():
        return str(int(plain))
    return plain.casefold()


def _unknown(message: str, field: str, found: str, known: list[str]) -> Problem:
    return Problem(
        message,
        field=field,
        found=repr(found),
        expected="one of " + ", ".join(known),
        nearest=nearest(found, known),
    )
