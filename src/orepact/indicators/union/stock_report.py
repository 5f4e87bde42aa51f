"""Stock reports: what a state, an agency or a company says of its stocks, with reasons for holes.

Format ``orepact/stocks/1``, as YAML or as a flat CSV. The fields are those of Regulation (EU)
2024/1252, Art. 22(2): tonnes, chemical form and purity, five years of history, rules of release.
What is not given is withheld with a reason of a closed list, and never read as zero. Art. 22(1)
lets a state withhold stocks that bear on defence or national security, with a reasoned
notification; Art. 22(2)(c) protects secrets and classified information in the rules of release.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from orepact.data.bundle import Bundle
from orepact.data.text import Document, examine, scan_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.tables.region_members import REGION_GROUPS
from orepact.network.stored_forms import FORMS_FILE, world_forms

__all__ = [
    "FIELDS",
    "HISTORY",
    "REASONS",
    "Access",
    "AnnualUse",
    "Level",
    "Purity",
    "Stock",
    "StockReport",
    "Withheld",
    "basis_of",
    "read_stock_yaml",
    "report_problems",
]

HISTORY = 5
"""Years before the report's own that Art. 22(2)(b) asks for."""

FIELDS = ("tonnes", "chemical_form", "purity", "history", "release_rules", "location", "access")
"""Fields of a stock that are given or withheld, never left out."""

REASONS: Mapping[str, str] = {
    "defence": "would harm defence",
    "national_security": "would harm national security",
    "business_secret": "business or trade secret",
    "confidential": "sensitive or confidential information",
    "classified": "classified information",
    "not_recorded": "nobody recorded it: not withheld, not known",
}
"""The closed list of reasons."""

_STATE = ("defence", "national_security")
_SECRET = ("business_secret", "confidential", "classified")

Reason = Literal[
    "defence", "national_security", "business_secret", "confidential", "classified", "not_recorded"
]
Owner = Literal["public_authority", "public_undertaking", "mandated_operator", "private"]
Tonnes = Annotated[float, Field(ge=0.0)]
Part = Annotated[float, Field(gt=0.0, le=1.0)]


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """A field that is not told, its reason of the closed list, and the reasoned notification."""

    field: Literal[
        "tonnes", "chemical_form", "purity", "history", "release_rules", "location", "access"
    ]
    reason: Reason
    why: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class Purity:
    """The purity of the form: a mass fraction of what it is measured as."""

    share: Part
    of: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class Access:
    """How fast a stock can be had (days), and whether it may cross the border."""

    days: Annotated[float, Field(ge=0.0)]
    cross_border: Literal["yes", "no", "not_decided"]


@dataclass(frozen=True, kw_only=True)
class Level:
    """The level at the end of a year, tonnes of the form, or the reason why it is withheld."""

    year: int
    tonnes: Tonnes | None = None
    withheld: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Stock:
    """One stock: tonnes of the form that is held; `content` is tonnes of the mineral per tonne.

    `tonnes` counts the form as it lies there. `form` is the material of a chain that it is, for the
    safe level; `holder` and `waiver` decide what may be published of private stocks: stocks of one
    holder are one contribution, and a holder may waive protection.
    """

    stock: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    mineral: str
    owner: Owner
    tonnes: Tonnes | None = None
    chemical_form: str = ""
    purity: Purity | None = None
    content: Part | None = None
    location: str = ""
    access: Access | None = None
    release_rules: str = ""
    history: tuple[Level, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    form: str = ""
    holder: str = ""
    waiver: bool = False
    note: str = ""

    def reason(self, name: str) -> Withheld | None:
        """Return why a field is withheld, nothing where it is not."""
        return next((one for one in self.withheld if one.field == name), None)

    def given(self, name: str) -> bool:
        """Say whether a field has a value; zero tonnes is a value."""
        value = getattr(self, name)
        return value is not None and value not in ("", ())


@dataclass(frozen=True, kw_only=True)
class AnnualUse:
    """Annual use of a mineral in the reporting region, t of the mineral, with its source."""

    mineral: str
    tonnes_per_year: Annotated[float, Field(gt=0.0)]
    source: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class StockReport:
    """A region's stocks on a day; `use` replaces consumption that the dataset may know."""

    region: str
    as_of: datetime.date
    stocks: tuple[Stock, ...]
    use: tuple[AnnualUse, ...] = ()
    reporter: str = ""
    note: str = ""


Place = tuple[str | int, ...]
Report = Callable[[Place, str, str, str, str], Problem]
"""Make a problem at a key path: message, found, expected, nearest."""


def basis_of(field: str, reason: str) -> str:
    """Return the ground of Regulation (EU) 2024/1252 on which a field may be withheld, if any."""
    if reason in _STATE:
        return "Art. 22(1)"
    if reason in _SECRET and field == "release_rules":
        return "Art. 22(2)(c)"
    return "" if reason == "not_recorded" else "no ground of Art. 22 for this field"


def read_stock_yaml(path: Path, bundle: Bundle) -> StockReport:
    """Read a report in YAML; raises `InputError` with every problem of structure and content.

    Minerals, regions and locations must be names of the bundle.
    """
    document = scan_yaml(path, kind="stocks")
    report, problems = examine(StockReport, document)
    if report is not None:
        problems += report_problems(report, bundle, _reporter(document))
    if problems or report is None:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    return report


def report_problems(report: StockReport, bundle: Bundle, at: Report) -> list[Problem]:
    """Return every problem of a report's content: names, holes, history, repeated stocks."""
    minerals = bundle.table("minerals")["mineral"].to_list()
    countries = bundle.table("countries")["iso3"].to_list()
    regions = [*REGION_GROUPS, *countries]
    problems: list[Problem] = []
    if report.region not in regions:
        problems.append(_unknown(at, ("region",), "unknown region", report.region, regions))
    if not report.stocks:
        problems.append(at(("stocks",), "no stock is reported", "", "at least one stock", ""))
    ids = [one.stock for one in report.stocks]
    for number, stock in enumerate(report.stocks):
        here: Place = ("stocks", number)
        if stock.stock in ids[:number]:
            problems.append(
                at((*here, "stock"), "duplicate stock", stock.stock, "one entry per stock", "")
            )
        if stock.mineral not in minerals:
            place = (*here, "mineral")
            problems.append(_unknown(at, place, "unknown mineral", stock.mineral, minerals))
        if stock.form:
            problems += _form_problems(stock, here, at, bundle)
        if stock.location and stock.location not in countries:
            place = (*here, "location")
            problems.append(_unknown(at, place, "unknown country", stock.location, countries))
        problems += _holes(stock, here, at)
        problems += _history(stock, here, report.as_of.year, at)
    problems += _uses(report, minerals, at)
    return problems


def _form_problems(stock: Stock, here: Place, at: Report, bundle: Bundle) -> Iterator[Problem]:
    if not (bundle.folder / FORMS_FILE).is_file():
        return
    known = world_forms(bundle.folder).forms
    if stock.form not in known:
        yield _unknown(at, (*here, "form"), "unknown form", stock.form, list(known))


def _holes(stock: Stock, here: Place, at: Report) -> Iterator[Problem]:
    for name in FIELDS:
        reasons = [one for one in stock.withheld if one.field == name]
        if len(reasons) > 1:
            yield at((*here, "withheld"), f"{name} is withheld twice", name, "one reason", "")
        if reasons and stock.given(name):
            yield at((*here, name), "given and withheld", name, "one of the two", "")
        if not reasons and not stock.given(name):
            expected = "a value, or a row of withheld with one of " + ", ".join(REASONS)
            yield at((*here, name), "neither given nor withheld", "", expected, "")
    if stock.given("tonnes") and stock.content is None and stock.given("chemical_form"):
        expected = "tonnes of the mineral per tonne of the form, 1 for the pure metal"
        yield at((*here, "content"), "the form has no content", stock.chemical_form, expected, "")


def _history(stock: Stock, here: Place, year: int, at: Report) -> Iterator[Problem]:
    if not stock.history:
        return
    wanted = range(year - HISTORY, year)
    years = [one.year for one in stock.history]
    for number, one in enumerate(stock.history):
        place = (*here, "history", number)
        if one.year not in wanted:
            expected = f"{wanted[0]} to {wanted[-1]}"
            yield at(
                (*place, "year"), "not one of the five years before", str(one.year), expected, ""
            )
        if one.year in years[:number]:
            yield at((*place, "year"), "year given twice", str(one.year), "one level per year", "")
        if (one.tonnes is None) == (one.withheld is None):
            message = "a level is given or withheld, one of the two"
            yield at(place, message, str(one.year), "tonnes, or withheld with a reason", "")
    lacking = [str(each) for each in wanted if each not in years]
    if lacking:
        expected = "each of the five years, with tonnes or withheld"
        yield at((*here, "history"), "years are missing", ", ".join(lacking), expected, "")


def _uses(report: StockReport, minerals: Sequence[str], at: Report) -> Iterator[Problem]:
    names = [one.mineral for one in report.use]
    for number, name in enumerate(names):
        if name not in minerals:
            yield _unknown(at, ("use", number, "mineral"), "unknown mineral", name, minerals)
        if name in names[:number]:
            yield at(("use", number, "mineral"), "use given twice", name, "one per mineral", "")


def _unknown(at: Report, place: Place, message: str, found: str, known: Sequence[str]) -> Problem:
    expected = f"one of {len(known)} names, as {', '.join(known[:4])}"
    return at(place, message, found, expected, nearest(found, known))


def _reporter(document: Document) -> Report:
    def at(place: Place, message: str, found: str, expected: str, near: str) -> Problem:
        return document.problem(place, message, found=found, expected=expected, near=near)

    return at
