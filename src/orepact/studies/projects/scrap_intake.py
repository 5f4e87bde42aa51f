"""What recyclers of a zone can take in: today's plants, their own scrap, and announced projects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from orepact.indicators.recycling.circuits import Circuit, Recycling
from orepact.indicators.span import Span, total
from orepact.indicators.union.benchmark_case import read_case
from orepact.indicators.union.projects_ahead import addition, known_year
from orepact.indicators.union.strategic import Planned
from orepact.network.world import World

__all__ = ["intake", "new_scrap", "project_intake", "yearly"]

MONTHS = 12.0


def yearly(rows: pl.DataFrame) -> Span:
    """Return the sum of balanced rows of an account as t/year, plus and minus one error.

    Errors of rows are taken as independent.
    """
    value = MONTHS * float(rows["balanced"].sum())
    errors = (rows["balanced"] * rows["sigma"]).to_numpy()
    error = MONTHS * float(np.sqrt(np.sum(errors**2)))
    return Span(value, max(0.0, value - error), value + error)


def new_scrap(world: World, circuit: Circuit, regions: Sequence[str]) -> dict[str, Any] | None:
    """Return the scrap of the zone's own plants today, where the chain has it as an output."""
    if not circuit.scrap:
        return None
    spans: list[Span] = []
    for process in world.chains[circuit.chain].text.processes:
        if process.inputs and circuit.scrap in process.outputs:
            made = _activity(world, circuit.chain, process.process, regions)
            spans.append(made.times(process.outputs[circuit.scrap]))
    return _spanned(total(spans)) if spans else None


def intake(
    world: World, known: Recycling, circuit: Circuit, regions: Sequence[str]
) -> dict[str, Any]:
    """Return the scrap that the zone's recyclers can take in today: output over utilisation."""
    spans: list[Span] = []
    recovery = known.cards[circuit.recovery]
    for process in world.chains[circuit.chain].text.processes:
        if process.process not in circuit.processes:
            continue
        made = _activity(world, circuit.chain, process.process, regions)
        rate = process.utilisation
        per = process.inputs.get(circuit.scrap, 1.0 / recovery.value)
        low, high = rate.low or rate.value, rate.high or rate.value
        spans.append(Span(made.value / rate.value, made.low / high, made.high / low).times(per))
    return _spanned(total(spans))


def _activity(world: World, chain: str, process: str, regions: Sequence[str]) -> Span:
    return yearly(world.accounts[chain].entries.filter(
        pl.col("kind") == "production", pl.col("region").is_in(list(regions)),
        pl.col("process") == process))


def project_intake(
    world: World, known: Recycling, circuit: Circuit, regions: Sequence[str], years: Iterable[int]
) -> dict[str, Any]:
    """Return what projects add to the intake by year, and those without a published intake.

    Chances of being built, delays and ramps are the cards that the benchmarks of 2030 use.
    """
    cards = read_case(world).cards
    countries = {code for one in world.regions if one.name in regions
                 for code in (one.name, *one.members)}
    home = {row["project"]: row
            for row in world.bundle.table("projects").iter_rows(named=True)
            if countries & set(str(row["country"]).split("|"))}
    planned = [Planned(project=one.project, material=circuit.circuit, step="recycling",
                       tonnes_per_year=one.tonnes_per_year, reason=one.reason)
               for one in known.projects
               if one.circuit == circuit.circuit and one.project in home]
    now = known_year(world.bundle)
    taken = {one.project for one in planned}
    return {
        "planned": [{"project": one.project, "name": home[one.project]["name"],
                     "status": home[one.project]["status"],
                     "tonnes_per_year": one.tonnes_per_year, "reason": one.reason}
                    for one in planned],
        "by_year": [{"year": year, **_spanned(total(
            addition(one, home[one.project], cards, year, now).tonnes for one in planned))}
            for year in years],
        "without_tonnes": [
            {"project": name, "name": row["name"], "status": row["status"]}
            for name, row in home.items()
            if "recycling" in str(row["stage"]).split("|") and name not in taken
            and set(circuit.minerals) & set(str(row["minerals"]).split("|"))
        ],
    }


def _spanned(span: Span) -> dict[str, float]:
    return {"value": span.value, "low": span.low, "high": span.high}
