"""An account as people read it: each place before and after balancing, and what was moved most."""

from __future__ import annotations

import polars as pl

from orepact.network.accounts.balance import Accounts, on_source
from orepact.network.chains.chain import Chain

__all__ = ["ITEMS", "covered", "moved_rows", "places"]

ITEMS = ("made", "imports", "exports", "processed", "use")
"""What an account counts at a place: made + imports = exports + processed + use."""

_SCHEMA = {
    "material": pl.String,
    "region": pl.String,
    "item": pl.String,
    "before": pl.Float64,
    "after": pl.Float64,
}


def places(chain: Chain, accounts: Accounts) -> pl.DataFrame:
    """Return material, region, item, before and after (t/year), largest places first."""
    recipes = {process.process: process for process in chain.text.processes}
    rows: list[tuple[str, str, str, float, float]] = []
    for entry in accounts.entries.iter_rows(named=True):
        before, after = 12.0 * entry["tonnes"], 12.0 * entry["balanced"]
        region, material = entry["region"], entry["material"]
        if entry["kind"] == "trade":
            rows.append((material, region, "exports", before, after))
            rows.append((material, entry["partner"], "imports", before, after))
        elif entry["kind"] == "use":
            rows.append((material, region, "use", before, after))
        else:
            recipe = recipes[entry["process"]]
            rows += [
                (name, region, "made", ratio * before, ratio * after)
                for name, ratio in recipe.outputs.items()
            ]
            rows += [
                (name, region, "processed", ratio * before, ratio * after)
                for name, ratio in recipe.inputs.items()
            ]
    size = pl.col("after").sum().over("material", "region").alias("size")
    return (
        pl.DataFrame(rows, orient="row", schema=_SCHEMA)
        .group_by("material", "region", "item", maintain_order=True)
        .agg(pl.col("before", "after").sum())
        .with_columns(size)
        .sort("material", "size", "region", "item", descending=[False, True, False, False])
        .drop("size")
    )


def moved_rows(accounts: Accounts, material: str) -> pl.DataFrame:
    """Return a material's account rows with before, after and moved (t/year), largest move first.

    Rows that moved by less than a thousandth are left out.
    """
    return (
        accounts.entries.filter(pl.col("material") == material)
        .select(
            "kind",
            "process",
            "region",
            "partner",
            "use",
            (12.0 * pl.col("tonnes")).alias("before"),
            (12.0 * pl.col("balanced")).alias("after"),
            (12.0 * (pl.col("balanced") - pl.col("tonnes"))).alias("moved"),
        )
        .filter(pl.col("moved").abs() > 0.001 * pl.col("before"))
        .sort(pl.col("moved").abs(), "kind", "region", descending=[True, False, False])
    )


def covered(accounts: Accounts, material: str) -> float:
    """Return the share of a material's balanced tonnes that rests on a source."""
    own = accounts.entries.filter(pl.col("material") == material)
    total = float(own["balanced"].sum())
    return float(own.filter(on_source())["balanced"].sum()) / total if total else 0.0
