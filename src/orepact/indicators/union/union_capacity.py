"""Capacity and consumption of a region from the balanced account of a chain.

Capacity is output over utilisation, as the Union's law counts the largest yearly output (Regulation
(EU) 2024/1252, Art. 2); consumption is what undertakings use in the raw form, not what finished
products hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from orepact.indicators.figure import Figure, Input
from orepact.indicators.span import Span, exact, measured, total
from orepact.indicators.union.strategic import Step, Strategic, Use

if TYPE_CHECKING:
    from orepact.network.chains.text import ProcessText, RestartText
    from orepact.network.world import World

__all__ = ["MONTHS", "account_span", "capacity", "consumption", "coverage_of", "span_of"]

MONTHS = 12.0
_METHOD = "balanced account of the chain; output over utilisation, Regulation (EU) 2024/1252 Art. 2"


def span_of(figure: Figure) -> Span | None:
    """Return value and range of a figure, nothing where it has no value."""
    if figure.value is None:
        return None
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    return Span(figure.value, low, high)


def capacity(world: World, entry: Strategic, step: Step, region: str) -> Figure:
    """Return a region's capacity at a step, t/year of the consumed form.

    Output of each process over its utilisation, times what the outputs that count weigh per tonne
    of the first, times what a tonne makes of the consumed form. The range holds one standard error
    of the account's rows and the range of utilisation. A process without a row in the account has
    no output there. Missing where the entry has no chain.
    """
    base = Figure(
        indicator="capacity",
        value=None,
        unit="t/year",
        region=region,
        mineral=entry.material,
        stage=step.benchmark,
        form=step.step,
        method=_METHOD,
    )
    if not entry.chain or entry.chain not in world.chains:
        return replace(base, missing="no account of the chain")
    processes = _processes(world, entry.chain)
    spans: list[Span] = []
    inputs: list[Input] = []
    words: list[str] = []
    for name in step.processes:
        process = processes[name]
        made, rows = _output(world, entry.chain, region, name)
        inputs += rows
        if made.value:
            used = process.utilisation
            inputs.append(_utilisation(process))
            counted = _counted(process, step.counts) * step.per_tonne
            spans.append(_over(made, used.value, used.low, used.high).times(counted))
            words.append(f"{made.value:,.4g} / {used.value:g} × {counted:.4g}")
    for idle in world.chains[entry.chain].text.restartable:
        if idle.region == region and idle.process in step.processes:
            counted = _counted(processes[idle.process], step.counts) * step.per_tonne
            spans.append(exact(idle.tonnes_per_year * counted))
            words.append(f"{idle.tonnes_per_year:,.4g} idle × {counted:.4g}")
            inputs.append(_idle(idle))
    found = total(spans)
    return replace(
        base,
        value=found.value,
        low=found.low,
        high=found.high,
        arithmetic=f"{' + '.join(words) or 'no output in the account'} = {found.value:,.4g} t/year",
        note=step.reason,
        inputs=tuple(inputs),
        coverage=coverage_of(world, entry, step.processes),
    )


def consumption(
    world: World, entry: Strategic, region: str, use: Use | None = None, form: str = ""
) -> Figure:
    """Return what a region uses of a strategic material in the raw form, t/year.

    `use` replaces the uses that the entry names. Uses that are not counted (inventories) are left
    out. The range is one standard error of the account's rows. Missing without a chain.
    """
    wanted = use or entry.consumption
    base = Figure(
        indicator="consumption",
        value=None,
        unit="t/year",
        region=region,
        mineral=entry.material,
        stage="consumption",
        form=form,
        method="balanced account of the chain: uses, and inputs to what leaves the raw form",
    )
    if not entry.chain or entry.chain not in world.chains or wanted is None:
        return replace(base, missing="no account of the chain")
    used, inputs = _used(world, entry.chain, region, wanted.uses)
    spans = [used]
    processes = _processes(world, entry.chain)
    for name, materials in wanted.into.items():
        made, rows = _output(world, entry.chain, region, name)
        inputs += rows
        ratio = sum(processes[name].inputs[material] for material in materials)
        spans.append(made.times(ratio))
    found = total(spans)
    if not found.value:
        return replace(base, missing="the account has no use")
    words = " + ".join(f"{span.value:,.4g}" for span in spans)
    return replace(
        base,
        value=found.value,
        low=found.low,
        high=found.high,
        arithmetic=f"{words} = {found.value:,.4g} t/year",
        inputs=tuple(inputs),
        coverage=coverage_of(world, entry, ()),
    )


def coverage_of(world: World, entry: Strategic, processes: tuple[str, ...]) -> dict[str, object]:
    """Return what limits figures of an account: its grade, its cited part, the data's grade."""
    account = world.accounts[entry.chain]
    made = {
        material
        for process in _processes(world, entry.chain).values()
        if process.process in processes
        for material in process.outputs
    }
    grades = {account.grades[name] for name in made if name in account.grades}
    return {
        "grade": max(grades) if grades else account.grade,
        "moved_share": account.moved_share,
        "cited_share": account.coverage,
        "listed_grade": entry.listed_grade,
        "data_grade": entry.data_grade,
    }


def account_span(rows: pl.DataFrame) -> Span:
    """Return the sum of balanced rows of an account as t/year, plus and minus one error."""
    return measured(
        (MONTHS * balanced, sigma)
        for balanced, sigma in rows.select("balanced", "sigma").iter_rows()
    )


def _processes(world: World, chain: str) -> Mapping[str, ProcessText]:
    return {process.process: process for process in world.chains[chain].text.processes}


def _counted(process: ProcessText, counts: tuple[str, ...]) -> float:
    """Return the tonnes of outputs that count per tonne of the first output."""
    if not counts:
        return 1.0
    return sum(ratio for material, ratio in process.outputs.items() if material in counts)


def _output(world: World, chain: str, region: str, process: str) -> tuple[Span, list[Input]]:
    rows = world.accounts[chain].entries.filter(
        pl.col("kind") == "production", pl.col("region") == region, pl.col("process") == process
    )
    return account_span(rows), list(_inputs(rows, f"output of {process}"))


def _used(
    world: World, chain: str, region: str, materials: tuple[str, ...]
) -> tuple[Span, list[Input]]:
    counted = [use.use for use in world.chains[chain].text.uses if use.counted]
    rows = world.accounts[chain].entries.filter(
        pl.col("kind") == "use",
        pl.col("region") == region,
        pl.col("material").is_in(materials),
        pl.col("use").is_in(counted),
    )
    return account_span(rows), list(_inputs(rows, "use"))


def _inputs(rows: pl.DataFrame, name: str) -> Iterator[Input]:
    for row in rows.iter_rows(named=True):
        what = name if row["kind"] == "production" else f"{name} of {row['material']}: {row['use']}"
        yield Input(
            name=what,
            value=MONTHS * row["balanced"],
            unit="t/year",
            source=row["source"] or f"card:{row['card']}",
            edition=row["edition"] or "",
            period=row["period"] or "",
            where=f"account, {row['region']}, balanced",
        )


def _utilisation(process: ProcessText) -> Input:
    used = process.utilisation
    return Input(
        name=f"utilisation of {process.process}",
        value=used.value,
        unit="1",
        source=used.source or f"card:{used.card}",
        where="chain, processes",
    )


def _idle(idle: RestartText) -> Input:
    return Input(
        name=f"idle capacity of {idle.process} that can be restarted",
        value=idle.tonnes_per_year,
        unit="t/year",
        source=idle.source or f"card:{idle.card}",
        where="chain, restartable",
    )


def _over(made: Span, value: float, low: float | None, high: float | None) -> Span:
    """Return output over utilisation; a higher utilisation means less capacity."""
    least, most = low or value, high or value
    return Span(made.value / value, made.low / max(most, value), made.high / min(least, value))
