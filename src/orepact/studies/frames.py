"""The tables beside a run: the balanced accounts it starts from and the calendar of its acts."""

from __future__ import annotations

import datetime

import polars as pl

from orepact.network.world import World
from orepact.policy import Register, clocks, load_branches, status
from orepact.studies.study import Study

__all__ = ["account_frames", "calendar_frame"]


def account_frames(study: Study, world: World) -> dict[str, pl.DataFrame]:
    flows: list[pl.DataFrame] = []
    uses: list[pl.DataFrame] = []
    made: list[tuple[str, str, str, str | None, str, float]] = []
    for name in study.chains:
        entries = world.accounts[name].entries.filter(pl.col("balanced") > 0)
        stages = {item.material: item.stage for item in world.chains[name].text.materials}
        flows.append(
            entries.filter(pl.col("kind") == "trade").select(
                pl.lit(name).alias("chain"),
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
        )
        uses.append(
            entries.filter(pl.col("kind") == "use").select(
                pl.lit(name).alias("chain"),
                "material",
                "region",
                "use",
                pl.col("balanced").alias("tonnes_per_month"),
            )
        )
        recipes = {item.process: item for item in world.chains[name].text.processes}
        for process, region, tonnes in (
            entries.filter(pl.col("kind") == "production")
            .select("process", "region", "balanced")
            .iter_rows()
        ):
            recipe = recipes[process]
            for output, ratio in recipe.outputs.items():
                for material in recipe.inputs or (None,):
                    made.append((name, process, region, material, output, tonnes * ratio))
    schema = {
        "chain": pl.String,
        "process": pl.String,
        "region": pl.String,
        "material_in": pl.String,
        "material_out": pl.String,
        "tonnes_per_month": pl.Float64,
    }
    return {
        "flows_base": pl.concat(flows),
        "uses_base": pl.concat(uses),
        "processes_base": pl.DataFrame(made, schema=schema, orient="row"),
    }


def calendar_frame(study: Study, world: World, register: Register) -> pl.DataFrame:
    dates = sorted(
        {
            study.first,
            study.as_of,
            *(
                day + datetime.timedelta(days=1)
                for day in clocks(register, study.as_of)["date"]
                if study.first <= day <= study.first + datetime.timedelta(days=31 * study.months)
            ),
        }
    )
    end = datetime.date.fromisoformat(f"{study.last_month}-28")
    known = load_branches()
    rows: dict[tuple[str, str, str, str, datetime.date], tuple[datetime.date, str]] = {}
    for branch in study.branches:
        definite = register.under(known[branch])
        for chain in study.chains:
            exporter = world.chains[chain].text.exporter
            for material in [item.material for item in world.chains[chain].text.materials]:
                for place in ("USA", "EU27", "JPN"):
                    for day in dates:
                        for one in status(definite, day, material, place, exporter=exporter):
                            if one.status in {"not_yet", "ended"} or one.kind in {
                                "removal",
                                "suspension",
                            }:
                                continue
                            since = max(one.since or study.first, study.first)
                            rows[branch, one.act, chain, one.status, since] = (
                                min(one.until or end, end),
                                one.reading,
                            )
    table = [(*key, until, reading) for key, (until, reading) in sorted(rows.items())]
    return pl.DataFrame(
        table,
        orient="row",
        schema={
            "branch": pl.String,
            "act": pl.String,
            "chain": pl.String,
            "status": pl.String,
            "since": pl.Date,
            "until": pl.Date,
            "reading": pl.String,
        },
    )
