"""What public tables say about a mineral, stage by stage, before anything is balanced.

A stage is a row of production statistics (mine, smelter, refined) with the customs codes of the
same stage. Where only the mine is counted and only later forms are traded, trade is read as trade
of the mine's content: one stage. Where both are traded but only the mine is counted, what is
refined follows by difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from orepact.errors import InputError, Problem, nearest
from orepact.network.accounts.stage_trade import Code, StageTrade, codes_of, stage_trade
from orepact.network.accounts.transit import Netted, net_transit

__all__ = [
    "NOT_A_COUNTRY",
    "OTHER",
    "PREFERRED",
    "RawAccount",
    "RawStage",
    "Tables",
    "Window",
    "raw_account",
]

Tables = Callable[[str], pl.DataFrame]
"""A bundle's tables by name."""

NOT_A_COUNTRY = ("WLD", "NSP")
OTHER = "OTH"
PREFERRED = "1"
STAGES = ("mine", "smelter", "refined")
UNLISTED = 2.0
"""A country without production that exports this many times its imports is an unlisted maker."""


@dataclass(frozen=True, slots=True)
class Window:
    """Whole months, first and last, over which annual figures are averaged."""

    first: str
    last: str

    def years(self) -> dict[int, float]:
        """Return the share of the window's months that lies in each year."""
        begin, end = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (self.first, self.last))
        months = [month // 12 for month in range(begin, end + 1)]
        return {year: months.count(year) / len(months) for year in sorted(set(months))}


@dataclass(frozen=True, slots=True)
class RawStage:
    """One stage: production by country, trade from origin to destination, what was screened.

    `production` has country, tonnes (t/year), source, edition; `flows` has exporter, importer,
    tonnes (t/year), `screened`, the share of a flow that was estimated from its value, and
    `bounded`, the share whose content factor no source prints. `basis` says what a tonne is a tonne
    of; `counted` is false where production follows by difference. `unplaced` (t/year) is production
    of countries that the source does not name.
    """

    stage: str
    basis: str
    production: pl.DataFrame
    trade: StageTrade
    netted: Netted
    flows: pl.DataFrame
    unplaced: float
    counted: bool = True


@dataclass(frozen=True, slots=True)
class RawAccount:
    """A mineral's stages from ore to product, averaged over a window (t/year).

    `left_out` names the codes that were not used, each with the reason.
    """

    mineral: str
    window: Window
    stages: tuple[RawStage, ...]
    left_out: tuple[tuple[str, str], ...]


def raw_account(
    table: Tables,
    mineral: str,
    window: Window,
    *,
    shares: Mapping[str, float] | None = None,
    open_baskets: bool = False,
) -> RawAccount:
    """Return the raw account of a mineral.

    `shares` gives the mineral's share of a basket code by code: a basket without a share is left
    out, unless `open_baskets` asks for the largest share that production allows. Raises
    `InputError` when a table lacks the mineral, names the table and says what it has.
    """
    made = _production(table, mineral, window)
    stages = sorted(set(made["stage"]), key=STAGES.index)
    codes, left_out = codes_of(table, mineral, window.years())
    groups = _by_stage(stages, codes)
    found: list[RawStage] = []
    for stage, some in groups.items():
        own = made.filter(pl.col("stage") == stage)
        traded = stage_trade(
            table, some, window.years(), own, shares=shares or {}, open_baskets=open_baskets
        )
        left_out += traded.left_out
        found.append(_stage(stage, own, traded))
    used = {code.code for some in groups.values() for code in some}
    left_out += [
        (code.code, f"{code.form}: output of this stage is not counted in the window")
        for code in codes
        if code.code not in used
    ]
    return RawAccount(mineral, window, tuple(found), tuple(left_out))


def _production(table: Tables, mineral: str, window: Window) -> pl.DataFrame:
    """Return stage, country, tonnes (t/year), source, edition, basis of the window's years."""
    every = table("production")
    own = every.filter(pl.col("mineral") == mineral)
    if own.is_empty():
        names = sorted(set(every["mineral"]))
        raise InputError(
            [
                Problem(
                    "no production of this mineral",
                    field="MINERAL",
                    found=repr(mineral),
                    expected=f"one of the {len(names)} minerals of the table production",
                    nearest=nearest(mineral, names),
                )
            ]
        )
    weights = window.years()
    used = own.filter(
        (pl.col("preferred") == PREFERRED)
        & pl.col("quantity").is_not_null()
        & pl.col("year").is_in(list(weights))
        & ~pl.col("country").is_in(NOT_A_COUNTRY)
    )
    problems = _unusable(own, used, mineral, window)
    if problems:
        raise InputError(problems)
    return (
        used.sort("stage", "country", "year")
        .with_columns(pl.col("year").replace_strict(weights, return_dtype=pl.Float64).alias("w"))
        .group_by("stage", "country", maintain_order=True)
        .agg(
            ((pl.col("quantity") * pl.col("w")).sum() / pl.col("w").sum()).alias("tonnes"),
            pl.col("source").last(),
            pl.col("edition").last(),
            pl.col("basis").last(),
        )
        .filter(pl.col("tonnes") > 0.0)
    )


def _unusable(own: pl.DataFrame, used: pl.DataFrame, mineral: str, window: Window) -> list[Problem]:
    units = sorted(set(own["unit"]) - {"t"})
    if units:
        return [
            Problem(
                "production of this mineral is not counted in tonnes",
                field="table production",
                found=f"{mineral} in {', '.join(units)}",
                expected="t",
            )
        ]
    if used["quantity"].sum() > 0:
        return []
    years = own.filter(pl.col("quantity").is_not_null())["year"]
    if not years.len():
        words = f"table production: no quantity of {mineral} was printed"
        return [Problem(words, field="MINERAL", found=mineral, expected="another mineral")]
    return [
        Problem(
            f"no production of {mineral} in the window",
            field="table production",
            found=f"{window.first} to {window.last}",
            expected=f"months in {years.min()} to {years.max()}",
        )
    ]


def _by_stage(stages: Sequence[str], codes: Sequence[Code]) -> dict[str, list[Code]]:
    """Return the codes of each stage in order; one stage where only one can be told."""
    ores = [code for code in codes if code.ore and not code.basket]
    later = [code for code in codes if not code.ore]
    if len(stages) > 1:
        return {
            stage: [code for code in codes if code.ore == (stage == "mine")]
            if stage in {"mine", stages[-1]}
            else []
            for stage in stages
            if stage in {"mine", stages[-1]}
        }
    if stages[0] == "mine" and ores and any(not code.basket for code in later):
        return {"mine": [code for code in codes if code.ore], "refined": later}
    if stages[0] == "mine":
        return {"mine": list(codes)}
    return {stages[0]: later}


def _stage(stage: str, own: pl.DataFrame, traded: StageTrade) -> RawStage:
    other = float(own.filter(pl.col("country") == OTHER)["tonnes"].sum())
    named = own.filter(pl.col("country") != OTHER)
    counted = not own.is_empty()
    if counted:
        named, other = _place_others(named, other, traded.flows, own)
    makers = set(named["country"]) if counted else set(traded.flows["exporter"])
    netted = net_transit(traded.flows, makers)
    known = traded.flows
    total = float(known["tonnes"].sum())
    mean = float((known["tonnes"] * known["bounded"]).sum()) / total if total else 0.0
    flows = netted.flows.join(
        known.select("exporter", "importer", "screened", "bounded"),
        on=["exporter", "importer"],
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("screened").fill_null(0.0), pl.col("bounded").fill_null(mean))
    return RawStage(
        stage,
        str(own["basis"][0]) if counted else "content",
        named.select("country", "tonnes", "source", "edition"),
        traded,
        netted,
        flows,
        other,
        counted,
    )


def _place_others(
    named: pl.DataFrame, other: float, flows: pl.DataFrame, own: pl.DataFrame
) -> tuple[pl.DataFrame, float]:
    """Give the output of *other countries* to those that export without being listed.

    In proportion to their net exports and never more than these; the rest stays unplaced.
    """
    sold = flows.group_by("exporter").agg(pl.col("tonnes").sum().alias("sold"))
    bought = flows.group_by(pl.col("importer").alias("exporter")).agg(
        pl.col("tonnes").sum().alias("bought")
    )
    unlisted = (
        sold.join(bought, on="exporter", how="left")
        .with_columns(pl.col("bought").fill_null(0.0))
        .filter(
            ~pl.col("exporter").is_in(named["country"].to_list())
            & (pl.col("sold") > UNLISTED * pl.col("bought"))
        )
        .sort("exporter")
    )
    total = float((unlisted["sold"] - unlisted["bought"]).sum())
    if not (other and total):
        return named, other
    share = min(1.0, other / total)
    row = own.filter(pl.col("country") == OTHER)
    placed = unlisted.select(
        pl.lit(named["stage"][0] if named.height else row["stage"][0]).alias("stage"),
        pl.col("exporter").alias("country"),
        ((pl.col("sold") - pl.col("bought")) * share).alias("tonnes"),
        *(pl.lit(row[name][0]).alias(name) for name in ("source", "edition", "basis")),
    )
    return pl.concat([named, placed]), other - share * total
