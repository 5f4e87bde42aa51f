"""The Union's benchmarks for 2030: capacity over consumption, now and with announced projects.

Regulation (EU) 2024/1252, Art. 5(1)(a): overall, Union capacity approaches or reaches 10 %
(extraction, as reserves allow), 40 % (processing, at every intermediate step) and 25 % (recycling)
of Union consumption of strategic raw materials. The law does not say how materials are added up, so
count, tonnes and value stand side by side. The 65 % of Art. 5(1)(b) is in `third_country`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from orepact.indicators.figure import Figure, Input
from orepact.indicators.rounding import half_unit
from orepact.indicators.span import Span, total
from orepact.indicators.union.benchmark_case import (
    NOW,
    TARGET_YEAR,
    UNION,
    VERDICTS,
    Case,
    dated,
    members,
    reason_of,
    verdict_of,
)
from orepact.indicators.union.benchmark_evidence import against_study, sure_span
from orepact.indicators.union.benchmark_totals import benchmark_totals
from orepact.indicators.union.projects_ahead import (
    Addition,
    additions,
    known_year,
    without_capacity,
)
from orepact.indicators.union.strategic import Benchmarked, Step, Strategic
from orepact.indicators.union.union_capacity import capacity, consumption, coverage_of, span_of
from orepact.network.accounts.balance import ASSUMED

__all__ = [
    "capacity_benchmarks",
    "trajectory",
]

_METHOD = "Regulation (EU) 2024/1252, {article}: Union capacity over Union consumption"


def capacity_benchmarks(case: Case, year: int = TARGET_YEAR) -> list[Figure]:
    """Return every material's capacity over consumption, now and in a year, and the aggregates.

    One figure per material, benchmark and period, form ``account`` (from the chain) or ``study``
    (production as the Union's study of 2023 has it, a lower bound of capacity); a material's
    processing is its weakest step, whose figures are its inputs. `coverage` has the verdict, the
    grade of the account, the grade of the material that the data are for, and the projects without
    a capacity. Of a year before 2030 the verdict is that a benchmark is reached or not, and of 2030
    it is the one verdict on the material: where account and study lie on different sides it is
    *cannot tell*. Steps of grade D are assumed and decide nothing; `sure_low` and `sure_high` are
    the range without them. Aggregates have no mineral; their form is by count, by tonnes, by value
    or all three. Shares are fractions; a missing figure says why.
    """
    figures: list[Figure] = []
    for benchmark in case.listed.benchmarks:
        rows = [
            figure
            for entry in case.listed.materials
            for figure in _material(case, entry, benchmark.benchmark, year)
        ]
        figures += [*rows, *benchmark_totals(case, benchmark, rows)]
    return figures


def trajectory(
    case: Case, material: str, benchmark: Benchmarked, years: Sequence[int]
) -> list[Figure]:
    """Return a material's capacity over consumption for each year, with announced projects.

    Consumption moves in a line from the account's to that of 2030. The verdict of 2030 is the one
    of `capacity_benchmarks`. Raises `InputError` for a material that is not strategic.
    """
    entry = case.listed.material(material)
    study = _study(case, entry, benchmark)
    now = _account(case, entry, benchmark, None)
    found = [_account(case, entry, benchmark, year) for year in years]
    return [_finished(against_study(each, now, study), entry, benchmark) for each in found]


def _material(case: Case, entry: Strategic, benchmark: Benchmarked, year: int) -> Iterable[Figure]:
    now, study = _account(case, entry, benchmark, None), _study(case, entry, benchmark)
    for figure in (now, _account(case, entry, benchmark, year)):
        yield _finished(against_study(figure, now, study), entry, benchmark)
    yield _finished(study, entry, benchmark)
    if case.listed.share_of(benchmark).qualified_by == "reserves":
        yield _reserves(case, entry, benchmark)


def _finished(figure: Figure, entry: Strategic, benchmark: Benchmarked) -> Figure:
    """Return a figure with its verdict in the words of its period and with the entry's note."""
    verdict = dated(str(figure.coverage["verdict"]), figure.period)
    note = ". ".join(text for text in (figure.note, entry.notes.get(benchmark, "")) if text)
    return replace(figure, note=note, coverage={**figure.coverage, "verdict": verdict})


def _account(case: Case, entry: Strategic, benchmark: Benchmarked, year: int | None) -> Figure:
    """Return the benchmark of a material from its account: the weakest of its steps."""
    law = case.listed.share_of(benchmark)
    missing = entry.not_assessed.get(benchmark, "")
    steps = [step for step in entry.steps if step.benchmark == benchmark]
    base = Figure(
        indicator="capacity over consumption",
        value=None,
        unit="1",
        region=UNION,
        mineral=entry.material,
        stage=benchmark,
        form="account",
        period=NOW if year is None else str(year),
        method=_METHOD.format(article=law.article),
        coverage={"benchmark": law.share, "verdict": VERDICTS[2]},
    )
    if not steps:
        reason = missing or ("no such step in the chain" if entry.chain else "no chain")
        return replace(base, missing=reason)
    found = [_step(case, entry, step, year) for step in steps]
    lacking = [one.missing for one in found if one.value is None]
    if lacking:
        return replace(base, missing=lacking[0], inputs=tuple(found))
    if benchmark == "recycling" and not any(_rows_of(one) for one in found):
        return replace(base, missing=_NO_SCRAP, inputs=tuple(found))
    opened = without_capacity(
        case.bundle, case.listed, entry.material, benchmark, members(case.bundle)
    )
    return _weakest(case, entry, base, steps, found, opened if year is not None else [])


_NO_SCRAP = "recycling is not in the account: no output is published, which is not zero"


def _rows_of(step: Figure) -> tuple[Input | Figure, ...]:
    """Return what the capacity of a step rests on: rows of the account, idle plants."""
    have = step.inputs[0]
    return have.inputs if isinstance(have, Figure) else ()


def _weakest(
    case: Case,
    entry: Strategic,
    base: Figure,
    steps: Sequence[Step],
    found: Sequence[Figure],
    opened: Sequence[str],
) -> Figure:
    """Return the figure of a material from those of its steps, which all have a value."""
    share = float(base.coverage["benchmark"])
    spans = [span for one in found if (span := span_of(one)) is not None]
    weakest = min(range(len(spans)), key=lambda number: spans[number].value)
    span = Span(spans[weakest].value, min(one.low for one in spans), min(one.high for one in spans))
    grades = [str(one.coverage["grade"]) for one in found]
    sure = sure_span(spans, grades)
    return replace(
        base,
        value=span.value,
        low=span.low,
        high=span.high,
        arithmetic=f"weakest of {len(spans)} steps: {steps[weakest].step}; "
        + found[weakest].arithmetic,
        note=_reason(sure, grades, share, len(opened)),
        inputs=tuple(found),
        coverage={
            **coverage_of(case.world, entry, steps[weakest].processes),
            "grade": max(grades),
            "benchmark": share,
            "verdict": verdict_of(sure, share, open_projects=len(opened)),
            "sure_low": sure.low,
            "sure_high": sure.high,
            "projects_without_capacity": "; ".join(opened),
            "tonnes_missing": _wanted(found[weakest], span, share),
        },
    )


def _reason(sure: Span, grades: Sequence[str], share: float, opened: int) -> str:
    """Return why a range has its verdict, or that what it rests on is assumed."""
    if ASSUMED in grades and verdict_of(sure, share, open_projects=opened) == VERDICTS[2]:
        return "steps whose account is assumed (grade D) decide nothing"
    return reason_of(sure, share, open_projects=opened)


def _wanted(step: Figure, span: Span, share: float) -> float:
    """Return the t/year that a step lacks at the middle of its range; zero where it reaches it."""
    used = step.inputs[1]
    amount = used.value if isinstance(used, Figure) and used.value else 0.0
    return max(0.0, share - span.value) * amount


def _step(case: Case, entry: Strategic, step: Step, year: int | None) -> Figure:
    """Return capacity over consumption of one step, in a year with what projects add by then."""
    have = capacity(case.world, entry, step, UNION)
    used = consumption(case.world, entry, UNION, step.of, "" if step.of is None else step.step)
    made, taken = span_of(have), span_of(used)
    added: list[Addition] = []
    if year is not None and made is not None:
        added = additions(
            case.bundle,
            case.listed,
            case.cards,
            entry.material,
            step.step,
            year,
            members(case.bundle),
        )
        made = made + total(one.tonnes for one in added)
    grown = _grown(case, entry, taken, year)
    ratio = made.over(grown) if made is not None and grown is not None else None
    words = "".join(f" + {one.project} {one.arithmetic}" for one in added)
    inputs: tuple[Input | Figure, ...] = (have, used, *(row for one in added for row in one.inputs))
    if year is not None:
        inputs = (*inputs, _growth_input(case, entry))
    return Figure(
        indicator="capacity over consumption of a step",
        value=ratio.value if ratio else None,
        low=ratio.low if ratio else None,
        high=ratio.high if ratio else None,
        unit="1",
        region=UNION,
        mineral=entry.material,
        stage=step.benchmark,
        form=step.step,
        period=NOW if year is None else str(year),
        arithmetic=(f"({have.value:,.4g}{words}) / {grown.value:,.4g}" if ratio and grown else ""),
        missing="" if ratio else have.missing or used.missing or "consumption may be zero",
        inputs=inputs,
        coverage=dict(have.coverage),
    )


def _grown(case: Case, entry: Strategic, taken: Span | None, year: int | None) -> Span | None:
    """Return consumption in a year, in a line from the vintage's year to 2030."""
    if taken is None or year is None:
        return taken
    card = case.cards[entry.growth]
    now = known_year(case.bundle)
    part = min(1.0, max(0.0, (year - now) / max(1, TARGET_YEAR - now)))
    ends = [1.0 + part * (end - 1.0) for end in (card.value, card.low, card.high)]
    return taken * Span(ends[0], min(ends), max(ends))


def _growth_input(case: Case, entry: Strategic) -> Input:
    card = case.cards[entry.growth]
    return Input(
        name=card.title,
        value=card.value,
        unit=card.unit,
        source=f"card:{card.card}",
        where=f"{card.low:g} to {card.high:g}: {card.reason}",
    )


_PRINTED: Mapping[Benchmarked, str] = {
    "extraction": "import_reliance_extraction",
    "processing": "import_reliance_processing",
    "recycling": "recycling_input_rate",
}
"""Columns of the Union's study by benchmark."""


def _study(case: Case, entry: Strategic, benchmark: Benchmarked) -> Figure:
    """Return what the Union's study prints: 1 − import reliance, or the recycling input rate.

    Of several minerals the smallest is the value, the range holds all.
    """
    law, column = case.listed.share_of(benchmark), _PRINTED[benchmark]
    table = case.bundle.table("eu_parameters")
    rows = table.filter(
        pl.col("mineral").is_in(entry.study.get(benchmark, ())), pl.col(column).is_not_null()
    )
    scrap = benchmark == "recycling"
    shares = {
        str(name): float(printed) if scrap else 1.0 - float(printed)
        for name, printed in rows.select("mineral", column).iter_rows()
    }
    span = _printed_span(list(shares.values()))
    reached = span is not None and span.low >= law.share
    return Figure(
        indicator="recycling input rate" if scrap else "production over consumption",
        value=span.value if span else None,
        low=span.low if span else None,
        high=span.high if span else None,
        unit="1",
        region=UNION,
        mineral=entry.material,
        stage=benchmark,
        form="study",
        period="2016-2020",
        arithmetic="; ".join(f"{name} {share:.3g}" for name, share in shares.items()),
        method="European Commission, Study on the critical raw materials for the EU 2023: "
        + ("end-of-life recycling input rate" if scrap else "1 - import reliance"),
        missing="" if shares else "not in the study",
        note="production, not capacity: a lower bound of what the law asks; "
        "it can show that a benchmark is reached, not that it is missed",
        inputs=tuple(_study_inputs(rows, column)),
        coverage={
            "benchmark": law.share,
            "verdict": VERDICTS[0] if reached else VERDICTS[2],
            "listed_grade": entry.listed_grade,
            "data_grade": "all grades",
        },
    )


def _printed_span(shares: Sequence[float]) -> Span | None:
    """Return the smallest of some shares printed in whole per cent, with the range of all."""
    if not shares:
        return None
    half = half_unit(1, whole=True) / 100.0
    return Span(min(shares), max(0.0, min(shares) - half), min(1.0, max(shares) + half))


def _study_inputs(rows: pl.DataFrame, column: str) -> Iterable[Input]:
    for row in rows.iter_rows(named=True):
        yield Input(
            name=f"{row['mineral']}: {column.replace('_', ' ')}",
            value=row[column],
            unit="1",
            source=row["source"],
            edition=row["edition"],
            period="2016-2020",
            flag=row["flag"],
            where="eu_parameters",
        )


def _reserves(case: Case, entry: Strategic, benchmark: Benchmarked) -> Figure:
    """Return the years that published Union reserves last at the benchmark."""
    share = case.listed.share_of(benchmark).share
    rows = case.bundle.table("reserves").filter(
        pl.col("mineral").is_in(entry.reserves), pl.col("country").is_in(members(case.bundle))
    )
    last = rows.filter(pl.col("year") == pl.col("year").max())
    used = consumption(case.world, entry, UNION)
    printed = last.filter(pl.col("quantity") > 0.0)
    amount = float(printed["quantity"].sum())
    reasons = (
        (not entry.reserves or last.is_empty(), "no reserves of member states are published"),
        (
            printed.is_empty(),
            "reserves of member states are withheld, not given or zero",
        ),
        (used.value is None, f"consumption: {used.missing}"),
    )
    missing = next((reason for holds, reason in reasons if holds), "")
    yearly = share * used.value if used.value else 0.0
    return Figure(
        indicator="years that reserves last at the benchmark",
        value=None if missing else amount / yearly,
        unit="year",
        region=UNION,
        mineral=entry.material,
        stage=benchmark,
        form="reserves",
        period=str(last["year"].max() or ""),
        arithmetic="" if missing else f"{amount:,.4g} / ({share:g} × {used.value:,.4g})",
        method=f"{case.listed.act.split(',')[0]}, {case.listed.share_of(benchmark).article}: "
        "to the extent possible in light of the Union's reserves",
        missing=missing,
        note="reserves are of listed countries alone; content and ore are not told apart here",
        inputs=(
            *(
                Input(
                    name=f"reserves of {row['country']}",
                    value=row["quantity"],
                    unit=row["unit"],
                    source=row["source"],
                    edition=row["edition"],
                    period=str(row["year"]),
                    flag=row["flag"],
                    where=f"reserves, {row['mineral']}, {row['basis']}",
                )
                for row in last.iter_rows(named=True)
            ),
            used,
        ),
        coverage={"benchmark": share},
    )
