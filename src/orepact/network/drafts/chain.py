"""A chain drafted from the assess-level tables: text, accounts, prices and paths, ready to edit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from orepact.errors import InputError, Problem
from orepact.network.accounts.nodes import Nodes, nodes_of
from orepact.network.accounts.raw import RawAccount, RawStage, Tables, Window, raw_account
from orepact.network.accounts.rows import RATIO, AccountRows, account_rows, names_of
from orepact.network.chains.chain import Chain
from orepact.network.chains.text import (
    Assumed,
    Calibration,
    Card,
    ChainText,
    GradeCap,
    MaterialText,
    Price,
    ProcessText,
    UseText,
    Utilisation,
)
from orepact.network.components import Region
from orepact.network.drafts.cards import ELASTICITY, ORE_PRICE, UTILISATION, draft_cards
from orepact.network.drafts.paths import Host, host_of, observed_rows, supply_rows
from orepact.network.drafts.price import DraftPrice, draft_price, price_rows

__all__ = ["REWRITTEN", "Draft", "chain_of", "draft_chain"]

SMALLEST_USE = 0.03
"""Final uses below this share are summed up as other uses."""

MOSTLY = 0.5
"""A stage is assumed (grade D) when baskets hold more than this share of its trade by value."""

REWRITTEN = 0.2
"""Screening that adds or takes out more than this share of a stage's tonnes is said."""

TITLES = {"mine": "ore and concentrate", "smelter": "smelted", "refined": "refined"}
TRADE_ERROR = {"table": 0.35, "cards": 0.6}


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted chain: the content of its files, and the raw account that they come from."""

    raw: RawAccount
    nodes: Nodes
    text: ChainText
    cards: tuple[Card, ...]
    accounts: AccountRows
    prices: pl.DataFrame
    observed: pl.DataFrame
    supply_path: pl.DataFrame
    host: pl.DataFrame


def draft_chain(
    table: Tables,
    regions: Iterable[Region],
    name: str,
    mineral: str,
    window: Window,
    *,
    account_only: bool = False,
) -> Draft:
    """Return a chain drafted from a bundle's tables.

    With `account_only` baskets are left out and nothing but the account is asked of the tables.
    Raises `InputError` with every table that lacks the mineral.
    """
    raw = raw_account(table, mineral, window, open_baskets=not account_only)
    prices = [draft_price(table, mineral, window, stage) for stage in raw.stages]
    if not account_only:
        _check(raw, prices)
    nodes = nodes_of(raw, regions)
    uses = _uses(table, mineral)
    rows = account_rows(raw, nodes, name, {use: share for use, (_, _, share) in uses.items()})
    host = host_of(table, raw, nodes)
    text = _text(table, raw, rows, name, uses, _priced(raw, prices), host)
    first = names_of(name, raw.stages[0].stage)
    cited = {
        *rows.frame["card"],
        *(material.base_price.card for material in text.materials),
        *(("recovery-ratio",) if len(raw.stages) > 1 else ()),
        *(("recovery-bound",) if host else ()),
    }
    quoted = [
        price_rows(price, names_of(name, stage.stage).material, window)
        for stage, price in zip(raw.stages, prices, strict=True)
        if price is not None
    ]
    cards = draft_cards(raw, cited)
    return Draft(
        raw,
        nodes,
        replace(text, grade_cap=_cap(raw, cards)),
        (*cards, host.card) if host else cards,
        rows,
        pl.concat(quoted) if quoted else pl.DataFrame(),
        observed_rows(table, raw, text),
        supply_rows(table, raw, nodes, first.process),
        host.rows if host else pl.DataFrame(),
    )


def chain_of(draft: Draft) -> Chain:
    """Return a draft as a chain in memory, for balancing without files."""
    empty = pl.DataFrame()
    accounts = draft.accounts.frame.with_columns(
        (pl.col("tonnes_per_year") / 12.0).alias("tonnes")
    ).drop("tonnes_per_year")
    return Chain(draft.text, Path(), accounts, empty, empty, empty, empty, draft.cards)


def _check(raw: RawAccount, prices: list[DraftPrice | None]) -> None:
    problems = [
        Problem(
            f"no price of {raw.mineral} in the window, and no trade with a unit value",
            field=f"tables prices, trade ({stage.stage})",
            expected=f"a row with usd_per_t in {raw.window.first} to {raw.window.last}",
        )
        for stage, price in zip(raw.stages, prices, strict=True)
        if price is None
    ]
    if not any(stage.flows.height for stage in raw.stages):
        known = "; ".join(f"{code}: {why}" for code, why in raw.left_out)
        problems.append(
            Problem(
                f"no trade of {raw.mineral} between countries",
                field="tables concordance, trade",
                found=known or "no customs code",
                expected="a customs code with a bilateral table in the window",
            )
        )
    if problems:
        raise InputError(problems)


def _uses(table: Tables, mineral: str) -> dict[str, tuple[str, str, float]]:
    """Return title, NACE section and share of each final use, of the best covered region."""
    every = table("end_uses").filter(
        (pl.col("mineral") == mineral)
        & (pl.col("share") > 0.0)
        & pl.col("region").is_in(["E27", "WLD", "USA"])
    )
    if every.is_empty():
        return {"all-uses": ("All uses", "", 1.0)}
    region = (
        every.group_by("region")
        .agg(pl.col("share").sum().round(6).clip(upper_bound=1.0))
        .sort("share", "region", descending=[True, False])["region"][0]
    )
    rows = (
        every.filter(pl.col("region") == region)
        .group_by("application", maintain_order=True)
        .agg(pl.col("share").sum(), pl.col("nace2").first())
        .with_columns(pl.col("share") / pl.col("share").sum())
        .sort("share", "application", descending=[True, False])
    )
    found: dict[str, tuple[str, str, float]] = {}
    rest = 0.0
    for application, share, sector in rows.iter_rows():
        use = _slug(application)
        if share < SMALLEST_USE or use in {"other", "others", "other-uses"} or use in found:
            rest += share
        else:
            found[use] = (application, sector, share)
    if rest > 0.0:
        found["other-uses"] = ("Other uses", "", rest)
    return found


def _slug(title: str) -> str:
    words = re.sub(r"\(.*?\)", "", title.lower())
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:40].strip("-") or "use"


def _priced(raw: RawAccount, prices: list[DraftPrice | None]) -> list[Price]:
    """Return base prices that leave every stage a margin; 1 USD/t where none is known."""
    found: list[Price] = []
    for number in reversed(range(len(raw.stages))):
        price = prices[number]
        after = found[0].value / RATIO if found else None
        if after is not None and (price is None or price.value > ORE_PRICE[2] * after):
            value = float(f"{ORE_PRICE[0] * after:.5g}")
            found.insert(0, Price(value=value, unit="USD/t", card="ore-price"))
        elif price is None:
            found.insert(0, Price(value=1.0, unit="USD/t", card="base-price"))
        else:
            found.insert(
                0,
                Price(
                    value=price.value,
                    unit="USD/t",
                    source=price.source,
                    card="base-price",
                    note=price.note,
                ),
            )
    return found


def _text(
    table: Tables,
    raw: RawAccount,
    rows: AccountRows,
    name: str,
    uses: Mapping[str, tuple[str, str, float]],
    prices: list[Price],
    host: Host | None,
) -> ChainText:
    named = table("minerals").filter(pl.col("mineral") == raw.mineral)
    title, symbol = (
        (str(named["name"][0]), str(named["symbol"][0])) if named.height else (raw.mineral, "")
    )
    last = names_of(name, raw.stages[-1].stage).material
    materials = [
        _material(raw, stage, names_of(name, stage.stage).material, title, symbol, price)
        for stage, price in zip(raw.stages, prices, strict=True)
    ]
    final = [
        UseText(use=use, title=words, material=last, sector=sector, card="end-uses")
        for use, (words, sector, _) in uses.items()
    ]
    if (rows.frame["use"] == "other-use").any():
        first = names_of(name, raw.stages[0].stage).material
        final.append(
            UseText(
                use="other-use",
                title="Ore that counted output does not need",
                material=first,
                counted=False,
                card="unexplained-intake",
            )
        )
    return ChainText(
        format="orepact/chain/1",
        chain=name,
        title=title,
        mineral=raw.mineral,
        exporter=_exporter(rows),
        calibration=Calibration(
            first=raw.window.first,
            last=raw.window.last,
            alternative_from=f"{int(raw.window.first[:4]) - 1}{raw.window.first[4:]}",
            reason="drafted from annual tables; open: the months before the first control",
        ),
        materials=tuple(materials),
        processes=tuple(_processes(raw, rows, name, title, host)),
        uses=tuple(final),
        note="Drafted with `orepact new chain`; README.md lists what is open.",
    )


def _material(
    raw: RawAccount, stage: RawStage, material: str, title: str, symbol: str, price: Price
) -> MaterialText:
    basis = "cards" if _assumed(stage) else "table"
    share = round(1.0 / len(raw.stages), 6)
    if stage is raw.stages[-1]:
        share = round(1.0 - share * (len(raw.stages) - 1), 6)
    counted = {"gross": "gross weight", "content": symbol or "content"}
    unit = f"t {counted.get(stage.basis, stage.basis)}"
    return MaterialText(
        material=material,
        title=f"{title}, {TITLES[stage.stage]}",
        stage=stage.stage,
        form=", ".join(code.form for code in stage.trade.codes) or stage.stage,
        unit=unit,
        base_price=price,
        trade_error=TRADE_ERROR[basis],
        cover_share=share,
        qualification=0.4,
        lag=1,
        hs=tuple(sorted({code.code for code in stage.trade.codes})),
        trade_basis=basis,
        card=("cover-share", "qualification"),
    )


def _assumed(stage: RawStage) -> bool:
    """Tell whether a stage's trade rests on cards: no table, or baskets in most of its value."""
    return not stage.flows.height or stage.trade.basket_share > MOSTLY


def _cap(raw: RawAccount, cards: Iterable[Card]) -> GradeCap:
    """Return the best grade of a fresh draft, C, and why: what is not counted, which cards open."""
    unknown = [f"{code} ({why.split(':')[0]})" for code, why in raw.left_out]
    partial = [code.code for stage in raw.stages for code in stage.trade.codes if code.partial]
    moved = [stage for stage in raw.stages if abs(stage.trade.screening) > REWRITTEN]
    opened = [card.card for card in cards if _of_account(card)]
    words = [
        *((f"trade of {', '.join(unknown)} is not counted",) if unknown else ()),
        *((f"of {', '.join(partial)} only the largest partners are",) if partial else ()),
        *(
            f"screening changed the traded tonnes of {TITLES[stage.stage]} by "
            f"{stage.trade.screening:+.0%}"
            for stage in moved
        ),
        "use was set by difference, so it cannot disagree",
        f"open cards: {', '.join(opened)}",
    ]
    reason = "; ".join(words)
    return GradeCap(grade="C", reason=f"{reason[0].upper()}{reason[1:]}.")


def _of_account(card: Card) -> bool:
    """Tell whether a card stands for something in the account's own rows."""
    return any(word in card.affects for word in ("rows", "production", "trade", "recycling", "use"))


def _processes(
    raw: RawAccount, rows: AccountRows, name: str, title: str, host: Host | None
) -> Iterable[ProcessText]:
    used = set(rows.frame["process"])
    before = ""
    for stage in raw.stages:
        names = names_of(name, stage.stage)
        for process, words, inputs in (
            (
                names.process,
                names.process.removeprefix(f"{name}-"),
                {before: RATIO} if before else dict[str, float](),
            ),
            (names.secondary, "recycling and other sources", dict[str, float]()),
        ):
            if process in used and (before or process == names.process):
                yield ProcessText(
                    process=process,
                    title=f"{title}, {words}",
                    outputs={names.material: 1.0},
                    inputs=inputs,
                    utilisation=Utilisation(
                        value=UTILISATION[0],
                        low=UTILISATION[1],
                        high=UTILISATION[2],
                        card="utilisation",
                    ),
                    elasticity=Assumed(value=ELASTICITY[0], card="elasticity"),
                    byproduct_of=host.text if host and stage is raw.stages[0] else None,
                    card="recovery-ratio" if inputs else "",
                )
        before = names.material


def _exporter(rows: AccountRows) -> str:
    """Return the largest maker at the stage whose output is most concentrated."""
    made = rows.frame.filter(pl.col("kind") == "production").with_columns(
        (pl.col("tonnes_per_year") / pl.col("tonnes_per_year").sum().over("material")).alias("part")
    )
    ranked = (
        made.group_by("material", "region")
        .agg(pl.col("part").sum())
        .with_columns((pl.col("part") ** 2).sum().over("material").alias("concentration"))
        .sort("concentration", "part", "region", descending=[True, True, False])
    )
    return str(ranked["region"][0])
