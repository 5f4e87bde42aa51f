"""What the wind tunnel found: support by support and answer by answer, each against no instrument.

Every figure of a support is compared member by member with the same member under the same answer
without an instrument. `middle` is the mean of the members, `low` and `high` are the least and the
most: a handful of parameter sets has no percentiles. Public cost is a distribution over members
and price paths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from orepact.model.curve import Array
from orepact.studies.support.kept import band, over, plants_entry
from orepact.studies.support.lineup import NONE, Lineup
from orepact.studies.support.measured import MARKET, PLANT, PRODUCT
from orepact.studies.support.member import COST
from orepact.studies.support.price_paths import PROCESSES

__all__ = ["RESOLUTION", "cost_table", "end_entries", "entries_of", "quiet_entries"]

RESOLUTION = 0.005
"""Changes of tonnes below this share of the zone's use are below what the model resolves."""

TAIL = 95.0
YEAR = 12.0

Entry = dict[str, Any]
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class _Member:
    """The rows of one member under one support and answer, by what they are about."""

    market: pl.DataFrame
    products: pl.DataFrame
    plants: pl.DataFrame
    costs: pl.DataFrame

    def rate(self, name: str) -> float:
        """Return the mean of a monthly flow as a rate per year."""
        return YEAR * float(self.market[name].mean() or 0.0)  # type: ignore[arg-type]

    def level(self, name: str) -> float:
        """Return the mean of a monthly price."""
        return float(self.market[name].mean() or 0.0)  # type: ignore[arg-type]

    def last(self, name: str) -> float:
        return float(self.market[name][-1])


def entries_of(table: pl.DataFrame, lineup: Lineup) -> list[Entry]:
    """Return an entry per support and answer; all money in USD a year, tonnes a year, USD/t."""
    members = _members(table)
    found: list[Entry] = []
    for answer in lineup.answers:
        ranks = [rank for name, support, rank in members if (name, support) == (answer, NONE)]
        for support in lineup.supports:
            pairs = [(members[answer, support, rank], members[answer, NONE, rank])
                     for rank in ranks]
            found.append({
                "support": support, "answer": answer,
                "public": _public([one for one, _ in pairs]),
                "buyers": _buyers(pairs),
                "plants": plants_entry([one.plants for one, _ in pairs], lineup.reached),
                "prices": _prices(pairs),
                "trade": _trade(pairs),
                "bought": _bought([one for one, _ in pairs]),
                "fixed_point": _fixed_point([one for one, _ in pairs]),
            })
    return found


def quiet_entries(table: pl.DataFrame, lineup: Lineup) -> list[Entry]:
    """Return an entry per answer about the market without an instrument: levels, no changes."""
    members = _members(table)
    found: list[Entry] = []
    for answer in lineup.answers:
        mine = [one for (name, support, _), one in members.items()
                if (name, support) == (answer, NONE)]
        found.append({
            "answer": answer,
            "plants": plants_entry([one.plants for one in mine], lineup.reached),
            "zone_price": band([one.level("zone_price") for one in mine], "multiple of base"),
            "outside_price": band([one.level("outside_price") for one in mine],
                                   "multiple of base"),
            "use": band([one.rate("use") for one in mine], "t/year"),
            "output": band([one.rate("output") for one in mine], "t/year"),
            **{name: band([one.rate(name) for one in mine], "t/year")
               for name in ("direct", "hidden", "third", "abroad", "downstream")},
            "hidden_share": band([over(one.rate("hidden"), _imports(one)) for one in mine],
                                  "fraction of imports"),
            "products": _product_levels(mine),
        })
    return found


def end_entries(
    table: pl.DataFrame, lineup: Lineup, ends: Mapping[str, tuple[str, float]]
) -> list[Entry]:
    """Return what the ends of single cards decide, all else at its middle: one number each.

    `ends` has card and number by the name of the end, ``card/low``. `public` is settled.
    """
    found: list[Entry] = []
    for end, (card, number) in ends.items():
        for (answer, support, _), one in _members(table, end).items():
            plants = plants_entry([one.plants], lineup.reached)
            found.append({
                "card": card, "end": end.rpartition("/")[2], "value": number, "answer": answer,
                "support": support,
                "open_at_end": plants["open_at_end"]["middle"],
                "open_months": plants["open_months"]["middle"],
                "output": plants["output"]["middle"],
                "public": one.rate("paid") - one.rate("duty"),
            })
    return found


def cost_table(table: pl.DataFrame) -> pl.DataFrame:
    """Return the public cost by year: mean, 5th and 95th percentile (USD), by process."""
    return (
        table.filter((pl.col("subject") == COST) & (pl.col("end") == ""))
        .rename({"name": "process", "standing": "year"})
        .group_by("support", "answer", "process", "year", maintain_order=True)
        .agg(
            pl.col("paid").mean().alias("mean"),
            pl.col("paid").quantile(0.05, "linear").alias("low"),
            pl.col("paid").quantile(0.95, "linear").alias("high"),
        )
    )


def _members(table: pl.DataFrame, end: str = "") -> dict[Key, _Member]:
    found: dict[Key, _Member] = {}
    whole = table.filter(pl.col("end") == end)
    for (answer, support, rank), rows in whole.partition_by(
        "answer", "support", "rank", as_dict=True, maintain_order=True
    ).items():
        parts = [rows.filter(pl.col("subject") == subject)
                 for subject in (MARKET, PRODUCT, PLANT, COST)]
        found[str(answer), str(support), int(rank)] = _Member(*parts)
    return found


def _public(members: Sequence[_Member]) -> Entry:
    """Return what the public pays, net of duty, as a distribution, and what it is made of."""
    by_process: Entry = {}
    pooled: list[Array] = []
    for process in PROCESSES:
        paths = [_yearly(one, process) for one in members]
        means = np.concatenate([each.mean(axis=1) for each in paths])
        whole = np.concatenate(paths)
        pooled.append(whole)
        by_process[process] = {
            **_distribution(means),
            "years": [_distribution(whole[:, year]) for year in range(whole.shape[1])],
        }
    both = np.concatenate(pooled)
    return {
        "unit": "USD/year",
        **_distribution(both.mean(axis=1)),
        "years": [_distribution(both[:, year]) for year in range(both.shape[1])],
        "by_process": by_process,
        "settled": band([one.rate("paid") - one.rate("duty") for one in members], "USD/year"),
        "paid": band([one.rate("paid") for one in members], "USD/year"),
        "duty": band([one.rate("duty") for one in members], "USD/year"),
        "premium": band([one.rate("premium") for one in members], "USD/year"),
        "tonnes": band([one.rate("volume") for one in members], "t/year"),
    }


def _yearly(member: _Member, process: str) -> Array:
    """Return the public cost of each path and year, USD a year; a short last year as a rate."""
    rows = member.costs.filter(pl.col("name") == process)
    years = int(rows["standing"].max())  # type: ignore[arg-type]
    cost = rows["paid"].to_numpy().reshape(-1, years)
    months = np.minimum(YEAR, len(member.market) - YEAR * np.arange(years))
    return cost * (YEAR / months)


def _distribution(values: Array) -> Entry:
    low, high = np.percentile(values, [100.0 - TAIL, TAIL])
    return {"mean": float(values.mean()), "p5": float(low), "p95": float(high)}


def _buyers(pairs: Sequence[tuple[_Member, _Member]]) -> Entry:
    """Return what buyers of the zone pay more for what they use, product by product."""
    keys = pairs[0][0].products.select("name", "region").unique(maintain_order=True).rows()
    extra: dict[tuple[str, str], list[float]] = {}
    products: dict[str, list[Mapping[str, float]]] = {}
    for told, quiet in pairs:
        sums: dict[str, dict[str, float]] = {}
        for name, region in keys:
            mine, other = (_rows(each, name, region) for each in (told, quiet))
            more = YEAR * float(np.mean(mine[0] * (mine[1] - other[1])))
            extra.setdefault((name, region), []).append(more)
            total = sums.setdefault(name, dict.fromkeys(("extra", "use", "quiet", "spent"), 0.0))
            total["extra"] += more
            total["use"] += YEAR * float(mine[0].mean())
            total["quiet"] += YEAR * float(other[0].mean())
            total["spent"] += YEAR * float(np.mean(mine[0] * other[1]))
        for name, total in sums.items():
            products.setdefault(name, []).append(total)
    return {
        "total": band([float(sum(each["extra"] for each in one)) for one in zip(
            *products.values(), strict=True)], "USD/year"),
        "products": [
            {
                "material": name,
                "extra": band([one["extra"] for one in all_], "USD/year"),
                "per_tonne": band([over(one["extra"], one["use"]) for one in all_], "USD/t"),
                "price_change": band([over(one["extra"], one["spent"]) for one in all_],
                                      "fraction"),
                "use_change": band([over(one["use"], one["quiet"]) - 1.0 for one in all_],
                                    "fraction of use"),
                "by_region": {region: band(extra[name, region], "USD/year")
                              for other, region in keys if other == name},
            }
            for name, all_ in products.items()
        ],
    }


def _product_levels(members: Sequence[_Member]) -> list[Entry]:
    names = members[0].products["name"].unique(maintain_order=True)
    found: list[Entry] = []
    for name in names:
        use, price = list[float](), list[float]()
        for one in members:
            rows = one.products.filter(pl.col("name") == name)
            tonnes, paid = rows["use"].to_numpy(), rows["price"].to_numpy()
            use.append(YEAR * float(tonnes.sum()) / len(one.market))
            price.append(over(float((tonnes * paid).sum()), float(tonnes.sum())))
        found.append({"material": name, "use": band(use, "t/year"),
                      "price": band(price, "USD/t")})
    return found


def _rows(member: _Member, name: str, region: str) -> tuple[Array, Array]:
    rows = member.products.filter((pl.col("name") == name) & (pl.col("region") == region))
    return rows["use"].to_numpy(), rows["price"].to_numpy()


def _prices(pairs: Sequence[tuple[_Member, _Member]]) -> Entry:
    def change(name: str) -> Entry:
        return band([over(told.level(name), quiet.level(name)) - 1.0 for told, quiet in pairs],
                     "fraction")

    return {
        "zone": band([told.level("zone_price") for told, _ in pairs], "multiple of base"),
        "outside": band([told.level("outside_price") for told, _ in pairs], "multiple of base"),
        "zone_change": change("zone_price"),
        "outside_change": change("outside_price"),
    }


def _trade(pairs: Sequence[tuple[_Member, _Member]]) -> Entry:
    """Return what comes round, what goes elsewhere, and what part of what was kept out returns."""
    def change(name: str) -> list[float]:
        return [told.rate(name) - quiet.rate(name) for told, quiet in pairs]

    use = [quiet.rate("use") for _, quiet in pairs]
    kept = [-each for each in change("direct")]
    back = [sum(each) for each in zip(change("hidden"), change("third"), strict=True)]
    small = [RESOLUTION * each for each in use]
    leaks = [min(1.0, max(0.0, came / out)) for came, out, least in
             zip(back, kept, small, strict=True) if out > least]
    return {
        "hidden": band([told.rate("hidden") for told, _ in pairs], "t/year"),
        "hidden_share": band([over(told.rate("hidden"), _imports(told)) for told, _ in pairs],
                              "fraction of imports"),
        "hidden_change": band(change("hidden"), "t/year"),
        "kept_out": band(kept, "t/year"),
        "third_change": band(change("third"), "t/year"),
        "abroad_change": band(change("abroad"), "t/year"),
        "downstream_change": band(change("downstream"), "t/year"),
        "leakage": band(leaks, "fraction of what was kept out") if leaks else None,
        "leakage_members": len(leaks),
        "output_change": band(change("output"), "t/year"),
        "use": band(use, "t/year"),
    }


def _imports(member: _Member) -> float:
    return member.rate("direct") + member.rate("hidden") + member.rate("third")


def _bought(members: Sequence[_Member]) -> Entry:
    """Return what the buyer of last resort took, and what it holds in the end."""
    return {
        "taken": band([one.rate("taken") for one in members], "t/year"),
        "sold": band([one.rate("sold") for one in members], "t/year"),
        "stock": band([one.last("stock") for one in members], "t"),
        "worth": band([one.last("worth") for one in members], "USD"),
    }


def _fixed_point(members: Sequence[_Member]) -> Entry:
    worst = pl.concat([one.market for one in members])
    return {
        "gap": float(worst["gap"].max()),  # type: ignore[arg-type]
        "unit": "multiple of the base price",
        "rounds": float(worst["rounds"].mean()),  # type: ignore[arg-type]
        "landed_gap": float(worst["landed_gap"].max() or 0.0),  # type: ignore[arg-type]
        "residual": float(worst["residual"].max()),  # type: ignore[arg-type]
    }
