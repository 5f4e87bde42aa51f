"""Figures of two small runs, which every Python and every machine must find again.

``same_figures.csv`` holds them. When the model or the dataset changes on purpose, write it anew:

    uv run python -m tests.studies.same_figures

and look at the difference: it is what the change does to results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from orepact.network import World, read_world
from orepact.policy import load_register
from orepact.policy.controls import PartialDate
from orepact.policy.scenario.text import DemandChange, Outage, Ranged, Scenario
from orepact.studies.run import run_study
from orepact.studies.stress.design import Design
from orepact.studies.stress.stress import stress
from orepact.studies.study import find_study

STORED = Path(__file__).with_suffix(".csv")

KEYS = ("run", "branch", "licence", "region", "material", "figure", "bound")

DESIGN = Design(sets=2, draws=2, windows=False)


def surge() -> Scenario:
    """Less gallium and more use of it, for two months, each by how much is not known."""
    months = {"month": PartialDate("2026-12"), "until": PartialDate("2027-01")}
    return Scenario(
        scenario="surge", title="A surge", text="", version=1, chains=("gallium",),
        first_month="2026-12", months=2, reason="a test",
        outages=(Outage(id="less", reason="a test", process="gallium-recovery", region="CHN",
                        activity=Ranged(0.6, 0.4, 0.8), **months),),
        demand=(DemandChange(id="more", reason="a test", use="magnets", region="ALL",
                             factor=Ranged(1.2, 1.0, 1.5), **months),),
    )


def figures(world: World) -> pl.DataFrame:
    """Return every band of a stress run and of the control clocks of a chain, a row per bound."""
    found = stress(surge(), world=world, design=DESIGN).content
    study = replace(find_study("control-clocks"), chains=("gallium",), parameter_sets=2, months=6,
                    branches=("extended", "revived"))
    clocks = run_study(study, world, load_register()).content
    rows = [*_rows("stress", found["results"]), *_rows("effects", found["effects"]),
            *_rows("control-clocks", clocks["results"])]
    return pl.DataFrame(rows, schema={**dict.fromkeys(KEYS, pl.String), "value": pl.Float64},
                        orient="row").sort(KEYS)


def _rows(run: str, entries: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str | float, ...]]:
    for entry in entries:
        place = (run, str(entry.get("branch", entry.get("rung"))), entry.get("licence", "all"),
                 entry["region"], entry["material"])
        for figure, band in entry.items():
            if isinstance(band, dict) and "middle" in band:
                for bound in ("low", "middle", "high", "tail"):
                    if bound in band:
                        yield *place, figure, bound, float(band[bound])


if __name__ == "__main__":
    figures(read_world()).write_csv(STORED)
