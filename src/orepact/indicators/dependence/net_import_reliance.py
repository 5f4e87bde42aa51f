r"""Net import reliance of the United States, as the Geological Survey defines it.

$$NIR = \frac{M - X + \Delta}{C}, \qquad C = P + M - X + \Delta$$

| symbol | meaning (unit of the chapter) |
|---|---|
| $M$, $X$ | imports for consumption, exports |
| $\Delta$ | taken out of stocks of industry and government |
| $P$ | domestic supply: primary output and recovery from old scrap |
| $C$ | apparent consumption as printed, or reported, estimated where the chapter says so |

By definition $NIR = 1 - P/C$ too. That form is used where the trade lines of a chapter count more
than apparent consumption does (ore, scrap, gross weight): the table
``assess/net_import_reliance.csv`` says for which, with the lines of domestic supply and the reason.
A net exporter is printed *E*. The printed percentage stands beside each figure and whether the
rounding of the printed inputs allows it. Shipments of the government's stockpile have not been
published since 2023; stocks that are not printed are counted as none and named. Source: United
States Geological Survey, *Mineral Commodity Summaries*, appendix on definitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from orepact.data.bundle import Bundle
from orepact.data.table import read_table
from orepact.indicators.figure import Figure, Input
from orepact.indicators.rounding import half_unit

__all__ = ["CHAPTER_LINES", "ChapterLines", "net_import_reliance", "read_chapter_lines"]

CHAPTER_LINES = Path("assess") / "net_import_reliance.csv"
"""File, in a dataset, of the lines that count where the rule for all chapters does not tell."""

METHOD = "USGS net import reliance: (imports - exports + stock changes) / apparent consumption"

_COLUMNS = ("mineral", "form", "rule", "consumption", "production", "reason")
_EXACT = ("", "e")
_NONE = "less_than_half_unit"


@dataclass(frozen=True, slots=True)
class ChapterLines:
    """What counts in a chapter: the rule (trade or production) and the labels of its lines."""

    rule: str
    consumption: str
    production: tuple[str, ...]
    reason: str


def read_chapter_lines(folder: Path) -> dict[tuple[str, str], ChapterLines]:
    """Return the exceptions by mineral and form; none for a dataset without the file.

    Raises `InputError` with every problem of the file.
    """
    path = folder / CHAPTER_LINES
    if not path.is_file():
        return {}
    frame = read_table(path, dict.fromkeys(_COLUMNS, "text"), root=folder).frame
    return {
        (row["mineral"], row["form"]): ChapterLines(
            row["rule"],
            row["consumption"],
            tuple(part for part in row["production"].split("|") if part),
            row["reason"],
        )
        for row in frame.iter_rows(named=True)
    }


@dataclass(frozen=True, slots=True)
class _Amount:
    """A sum of printed lines with the range of their rounding; no value if a line has none."""

    value: float | None
    half: float
    inputs: tuple[Input, ...]
    withheld: tuple[str, ...] = ()


def net_import_reliance(
    bundle: Bundle,
    mineral: str,
    year: int,
    *,
    exceptions: Mapping[tuple[str, str], ChapterLines] | None = None,
) -> list[Figure]:
    """Return the net import reliance of the USA (1), one figure for each that the chapter prints.

    `exceptions` is of `read_chapter_lines`, read from the dataset if left out. A net exporter has 0
    and the note *E*. A figure that says so where nothing is printed for the mineral.
    """
    own = bundle.table("us_statistics").filter(mineral=mineral)
    listed = read_chapter_lines(bundle.folder) if exceptions is None else exceptions
    printed = own.filter(statistic="net_import_reliance", year=year)
    blank = Figure(
        indicator="net import reliance",
        value=None,
        unit="1",
        region="USA",
        mineral=mineral,
        period=str(year),
        method=METHOD,
    )
    if printed.is_empty():
        return [replace(blank, missing="the chapter prints none for this mineral and year")]
    return [
        _reliance(replace(blank, form=form), own, row, listed.get((mineral, form)))
        for row in printed.iter_rows(named=True)
        for form in [_form(row["detail"])]
    ]


def _form(detail: str) -> str:
    """Return the form that a printed line is of: what follows *consumption*."""
    return detail.rpartition("consumption")[2].strip(" ,:")


def _reliance(
    blank: Figure, own: pl.DataFrame, printed: Mapping[str, object], lines: ChapterLines | None
) -> Figure:
    year = int(str(printed["year"]))
    now, before = own.filter(year=year), own.filter(year=year - 1)
    consumed = _consumed(now, blank.form, str(printed["detail"]), lines)
    made = _made(now, blank.form, lines)
    bought = _needed(_lines(now, "import", blank.form), "no line of imports is printed")
    sold = _sum(_lines(now, "export", blank.form))
    taken = _taken(now, before, blank.form)
    trade = (bought, sold, taken)
    whole = bought.value is not None and sold.value is not None
    prefers = "production" if lines and lines.rule == "production" else "trade"
    by_trade = whole and (prefers == "trade" or made.value is None)
    found = _by_trade(blank, consumed, trade) if by_trade else _by_output(blank, consumed, made)
    reason = _reason(lines, prefers, by_trade=by_trade)
    alone = "" if sold.inputs or not by_trade else "no line of exports is printed"
    stocks = f"not printed: {', '.join(taken.withheld)}" if by_trade and taken.withheld else ""
    found = replace(found, note="; ".join(filter(None, (found.note, reason, alone, stocks))))
    return _compared(found, printed)


def _reason(lines: ChapterLines | None, prefers: str, *, by_trade: bool) -> str:
    """Return why the figure was computed from trade or from output, where that is not the rule."""
    if by_trade:
        return "domestic supply is not printed in full" if prefers == "production" else ""
    return lines.reason if lines else "trade is not printed in full"


def _consumed(now: pl.DataFrame, form: str, printed: str, lines: ChapterLines | None) -> _Amount:
    """Return the consumption that the percentage is of."""
    if lines and lines.consumption:
        return _sum(now.filter(detail=lines.consumption))
    every = now.filter(statistic="consumption")
    rows = _lines(now, "consumption", form)
    if form and rows.height == every.height > 1:
        return _Amount(None, 0.0, (), (f"no line of consumption is of {form}",))
    for word in ("apparent", "estimated", "reported"):
        if word in printed:
            rows = rows.filter(pl.col("detail").str.to_lowercase().str.contains(word))
    return _needed(rows, "no line of consumption is printed")


def _made(now: pl.DataFrame, form: str, lines: ChapterLines | None) -> _Amount:
    """Return domestic supply: the lines listed, else all lines of production, or of sales."""
    if lines:
        return _sum(now.filter(pl.col("detail").is_in(lines.production)))
    rows = _lines(now, "production", form)
    rows = rows if rows.height else _lines(now, "sold_or_used", form)
    return _needed(rows, "no line of output is printed")


def _taken(now: pl.DataFrame, before: pl.DataFrame, form: str) -> _Amount:
    """Return what was taken out: stocks a year ago less stocks now, and government shipments.

    What is not printed is counted as none and named.
    """
    first, last = (_sum(_lines(rows, "stock", form)) for rows in (before, now))
    sent = _sum(_shipments(now))
    known = first.value is not None and last.value is not None and first.inputs and last.inputs
    change = (first.value or 0.0) - (last.value or 0.0) if known else 0.0
    stocks = (*first.inputs, *last.inputs) if known else ()
    return _Amount(
        change + (sent.value or 0.0),
        (first.half + last.half if known else 0.0) + sent.half,
        (*stocks, *sent.inputs),
        (*(() if known else (*first.withheld, *last.withheld)), *sent.withheld),
    )


def _shipments(now: pl.DataFrame) -> pl.DataFrame:
    return now.filter(
        (pl.col("statistic") == "shipment")
        & pl.col("detail").str.contains("Government stockpile", literal=True)
    )


def _lines(rows: pl.DataFrame, statistic: str, form: str) -> pl.DataFrame:
    """Return the lines of a statistic for a form; a line of totals stands for its parts."""
    found = rows.filter(statistic=statistic)
    if form:
        exact = found.filter(pl.col("detail").str.ends_with(f": {form}"))
        named = found.filter(pl.col("detail").str.contains(form, literal=True))
        found = exact if exact.height else (named if named.height else found)
    totals = found.filter(pl.col("detail").str.contains(r"(?:: Total\b|, total$)"))
    return totals if totals.height else found


def _needed(rows: pl.DataFrame, why: str) -> _Amount:
    return _sum(rows) if rows.height else _Amount(None, 0.0, (), (why,))


def _sum(rows: pl.DataFrame) -> _Amount:
    inputs = tuple(
        Input(
            name=row["detail"],
            value=row["value"] if row["flag"] != _NONE else 0.0,
            unit=row["unit"],
            source=row["source"],
            edition=row["edition"],
            period=str(row["year"]),
            flag=row["flag"],
            where=f"us_statistics, chapter {row['chapter']}",
        )
        for row in rows.iter_rows(named=True)
    )
    hidden = tuple(
        item.name for item in inputs if item.value is None or item.flag not in {*_EXACT, _NONE}
    )
    usable = [item for item in inputs if item.name not in hidden and item.value is not None]
    total = sum(item.value or 0.0 for item in usable)
    half = sum(0.5 if item.flag == _NONE else half_unit(item.value or 0.0) for item in usable)
    return _Amount(None if hidden else total, half, inputs, hidden)


def _by_trade(blank: Figure, consumed: _Amount, trade: Sequence[_Amount]) -> Figure:
    """Fill in (imports - exports + taken from stocks) / consumption."""
    bought, sold, taken = (each.value or 0.0 for each in trade)
    amounts = (consumed, *trade)
    net, half = bought - sold + taken, sum(each.half for each in trade)
    text = f"({bought:,.6g} - {sold:,.6g} + {taken:,.6g}) / {_text(consumed)}"
    return _divided(replace(blank, arithmetic=text, inputs=_inputs(amounts)), net, half, consumed)


def _by_output(blank: Figure, consumed: _Amount, made: _Amount) -> Figure:
    """Fill in (consumption - domestic supply) / consumption."""
    text = f"1 - {_text(made)} / {_text(consumed)}"
    full = replace(blank, arithmetic=text, inputs=_inputs((consumed, made)))
    if made.value is None or consumed.value is None:
        return replace(full, missing=_hidden((consumed, made)))
    return _divided(full, consumed.value - made.value, made.half, consumed)


def _divided(blank: Figure, net: float, half: float, consumed: _Amount) -> Figure:
    if net <= 0.0:
        return replace(blank, value=0.0, low=0.0, high=0.0, note="E: net exporter")
    if not consumed.value or consumed.value <= consumed.half:
        return replace(blank, missing=_hidden((consumed,)))
    low = max(0.0, net - half) / (consumed.value + consumed.half)
    high = (net + half) / (consumed.value - consumed.half)
    return replace(
        blank, value=min(1.0, net / consumed.value), low=min(1.0, low), high=min(1.0, high)
    )


def _hidden(amounts: Iterable[_Amount]) -> str:
    names = [name for amount in amounts for name in amount.withheld]
    return "withheld, a bound or not printed: " + ("; ".join(names) or "consumption above zero")


def _inputs(amounts: Iterable[_Amount]) -> tuple[Input, ...]:
    return tuple(item for amount in amounts for item in amount.inputs)


def _text(amount: _Amount) -> str:
    return "withheld" if amount.value is None else f"{amount.value:,.6g}"


def _compared(figure: Figure, printed: Mapping[str, object]) -> Figure:
    """Return a figure with the printed percentage and whether rounding allows it."""
    text, value, flag = str(printed["printed"]), printed["value"], str(printed["flag"])
    exporter = flag == "E"
    agrees = ""
    if figure.value is not None and exporter:
        agrees = "yes" if figure.value == 0.0 else "no"
    elif figure.low is not None and figure.high is not None and isinstance(value, float):
        lowest, highest = _interval(value, flag)
        inside = figure.low <= highest and figure.high >= lowest
        agrees = "yes" if inside else "no"
    source = f"{printed['source']} {printed['edition']}"
    return replace(figure, coverage={"printed": text, "agrees": agrees, "printed_by": source})


def _interval(value: float, flag: str) -> tuple[float, float]:
    """Return what a printed percentage says (1): rounded to the unit, or a bound."""
    if flag == "lower_bound":
        return value / 100.0, 1.0
    if flag == "upper_bound":
        return 0.0, value / 100.0
    return (value - 0.5) / 100.0, (value + 0.5) / 100.0
