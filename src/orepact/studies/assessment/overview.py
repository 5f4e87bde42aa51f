"""An overview of a mineral for a region, stage by stage, from the figures of the indicators.

Nothing is computed here. Each function of `orepact.indicators` that returns figures is asked, and
its figures are put beside one another.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem
from orepact.indicators.criticality.eu_economic_importance import criticality
from orepact.indicators.dependence.largest_supplier import without_largest_supplier
from orepact.indicators.dependence.net_import_reliance import net_import_reliance
from orepact.indicators.dependence.supplier_dependence import (
    SOURCED,
    STEPS,
    Suppliers,
    largest_share,
    supplier_hhi,
    suppliers_of,
)
from orepact.indicators.dependence.supply_table import supply_of_world
from orepact.indicators.figure import Figure, Input
from orepact.indicators.warning.early_warning import DIRECTIONS, Direction, early_warning
from orepact.indicators.warning.record import Record, warning_record
from orepact.indicators.warning.rules import Rules, read_rules
from orepact.policy import Register
from orepact.studies.assessment.grades import read_grades, unpublished
from orepact.studies.assessment.names import UNION

__all__ = ["ROLES", "Line", "Warnings", "last_year", "lines_of", "warnings_on"]

ROLES: tuple[str, ...] = (
    "supplier",
    "supplier_hhi",
    "import_reliance",
    "producer",
    "without_largest",
    "supply_risk",
    "economic_importance",
    "critical",
    "early_warning",
)
"""What an overview says of a mineral at a stage, in the order of its columns."""


@dataclass(frozen=True, slots=True)
class Line:
    """One stage of a mineral for a region: its figures by role; a role without a figure is absent.

    Economic importance and early warning are those of the mineral; whether it is critical by the
    thresholds is said at the bottleneck, the stage with the largest supply risk. `grade` is that of
    the balanced account at the stage, empty where no chain holds the mineral.
    """

    mineral: str
    region: str
    stage: str
    figures: Mapping[str, Figure] = field(default_factory=dict[str, Figure])
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Warnings:
    """What the early-warning index of a day is computed from, read once for many minerals."""

    record: Record = field(repr=False)
    rules: Rules = field(repr=False)
    on: datetime.date

    def figures(
        self, mineral: str, directions: Sequence[Direction] = DIRECTIONS
    ) -> tuple[Figure, ...]:
        """Return the index of shortage and of oversupply of a mineral; none if it is not known."""
        if mineral not in self.record.minerals:
            return ()
        return tuple(
            early_warning(self.record, mineral, self.on, self.rules, direction)
            for direction in directions
        )


def warnings_on(bundle: Bundle, register: Register, on: datetime.date) -> Warnings:
    """Return what the early-warning index of a day is computed from.

    Raises `InputError` for a day that is neither in the months of the dataset nor past: acts
    announced for it would count as if nothing else happened until then.
    """
    last = max(_last_day(bundle), datetime.datetime.now(datetime.UTC).date())
    if on > last:
        raise InputError(
            [
                Problem(
                    "an early warning looks at what was public, not at days to come",
                    field="--on",
                    found=on.isoformat(),
                    expected=f"a day up to {last.isoformat()}",
                )
            ]
        )
    rules = read_rules()
    return Warnings(warning_record(bundle, register, rules), rules, on)


def _last_day(bundle: Bundle) -> datetime.date:
    """Return the last day of the month that a dataset's version names, as 2026.11."""
    try:
        first = datetime.date.fromisoformat(bundle.version.replace(".", "-")[:7] + "-01")
    except ValueError:
        return datetime.date.min
    return (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)


def lines_of(
    bundle: Bundle,
    mineral: str,
    region: str,
    warnings: Warnings | None = None,
) -> tuple[Line, ...]:
    """Return an overview of a mineral for a region, one line for each stage with a figure.

    The stages are extraction and processing, and *imports* where customs do not tell them apart. A
    stage that the balanced account alone has stands with its grade and without figures.
    """
    found: dict[str, dict[str, Figure]] = {}
    for role, figure in (
        *_risks(criticality(bundle, mineral) if region == UNION else []),
        *_suppliers(suppliers_of(bundle, mineral, region)),
        *_producers(bundle, mineral),
        *_printed_reliance(bundle, mineral, region),
    ):
        stage = STEPS.get(figure.stage, figure.stage)
        _ = found.setdefault(stage, {}).setdefault(role, figure)
    whole = found.pop("", {})
    bare = unpublished(bundle, mineral, found)
    found |= {stage: {} for stage in bare}
    shortage = warnings.figures(mineral, DIRECTIONS[:1]) if warnings else ()
    whole |= dict(zip(("early_warning",), shortage, strict=False))
    narrow, grades = _bottleneck(found), bundle.once(read_grades)
    critical = {} if narrow is None else {"critical": whole.pop("critical", None)}
    return tuple(
        Line(
            mineral,
            region,
            stage,
            {
                **(whole if stage not in bare else _of_the_stage(whole)),
                **{name: one for name, one in critical.items() if one and stage == narrow},
                **figures,
            },
            grades.get((mineral, stage), ""),
        )
        for stage, figures in sorted(found.items() or {"": whole}.items())
    )


def _of_the_stage(whole: Mapping[str, Figure]) -> dict[str, Figure]:
    """Return the figures of a mineral that say something of a stage without shares as well."""
    return {role: figure for role, figure in whole.items() if role != "supply_risk"}


def _bottleneck(found: Mapping[str, Mapping[str, Figure]]) -> str | None:
    """Return the stage with the largest supply risk, which the Union's thresholds are held to."""
    risks = {
        stage: figures["supply_risk"].value or 0.0
        for stage, figures in found.items()
        if "supply_risk" in figures
    }
    return max(risks, key=lambda stage: risks[stage]) if risks else None


def _risks(union: Iterable[Figure]) -> Iterator[tuple[str, Figure]]:
    """Yield what the Union's method says by stage and of the mineral."""
    roles = {
        "EU supply risk": "supply_risk",
        "EU economic importance": "economic_importance",
        "critical by the EU thresholds": "critical",
    }
    for figure in union:
        yield roles[figure.indicator], figure
        for item in figure.inputs:
            if isinstance(item, Input) and item.name == "import reliance" and figure.stage:
                yield "import_reliance", _as_printed(figure, item)


def _as_printed(figure: Figure, item: Input) -> Figure:
    """Return an input of a figure as a figure of its own."""
    return Figure(
        indicator="import reliance (published)",
        value=item.value,
        unit=item.unit,
        region=figure.region,
        mineral=figure.mineral,
        stage=figure.stage,
        period=figure.period,
        arithmetic="as printed",
        missing="" if item.value is not None else "not published",
        inputs=(item,),
        coverage={"age": figure.coverage.get("age")},
    )


def _printed_reliance(bundle: Bundle, mineral: str, region: str) -> Iterator[tuple[str, Figure]]:
    """Yield the net import reliance of the United States; others are in the Union's study."""
    if region == "USA":
        printed = net_import_reliance(bundle, mineral, last_year(bundle, "us_statistics"))
        yield "import_reliance", _of_the_mineral(printed, mineral)


def _of_the_mineral(printed: Sequence[Figure], mineral: str) -> Figure:
    """Return the percentage of the mineral itself where a chapter prints several forms."""
    name = mineral.replace("_", " ")
    forms = [figure.form.lower() for figure in printed]
    rest = [form for form in forms if not _ORE.search(form)]
    chosen = next((form for form in (name, "total", *rest) if form in forms), forms[0])
    return printed[forms.index(chosen)]


_ORE = re.compile(r"\bores?\b|concentrate")


def last_year(bundle: Bundle, table: str) -> int:
    """Return the last year of a table; 0 for one that the vintage has no row of."""
    return max(bundle.table(table)["year"], default=0)


def _suppliers(suppliers: Iterable[Suppliers]) -> Iterator[tuple[str, Figure]]:
    """Yield the largest supplier and the HHI; shares of the region itself come before others."""
    ranked = sorted(suppliers, key=lambda one: (one.basis == SOURCED, one.period), reverse=True)
    for each in ranked:
        yield "supplier", largest_share(each)
        yield "supplier_hhi", supplier_hhi(each)


def _producers(bundle: Bundle, mineral: str) -> Iterator[tuple[str, Figure]]:
    """Yield the largest producer's share of world output and what is left without it."""
    last: dict[str, int] = {}
    rows = bundle.part("production", mineral).select("stage", "year", "quantity")
    for stage, year, quantity in rows.iter_rows():
        if quantity is not None:
            last[stage] = max(year, last.get(stage, 0))
    newest = sorted(last.items(), key=lambda item: (item[1], item[0]), reverse=True)
    for stage, year in newest:
        share, *after = without_largest_supplier(supply_of_world(bundle, mineral, stage, year))
        yield "producer", share
        for figure in [each for each in after[:2] if each.value is not None][-1:]:
            yield "without_largest", figure
