"""What tables say of the months after a drafted chain's window: output, shipments, hosts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import polars as pl

from orepact.network.accounts.nodes import Nodes
from orepact.network.accounts.raw import NOT_A_COUNTRY, OTHER, PREFERRED, RawAccount, Tables
from orepact.network.chains.text import Card, ChainText

__all__ = ["Host", "host_of", "observed_rows", "supply_rows"]

_OBSERVED = {
    "material": pl.String,
    "month": pl.String,
    "tonnes": pl.Float64,
    "relative_to_base": pl.Float64,
    "destination": pl.String,
    "source": pl.String,
    "verification": pl.String,
    "note": pl.String,
}
_SUPPLY = {
    "process": pl.String,
    "region": pl.String,
    "month": pl.String,
    "factor": pl.Float64,
    "source": pl.String,
    "confidence": pl.String,
    "card": pl.String,
    "note": pl.String,
}
_HOST = {
    "host": pl.String,
    "region": pl.String,
    "tonnes_per_year": pl.Float64,
    "year": pl.String,
    "unit": pl.String,
    "source": pl.String,
    "edition": pl.String,
    "confidence": pl.String,
    "card": pl.String,
    "note": pl.String,
}
_WHY = ("medium", "recovery-bound", "")
"""Confidence, card and note of a row of ``host.csv``."""


@dataclass(frozen=True, slots=True)
class Host:
    """The host of a by-product: what the process says of it, the rows of ``host.csv``, the card."""

    text: dict[str, Any]
    rows: pl.DataFrame
    card: Card


def supply_rows(table: Tables, raw: RawAccount, nodes: Nodes, process: str) -> pl.DataFrame:
    """Return the rows of ``supply_path.csv``: output of later years against the window.

    Only countries counted in both enter a node's factor; one that is no longer listed is not zero.
    """
    stage, last = raw.stages[0], max(raw.window.years())
    later = _printed(table, raw.mineral).filter(
        (pl.col("stage") == stage.stage) & (pl.col("year") > last)
    )
    both = later.join(
        stage.production.select("country", pl.col("tonnes").alias("base")), on="country"
    )
    rows = (
        nodes.moved(both, "country")
        .sort("year", "country", "source")
        .group_by("country", "year", maintain_order=True)
        .agg(pl.col("quantity").sum(), pl.col("base").sum(), pl.col("source").last())
        .sort("year", "base", "country", descending=[False, True, False])
    )
    return pl.DataFrame(
        [
            (
                process,
                node,
                f"{year}-01",
                round(quantity / base, 4),
                source,
                "medium",
                "",
                f"{quantity:,.0f} t in {year} against {base:,.0f} t",
            )
            for node, year, quantity, base, source in rows.iter_rows()
        ],
        orient="row",
        schema=_SUPPLY,
    )


def observed_rows(table: Tables, raw: RawAccount, text: ChainText) -> pl.DataFrame:
    """Return the rows of ``observed.csv``: the exporter's reported months against the window's.

    Empty where no month of the window was reported, because there is nothing to compare with.
    """
    volumes = table("export_volumes").filter(
        (pl.col("mineral") == raw.mineral)
        & (pl.col("exporter") == text.exporter)
        & (pl.col("period_kind") == "month")
        & (pl.col("destination") == "WLD")
        & (pl.col("unit") == "t")
    )
    first, last = pl.lit(raw.window.first), pl.lit(raw.window.last)
    inside = volumes.filter(pl.col("period_start").is_between(first, last))
    products = inside["product"].value_counts().sort("count", "product", descending=[True, False])
    if products.is_empty():
        return pl.DataFrame(schema=_OBSERVED)
    product = products["product"][0]
    base = float(inside.filter(pl.col("product") == product)["quantity"].mean() or 0.0)  # pyright: ignore[reportArgumentType]
    own = volumes.filter(
        (pl.col("product") == product) & (pl.col("period_start") >= raw.window.first)
    )
    return pl.DataFrame(
        [
            (
                text.materials[-1].material,
                month,
                quantity,
                round(quantity / base, 4),
                "ALL",
                source,
                verification,
                f"{product}, as reported",
            )
            for month, quantity, source, verification in own.select(
                "period_start", "quantity", "source", "verification"
            )
            .sort("period_start")
            .iter_rows()
        ],
        orient="row",
        schema=_OBSERVED,
    )


def host_of(table: Tables, raw: RawAccount, nodes: Nodes) -> Host | None:
    """Return the host of a by-product where its production is known, else None."""
    row = table("hosts").filter(pl.col("mineral") == raw.mineral)
    if row.is_empty() or "by-product" not in row["class"][0]:
        return None
    printed = table("production")
    names = [re.sub(r"\s*\(.*?\)", "", part) for part in row["hosts"][0].split("|")]
    known = [name for name in names if name in set(printed["mineral"])]
    if not known:
        return None
    host = known[0]
    years = list(raw.window.years())
    made = _printed(table, host).filter(pl.col("year").is_in(years) & (pl.col("unit") == "t"))
    if made.is_empty():
        return None
    stage = "refined" if (made["stage"] == "refined").any() else "mine"
    by_node = (
        nodes.moved(made.filter(pl.col("stage") == stage), "country")
        .sort("country", "year")
        .group_by("country", maintain_order=True)
        .agg(
            (pl.col("quantity").sum() / pl.col("year").n_unique()).alias("tonnes"),
            pl.col("source").last(),
            pl.col("edition").last(),
        )
        .sort("tonnes", "country", descending=[True, False])
    )
    won = float(raw.stages[0].production["tonnes"].sum())
    recovery = float(f"{won / float(by_node['tonnes'].sum()):.3g}")
    return Host(
        {"host": host, "recovery": recovery, "card": "recovery-bound"},
        _host_rows(by_node, host, years[-1]),
        _host_card(host, recovery, row["hosts"][0], row["statement"][0]),
    )


def _host_rows(by_node: pl.DataFrame, host: str, year: int) -> pl.DataFrame:
    rows = [
        (host, node, float(f"{tonnes:.5g}"), str(year), "t", source, edition, *_WHY)
        for node, tonnes, source, edition in by_node.iter_rows()
    ]
    return pl.DataFrame(rows, orient="row", schema=_HOST)


def _host_card(host: str, recovery: float, hosts: str, statement: str) -> Card:
    return Card(
        card="recovery-bound",
        title=f"Recovered per tonne of {host}",
        value=recovery,
        low=recovery,
        high=float(f"{10 * recovery:.3g}"),
        unit=f"t per t of {host}",
        reason=f"world output over the output of {host} in the window: what is won, not what "
        f"could be; hosts: {hosts}; open: content and recovery by plant",
        evidence=statement,
        affects="the first process",
    )


def _printed(table: Tables, mineral: str) -> pl.DataFrame:
    return table("production").filter(
        (pl.col("mineral") == mineral)
        & (pl.col("preferred") == PREFERRED)
        & pl.col("quantity").is_not_null()
        & ~pl.col("country").is_in([*NOT_A_COUNTRY, OTHER])
    )
