"""The tables beside a run: the balanced accounts it starts from and the calendar of its acts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import polars as pl

from orepact.network.world import World
from orepact.policy import ActStatus, Register, clocks, load_branches, status
from orepact.studies.study import Study

__all__ = ["account_frames", "calendar_frame"]

PLACES = ("USA", "EU27", "JPN")
"""Destinations whose calendar is shown."""

_PROCESSES = {
    "chain": pl.String,
    "process": pl.String,
    "region": pl.String,
    "material_in": pl.String,
    "material_out": pl.String,
    "tonnes_per_month": pl.Float64,
}
_CALENDAR = {
    "branch": pl.String,
    "act": pl.String,
    "chain": pl.String,
    "status": pl.String,
    "since": pl.Date,
    "until": pl.Date,
    "reading": pl.String,
}


def account_frames(study: Study, world: World) -> dict[str, pl.DataFrame]:
    """Return the balanced trade, use and production of the study's chains, in t/month."""
    chains = study.chains
    made = [row for name in chains for row in _production(world, name)]
    return {
        "flows_base": pl.concat([_trade(world, name) for name in chains]),
        "uses_base": pl.concat([_use(world, name) for name in chains]),
        "processes_base": pl.DataFrame(made, schema=_PROCESSES, orient="row"),
    }


def _entries(world: World, chain: str, kind: str) -> pl.DataFrame:
    return world.accounts[chain].entries.filter(pl.col("balanced") > 0, pl.col("kind") == kind)


def _trade(world: World, chain: str) -> pl.DataFrame:
    stages = {item.material: item.stage for item in world.chains[chain].text.materials}
    return _entries(world, chain, "trade").select(
        pl.lit(chain).alias("chain"),
        "material",
        pl.col("material").replace_strict(stages).alias("stage"),
        pl.col("region").alias("exporter"),
        pl.col("partner").alias("importer"),
        pl.col("balanced").alias("tonnes_per_month"),
        pl.when(pl.col("source") != "")
        .then(pl.col("source"))
        .otherwise("card:" + pl.col("card"))
        .alias("source"),
    )


def _use(world: World, chain: str) -> pl.DataFrame:
    return _entries(world, chain, "use").select(
        pl.lit(chain).alias("chain"),
        "material",
        "region",
        "use",
        pl.col("balanced").alias("tonnes_per_month"),
    )


def _production(world: World, chain: str) -> Iterator[tuple[object, ...]]:
    """Yield one row per process, region, input and output; no input gives one row without."""
    recipes = {item.process: item for item in world.chains[chain].text.processes}
    entries = _entries(world, chain, "production").select("process", "region", "balanced")
    for process, region, tonnes in entries.iter_rows():
        recipe = recipes[process]
        for output, ratio in recipe.outputs.items():
            for material in recipe.inputs or (None,):
                yield chain, process, region, material, output, tonnes * ratio


def calendar_frame(study: Study, world: World, register: Register) -> pl.DataFrame:
    """Return each act's status from its first day in the study's months, by branch and chain."""
    days = _days(study, register)
    end = datetime.date.fromisoformat(f"{study.last_month}-28")
    known = load_branches()
    rows: dict[tuple[str, str, str, str, datetime.date], tuple[datetime.date, str]] = {}
    for branch in study.branches:
        definite = register.under(known[branch])
        for chain in study.chains:
            for one in _statuses(definite, world, chain, days):
                since = max(one.since or study.first, study.first)
                rows[branch, one.act, chain, one.status, since] = (
                    min(one.until or end, end),
                    one.reading,
                )
    table = [(*key, until, reading) for key, (until, reading) in sorted(rows.items())]
    return pl.DataFrame(table, orient="row", schema=_CALENDAR)


def _days(study: Study, register: Register) -> list[datetime.date]:
    """Return the days of the study's months on which the status of an act may change."""
    last = study.first + datetime.timedelta(days=31 * study.months)
    after = [
        day + datetime.timedelta(days=1)
        for day in clocks(register, study.as_of)["date"]
        if study.first <= day <= last
    ]
    return sorted({study.first, study.as_of, *after})


def _statuses(
    register: Register, world: World, chain: str, days: list[datetime.date]
) -> Iterator[ActStatus]:
    text = world.chains[chain].text
    for item in text.materials:
        for place in PLACES:
            for day in days:
                for one in status(register, day, item.material, place, exporter=text.exporter):
                    gone = one.status in {"not_yet", "ended"}
                    if not gone and one.kind not in {"removal", "suspension"}:
                        yield one
