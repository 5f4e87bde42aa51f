"""Claims files: published statements with a number, and the definition that re-computes each.

A file states ``format: orepact/claims/1`` and holds a list ``claims``. A folder of such files is
read as one register. Every problem of every file is raised at once.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from orepact.data.bundle import Bundle
from orepact.data.dataset.schemas import schema_of
from orepact.data.text import Document, Location, examine, scan_yaml
from orepact.errors import InputError, Problem, attempt, nearest

__all__ = [
    "MEASURES",
    "REGISTER",
    "UNITS",
    "Claim",
    "Definition",
    "Known",
    "Qualifier",
    "known_names",
    "read_claims",
]

REGISTER = Path(str(resources.files("orepact.data"))) / "world" / "claims"
"""Folder of the shipped register."""

Measure = Literal[
    "production",
    "production_share",
    "production_hhi",
    "sourcing_share",
    "supply_share",
    "imports",
    "import_share",
    "import_hhi",
    "figure",
    "count",
    "ratio",
    "change",
    "remainder",
]
Qualifier = Literal["", "about", "up to", "less than", "at least", "more than"]

# measure: (arguments it needs, arguments it may have)
MEASURES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "production": (("mineral", "stage", "country", "year"), ("source", "edition")),
    "production_share": (("mineral", "stage", "country", "year"), ("source", "edition", "world")),
    "production_hhi": (("mineral", "stage", "year"), ("source", "edition", "world")),
    "sourcing_share": (
        ("importer", "mineral", "origin"),
        ("stage", "product", "kind", "by", "period", "code", "source"),
    ),
    "supply_share": (("mineral", "country"), ("stage", "period", "source")),
    "imports": (("importer", "code", "year", "by"), ("origin", "edition", "mineral")),
    "import_share": (("importer", "origin", "code", "year", "by"), ("edition", "mineral")),
    "import_hhi": (("importer", "code", "year", "by"), ("edition",)),
    "figure": (("table", "column"), ("where", "reduce", "rows", "unit", "unit_column")),
    "count": (("table",), ("where", "column", "among")),
    "ratio": (("of", "to"), ()),
    "change": (("of", "to"), ()),
    "remainder": (("of", "to"), ()),
}

PLACES = ("country", "importer", "origin")
SHOWN_NAMES = 8

# unit of a claim: (what it measures, factor to the unit that figures have inside)
UNITS: Mapping[str, tuple[str, float]] = {
    "%": ("fraction", 0.01),
    "1": ("fraction", 1.0),
    "times": ("fraction", 1.0),
    "t": ("mass", 1.0),
    "t/year": ("mass", 1.0),
    "kt": ("mass", 1e3),
    "Mt": ("mass", 1e6),
    "kg": ("mass", 1e-3),
    "USD/t": ("price", 1.0),
    "USD/kg": ("price", 1e3),
    "USD/lb": ("price", 1.0 / 0.45359237e-3),
    "USD": ("money", 1.0),
    "kUSD": ("money", 1e3),
    "MUSD": ("money", 1e6),
    "MEUR": ("money in euro", 1e6),
    "count": ("count", 1.0),
    "year": ("time", 1.0),
    "month": ("time", 1.0 / 12.0),
    "day": ("time", 1.0 / 365.25),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """How a figure is computed: a measure of the dataset and its arguments.

    Places are ISO 3166-1 alpha-3, `EU27` or `WLD`; `code` holds customs codes joined by `+`. With
    `mineral`, trade under a code that holds other goods too is only an upper limit.
    `where` restricts rows: to a value, a bound (``>= 50``) or a part of a text (``~ EU``).
    """

    measure: Measure
    name: str = ""
    mineral: str = ""
    stage: str = ""
    country: str = ""
    importer: str = ""
    origin: str = ""
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    period: str | int = ""
    by: Literal["", "quantity", "value", "reported"] = ""
    kind: Literal["", "ec_study", "us_imports", "customs"] = ""
    product: str = ""
    code: str | int = ""
    source: str = ""
    edition: str = ""
    world: Literal["", "printed", "sum"] = ""
    table: str = ""
    column: str = ""
    where: Mapping[str, str | int | float] = field(default_factory=dict[str, str | int | float])
    reduce: Literal["only", "sum", "mean", "min", "max"] = "only"
    rows: Annotated[int, Field(ge=1)] | None = None
    unit: str = ""
    unit_column: str = ""
    among: Literal["", "eu_critical_2024", "eu_strategic_2024", "us_critical_2025"] = ""
    of: Definition | None = None
    to: Definition | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One published statement with a number.

    - `value`, or `low` and `high`, in `unit`; `qualifier` says what it bounds
    - `asserted_by`: who says so; `source` a source of the dataset, `url` an address
    - `grade`: P primary text, S press, agency or analyst, T weak
    - `group`: statements that answer the same question and may disagree
    - `compute`: the definition that should give the number; `alternatives`: others to try
    - `missing`: why the dataset cannot tell, where there is no definition
    """

    claim: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    statement: Annotated[str, Field(min_length=1)]
    value: int | float | None = None
    low: int | float | None = None
    high: int | float | None = None
    unit: str = "%"
    qualifier: Qualifier = ""
    mineral: str = ""
    asserted_by: Annotated[str, Field(min_length=1)]
    source: str = ""
    url: str = ""
    published: str | int = ""
    grade: Literal["P", "S", "T"] = "S"
    group: str = ""
    note: str = ""
    compute: Definition | None = None
    alternatives: Sequence[Definition] = ()
    missing: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _File:
    """The content of a claims file."""

    claims: Annotated[Sequence[Claim], Field(min_length=1)]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """The names that definitions may use: minerals, places, and tables with their columns."""

    minerals: tuple[str, ...]
    places: tuple[str, ...]
    tables: Mapping[str, tuple[str, ...]]


def known_names(bundle: Bundle) -> Known:
    """Return the names of a dataset's minerals, places and tables."""
    return Known(
        tuple(bundle.table("minerals")["mineral"]),
        (*bundle.table("countries")["iso3"], "EU27"),
        {name: schema_of(name).names for name in bundle.names},
    )


def read_claims(path: Path | None = None, known: Known | None = None) -> list[Claim]:
    """Return the claims of a file, or of every YAML file of a folder; the shipped ones for None.

    With `known` the names in definitions are checked too. Raises `InputError` with every problem of
    every file: file, line, field, nearest spelling.
    """
    place = path or REGISTER
    files = sorted(place.glob("*.yaml")) if place.is_dir() else [place]
    if not files:
        raise InputError(
            [Problem("no claims file here", file=str(place), expected="at least one *.yaml file")]
        )
    problems: list[Problem] = []
    found: list[Claim] = []
    seen: dict[str, str] = {}
    for file in files:
        document = attempt(problems, scan_yaml, file, kind="claims")
        if document is None:
            continue
        content, own = examine(_File, document)
        problems += own
        told = {_KIND.sub("", problem.field) for problem in own}
        claims = content.claims if content else _readable(document, told)
        for number, claim in enumerate(claims):
            more = [
                *_claim_problems(document, number, claim, known),
                *_double(document, number, claim, seen),
            ]
            problems += [problem for problem in more if problem.field not in told]
            found.append(claim)
    if problems:
        raise InputError(sorted(problems, key=lambda each: (each.file, each.line or 0)))
    return found


_KIND = re.compile(r"\.(?:int|float|str)$")
"""What the checker of types adds to the field of a value that may be of several kinds."""

_FILLING: Mapping[str, object] = {"statement": "?", "asserted_by": "?", "value": 1}


def _readable(document: Document, told: set[str]) -> Iterator[Claim]:
    """Yield the claims of a file without what is known to be wrong, so that the rest is checked."""
    raw = document.value.get("claims")
    for number, each in enumerate(cast("list[Any]", raw) if isinstance(raw, list) else []):
        at = f"claims.{number}"
        whole = cast("dict[str, Any]", _without(each, at, told) if isinstance(each, dict) else {})
        fill = {name: text for name, text in _FILLING.items() if f"{at}.{name}" in told}
        if "compute" not in whole and isinstance(each, dict) and "compute" in each:
            fill["missing"] = "?"
        filled = {"claim": f"claim-{number}", **whole, **fill}
        claim, _ = examine(Claim, document, filled, ("claims", number))
        yield claim or Claim(
            claim=f"claim-{number}", statement="?", asserted_by="?", value=1, missing="?"
        )


def _without(value: Any, at: str, told: set[str]) -> Any:
    """Return a value without the fields that were told of; a definition needs its measure."""
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [_without(each, f"{at}.{place}", told) for place, each in enumerate(items)]
    if not isinstance(value, dict):
        return value
    fields_in = cast("dict[str, Any]", value)
    return {
        name: _without(each, f"{at}.{name}", told)
        for name, each in fields_in.items()
        if not told & {f"{at}.{name}", f"{at}.{name}.measure"}
    }


def _double(
    document: Document, number: int, claim: Claim, seen: dict[str, str]
) -> Iterator[Problem]:
    here = ("claims", number, "claim")
    place = f"{document.path}:{document.lines.get(here)}"
    first = seen.setdefault(claim.claim, place)
    if first != place:
        yield document.problem(
            here, "duplicate claim", found=claim.claim, expected=f"a name not used at {first}"
        )


def _claim_problems(
    document: Document, number: int, claim: Claim, known: Known | None
) -> Iterator[Problem]:
    at = ("claims", number)
    bounds = claim.low is not None or claim.high is not None
    if claim.value is None and not bounds:
        yield document.problem(at, "a claim needs a number", expected="value, or low and high")
    if claim.low is not None and claim.high is not None and claim.low > claim.high:
        yield document.problem((*at, "low"), "low is above high", found=claim.low)
    if claim.compute is None and not claim.missing:
        yield document.problem(
            at, "nothing to compute", expected="compute, or missing: why the dataset cannot tell"
        )
    if claim.compute is not None and claim.unit not in UNITS:
        yield document.problem(
            (*at, "unit"),
            "unknown unit",
            found=claim.unit,
            expected="one of " + ", ".join(UNITS),
            near=nearest(claim.unit, list(UNITS)),
        )
    if claim.published != "" and not _is_date(str(claim.published)):
        yield document.problem(
            (*at, "published"),
            "not a date of the calendar",
            found=claim.published,
            expected="YYYY, YYYY-MM or YYYY-MM-DD",
        )
    if known is not None:
        yield from _not_known(document, (*at, "mineral"), claim.mineral, known.minerals)
    if claim.compute is not None:
        yield from _definition_problems(document, (*at, "compute"), claim.compute, known)
    for place, other in enumerate(claim.alternatives):
        yield from _definition_problems(document, (*at, "alternatives", place), other, known)


def _is_date(text: str) -> bool:
    forms = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}
    try:
        _ = datetime.datetime.strptime(text, forms[len(text)]).replace(tzinfo=datetime.UTC)
    except (KeyError, ValueError):
        return False
    return True


def _definition_problems(
    document: Document, at: Location, definition: Definition, known: Known | None
) -> Iterator[Problem]:
    needed, allowed = MEASURES[definition.measure]
    for name in needed:
        if getattr(definition, name) in ("", None):
            yield document.problem(
                (*at, name),
                f"the measure {definition.measure} needs this",
                expected=f"a value for {name}",
            )
    fit = [*needed, *allowed]
    for item in fields(Definition):
        given = (*at, item.name) in document.lines
        if given and item.name not in {"measure", "name", *fit}:
            yield document.problem(
                (*at, item.name),
                f"the measure {definition.measure} has no such argument",
                found=item.name,
                expected="one of " + ", ".join(fit),
                near=nearest(item.name, fit),
            )
    if isinstance(definition.code, int):
        yield document.problem(
            (*at, "code"),
            "a customs code needs quotes",
            found=definition.code,
            expected=f'"{definition.code}"',
        )
    if known is not None:
        yield from _unknown_names(document, at, definition, known)
    for name in ("of", "to"):
        inner = getattr(definition, name)
        if isinstance(inner, Definition):
            yield from _definition_problems(document, (*at, name), inner, known)


def _unknown_names(
    document: Document, at: Location, definition: Definition, known: Known
) -> Iterator[Problem]:
    """Yield a problem for each mineral, place, table or column that the dataset does not have."""
    columns = known.tables.get(definition.table, ())
    asked: list[tuple[Location, str, Sequence[str]]] = [
        (("mineral",), definition.mineral, known.minerals),
        *[((name,), getattr(definition, name), known.places) for name in PLACES],
        (("table",), definition.table, tuple(known.tables)),
    ]
    if columns:
        asked.append((("column",), definition.column, columns))
        asked += [(("where", name), name, columns) for name in definition.where]
    for where, name, names in asked:
        yield from _not_known(document, (*at, *where), name, names)


def _not_known(
    document: Document, at: Location, name: str, names: Sequence[str]
) -> Iterator[Problem]:
    if name and name not in names:
        yield document.problem(
            at,
            "the dataset has no such name",
            found=name,
            expected="one of " + ", ".join(sorted(names)[:SHOWN_NAMES]) + ", …",
            near=nearest(name, names),
        )
