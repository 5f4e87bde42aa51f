"""The latest published prices of a mineral, form by form and market by market, never averaged."""

from __future__ import annotations

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.figure import Figure, Input
from orepact.indicators.tables.shares import age_of

__all__ = ["latest_prices"]

METHOD = "latest published price of the form in the market; prices of regions are not averaged"


def latest_prices(bundle: Bundle, mineral: str) -> list[Figure]:
    """Return the last price of every form and market (USD per tonne of the form), newest first.

    Forms whose last price is two years or more older than the newest are left out. One figure that
    says what is missing for a mineral without a price by weight.
    """
    rows = bundle.table("prices").filter(
        (pl.col("mineral") == mineral) & pl.col("usd_per_t").is_not_null()
    )
    blank = Figure(
        indicator="price", value=None, unit="USD/t", mineral=mineral, method=METHOD,
        missing="no price by weight is published in the dataset",
    )  # fmt: skip
    if rows.is_empty():
        return [blank]
    newest = int(str(rows["date"].max())[:4])
    last = (
        rows.filter(pl.col("date").str.slice(0, 4).cast(pl.Int64) > newest - 2)
        .sort("date", "form", "market", descending=[True, False, False])
        .unique(["form", "market"], keep="first", maintain_order=True)
    )
    return [
        Figure(
            indicator="price",
            value=row["usd_per_t"],
            unit="USD/t",
            region=row["market"],
            mineral=mineral,
            form=row["form"],
            period=row["date"],
            arithmetic=f"{row['price']:g} {row['unit']}" if row["price"] is not None else "",
            method=METHOD,
            inputs=(
                Input(
                    name=row["form"],
                    value=row["price"],
                    unit=row["unit"],
                    source=row["source"],
                    edition=row["edition"],
                    period=row["date"],
                    flag=row["flag"],
                    where=f"prices, {row['market']}, {row['frequency']}",
                ),
            ),
            coverage={"age": age_of(bundle, row["date"]), "frequency": row["frequency"]},
        )
        for row in last.iter_rows(named=True)
    ]
