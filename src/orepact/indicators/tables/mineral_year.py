"""A mineral's output and bilateral trade in one year: what dependence is computed from."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from orepact.data.bundle import Bundle
from orepact.errors import InputError
from orepact.network.accounts.raw import RawStage, Tables, Window, raw_account

__all__ = ["MineralYear", "mineral_year", "tables_of_year"]


@dataclass(frozen=True, slots=True)
class MineralYear:
    """A mineral's output and bilateral trade in one year, every country, stage by stage.

    `left_out` names the customs codes that are not counted, each with the reason; `missing` says
    why there is no stage at all.
    """

    bundle: Bundle = field(repr=False)
    mineral: str
    year: int
    stages: tuple[RawStage, ...] = field(repr=False)
    left_out: tuple[tuple[str, str], ...] = ()
    missing: str = ""


def tables_of_year(bundle: Bundle, year: int) -> Tables:
    """Return a bundle's tables with the trade of one year only: pass it for many minerals."""
    trade = bundle.table("trade")
    own = trade.filter(trade["year"] == year)

    def table(name: str) -> pl.DataFrame:
        return own if name == "trade" else bundle.table(name)

    return table


def mineral_year(
    bundle: Bundle, mineral: str, year: int, *, tables: Tables | None = None
) -> MineralYear:
    """Return what a year's dependence on a mineral is computed from.

    `tables` of `tables_of_year` saves reading the trade again. A mineral without production or in
    a unit other than tonnes has no stages, and `missing` says why.
    """
    window = Window(f"{year}-01", f"{year}-12")
    try:
        raw = raw_account(tables or tables_of_year(bundle, year), mineral, window)
    except InputError as error:
        why = "; ".join(str(problem) for problem in error.problems)
        return MineralYear(bundle, mineral, year, (), missing=why)
    return MineralYear(bundle, mineral, year, raw.stages, raw.left_out)
