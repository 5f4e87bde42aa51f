"""GeoPolRisk of 60 minerals, 200 countries and 5 years on generated trade: seconds.

python -m benchmarks.geopolrisk                  every pair of countries trades: 12 million rows
python -m benchmarks.geopolrisk --density 0.15   about as many flows as real trade has
"""

from __future__ import annotations

import argparse
import os
import time

import numpy as np
import polars as pl

from orepact.indicators.criticality.geopolrisk import geopolrisk_table

MINERALS, COUNTRIES, YEARS = 60, 200, 5
SECONDS = 5.0


def main() -> int:
    """Make the trade, measure, print; return 1 if the goal is missed in every run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.geopolrisk", description=__doc__)
    parser.add_argument("--density", type=float, default=1.0)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    production, trade, governance = make_tables(given.density)
    print(f"{trade.height:,} rows of trade, {production.height:,} of production")
    best = float("inf")
    for _ in range(given.repeats):
        began = time.perf_counter()
        found = geopolrisk_table(production, trade, governance)
        took = time.perf_counter() - began
        best = min(best, took)
        print(f"{took:.2f} s for {found.height:,} figures; load {os.getloadavg()[0]:.1f}")
    print(f"goal {SECONDS:g} s: {'met' if best <= SECONDS else 'MISSED'}")
    return 0 if best <= SECONDS else 1


def make_tables(density: float = 1.0) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return generated production, trade and governance; `density` is the part of flows kept."""
    chance = np.random.default_rng(20261122)
    minerals = pl.DataFrame({"mineral": [f"mineral{at:02d}" for at in range(MINERALS)]})
    places = [f"C{at:03d}" for at in range(COUNTRIES)]
    years = pl.DataFrame({"year": list(range(2020, 2020 + YEARS))})
    trade = (
        minerals.join(years, how="cross")
        .join(pl.DataFrame({"exporter": places}), how="cross")
        .join(pl.DataFrame({"importer": places}), how="cross")
        .filter(pl.col("exporter") != pl.col("importer"))
    )
    trade = trade.filter(pl.Series(chance.random(trade.height) < density))
    tonnes = chance.lognormal(2.0, 2.0, trade.height)
    trade = trade.with_columns(
        tonnes=pl.Series(tonnes), kusd=pl.Series(tonnes * chance.lognormal(1.0, 0.3, trade.height))
    )
    production = minerals.join(years, how="cross").join(
        pl.DataFrame({"country": places[::10]}), how="cross"
    )
    production = production.with_columns(
        tonnes=pl.Series(chance.lognormal(6.0, 2.0, production.height))
    )
    governance = years.join(pl.DataFrame({"country": places[3:]}), how="cross")
    governance = governance.with_columns(weight=pl.Series(chance.random(governance.height)))
    return production, trade, governance


if __name__ == "__main__":
    raise SystemExit(main())
