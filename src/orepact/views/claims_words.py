"""Words for claims: what a claim says, what a definition asks for, how a figure was computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.studies.claims.check import ABOUT, REACH, Span
from orepact.studies.claims.figure import Figure
from orepact.studies.claims.file import UNITS, Claim, Definition

__all__ = [
    "amount",
    "arithmetic",
    "claimed",
    "defined",
    "quality",
    "span_words",
    "tolerance",
]

SIGNS = {"about": "~", "up to": "≤", "less than": "<", "at least": "≥", "more than": ">"}
CALENDAR = 1900
"""From this number on a year is one of the calendar."""
THOUSANDS = 1_000
"""From this number on thousands are set apart, by a comma."""
SHOWN_SHARE = 0.0005
"""Least share that is printed: 0.05 %, which rounds to 0.1 %."""
KINDS = {"ec_study": "EC study", "us_imports": "US import sources", "customs": "customs"}


def amount(value: float, dimension: str, unit: str = "") -> str:
    """Return a figure of a dimension in the unit that a claim uses."""
    if value == float("inf"):
        return "no limit"
    if dimension == "fraction" and unit != "times":
        return f"{_plain(100 * value, 1)} %"
    factor = UNITS[unit][1] if unit in UNITS and UNITS[unit][0] == dimension else 1.0
    shown = unit or {"mass": "t", "price": "USD/t"}.get(dimension, "")
    return _with_unit(value / factor, shown)


def claimed(claim: Claim) -> str:
    """Return a claim's number with its sign and unit, as short as it can be."""
    if claim.value is None and None not in {claim.low, claim.high}:
        return f"{_number(claim.low, claim.unit)}–{_with_unit(claim.high, claim.unit)}"
    value = next(each for each in (claim.value, claim.low, claim.high) if each is not None)
    sign = SIGNS.get(claim.qualifier, "")
    return f"{sign}{_with_unit(value, claim.unit)}"


def _with_unit(value: float | None, unit: str) -> str:
    return f"{_number(value, unit)} {_unit(value, unit)}".strip()


def _unit(value: float | None, unit: str) -> str:
    """Return a unit as it is printed: several days are days, a year of the calendar has none."""
    if unit == "count" or _calendar(value, unit):
        return ""
    several = value != 1 and unit in {"year", "month", "day"}
    return f"{unit}s" if several else unit


def _calendar(value: float | None, unit: str) -> bool:
    return unit == "year" and value is not None and value >= CALENDAR


def span_words(claim: Claim, span: Span) -> str:
    """Return the range that a claim stands for."""
    dimension = UNITS[claim.unit][0]
    ends = (amount(end, dimension, claim.unit) for end in (span.low, span.high))
    return " to ".join(ends)


def tolerance(claim: Claim) -> str:
    """Return the rule that gave a claim its range."""
    if claim.qualifier == "about":
        return f"about: ± {100 * ABOUT:.0f} %, or the rounding of its digits"
    if claim.qualifier in {"up to", "less than"}:
        return f"{claim.qualifier}: the number is the upper end; the lower is 1/{REACH:.0f} of it"
    if claim.qualifier in {"at least", "more than"}:
        return f"{claim.qualifier}: the number is the lower end; the upper is {REACH:.0f} times it"
    return "± half a unit of the last digit that counts"


def defined(definition: Definition) -> str:
    """Return what a definition asks for, in words."""
    if definition.name:
        return definition.name
    measure = definition.measure
    if definition.of and definition.to:
        before, sign = {"ratio": ("", "÷"), "change": ("change to ", "from")}.get(
            measure, ("1 − ", "÷")
        )
        return f"{before}{defined(definition.of)} {sign} {defined(definition.to)}"
    if measure in {"figure", "count"}:
        return _read_off(definition)
    if measure in {"production", "production_share", "production_hhi", "supply_share"}:
        return _output(definition)
    return _trade(definition)


def arithmetic(figure: Figure) -> str:
    """Return the sum that gave a figure: numerator ÷ denominator = value."""
    if len(figure.parts) == 2:
        of, to = (amount(part.value, part.dimension, part.unit) for part in figure.parts)
        before, after = {"change": ("", " − 1"), "remainder": ("1 − ", "")}.get(
            figure.total, ("", "")
        )
        return f"{before}{of} ÷ {to}{after} = {_result(figure)}"
    if figure.numerator is not None and figure.denominator is not None:
        top = f"{_number(figure.numerator)} {figure.unit}"
        bottom = f"{_number(figure.denominator)} {figure.unit}"
        return f"{top} ÷ {bottom} ({figure.total}) = {_result(figure)}"
    kind = str(figure.quality.get("kind", "printed"))
    return f"{kind}: {amount(figure.value, figure.dimension, figure.unit)}{_range(figure)}"


def quality(figure: Figure) -> str:
    """Return what limits a figure, each limit named once."""
    facts: Mapping[str, Any] = figure.quality
    parts = [f"of {figure.period}" if figure.period else ""]
    parts += [f"{facts['age']} years old"] if facts.get("age") else []
    parts += [f"by {facts['measure']}"] if facts.get("measure") in {"quantity", "value"} else []
    parts += [f"basis {facts['basis']}"] if facts.get("basis") else []
    unnamed = facts.get("unmapped")
    if unnamed and unnamed >= SHOWN_SHARE:
        parts.append(f"not listed or not named: {_plain(100 * unnamed, 1)} %")
    hidden = facts.get("withheld")
    if hidden and hidden >= SHOWN_SHARE:
        parts.append(f"withheld or without tonnes: up to {_plain(100 * hidden, 1)} %")
    if facts.get("basket") == "yes":
        parts.append(
            "the customs code holds other goods too, and the part that is the mineral is not known"
        )
    parts += [f"flag {facts['flag']}"] if facts.get("flag") else []
    parts += [f"confidence {facts['confidence']}"] if facts.get("confidence") else []
    parts += [f"account grade {facts['grade']}"] if facts.get("grade") else []
    parts += [str(facts["note"])] if facts.get("note") else []
    return "; ".join(part for part in parts if part)


def _output(asked: Definition) -> str:
    when = f"{asked.year or asked.period}".strip()
    made = " ".join(part for part in (asked.stage, "output of", asked.mineral) if part)
    head = {
        "production": f"{made}, {asked.country}",
        "production_share": f"{asked.country} in world {made}",
        "production_hhi": f"concentration of {made}",
        "supply_share": f"{asked.country} in world supply of {asked.mineral}, {asked.stage}",
    }[asked.measure]
    total = {"printed": "printed total", "sum": "country sum"}.get(asked.world, "")
    return ", ".join(part for part in (head, when, asked.edition, total, asked.source) if part)


def _trade(asked: Definition) -> str:
    when = str(asked.year or asked.period or "")
    code = f"HS {asked.code}" if asked.code else ""
    if asked.measure == "sourcing_share":
        code = f"CN {asked.code}" if asked.code else ""
        head = f"{asked.origin} in {asked.importer} sourcing of {asked.mineral}"
        parts = (head, KINDS.get(asked.kind, ""), asked.stage, code, when, _by(asked))
        return ", ".join(part for part in parts if part)
    origin = f" from {asked.origin}" if asked.origin else ""
    head = {
        "imports": f"{asked.importer} imports{origin}",
        "import_share": f"{asked.origin} in {asked.importer} imports",
        "import_hhi": f"concentration of {asked.importer} imports",
    }[asked.measure]
    return ", ".join(part for part in (head, code, when, _by(asked), asked.edition) if part)


def _by(asked: Definition) -> str:
    return f"by {asked.by}" if asked.by in {"quantity", "value"} else ""


def _read_off(asked: Definition) -> str:
    where = ", ".join(f"{name} {value}" for name, value in asked.where.items())
    if asked.measure == "count":
        what = f"number of {asked.column or 'rows'} in {asked.table}"
        return f"{what} with {where}" if where else what
    reduced = "" if asked.reduce == "only" else f"{asked.reduce} of "
    return f"{reduced}{asked.table}.{asked.column} of {where}"


def _result(figure: Figure) -> str:
    unit = "times" if figure.dimension == "fraction" and figure.value > REACH else ""
    return f"{amount(figure.value, figure.dimension, unit)}{_range(figure)}"


def _range(figure: Figure) -> str:
    unit = "times" if figure.dimension == "fraction" and figure.value > REACH else figure.unit
    low, high = (amount(end, figure.dimension, unit) for end in (figure.low, figure.high))
    text = "" if low == high else f" ({low} to {high})"
    if (figure.least, figure.most) != (figure.low, figure.high):
        least, most = (amount(end, figure.dimension, unit) for end in (figure.least, figure.most))
        text += f" [{least} to {most} with what is withheld or bounded]"
    return text


def _plain(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{value:.0f}"


def _number(value: float | None, unit: str = "") -> str:
    """Return a number with thousands set apart, at most four digits after a small integer part."""
    if value is None:
        return "?"
    if abs(value) >= THOUSANDS:
        return f"{value:.0f}" if _calendar(value, unit) else f"{value:,.0f}"
    text = f"{value:.4g}" if abs(value) >= 1 else f"{value:.3g}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
