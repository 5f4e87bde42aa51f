"""Account rows of a raw account: production, trade and apparent use by node, with their errors.

Apparent use is what is left: production + imports - exports. Of a stage that is processed further
it is the intake of the next; where that is counted, what the intake cannot explain is secondary
output, and what it does not need goes to other uses. Where use would be negative there is no row:
production and trade must move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from orepact.network.accounts.balance import OUTLIERS
from orepact.network.accounts.nodes import Nodes
from orepact.network.accounts.raw import RawAccount, RawStage
from orepact.network.accounts.stage_trade import Code

__all__ = ["RATIO", "SIGMA", "AccountRows", "StageNames", "account_rows", "names_of"]

SIGMA = {"made": 0.12, "clean": 0.25, "rough": 0.35, "screened": 0.5, "use": 0.3}
"""Relative errors: printed production, trade of clean codes, ores and baskets, trade of which most
tonnes were estimated from values, and what follows by difference."""

SMALLEST = 0.0005
"""Flows below this share of a stage's trade are left out."""

TINY = 2e-5
"""Output and use below this share of a stage's output are left out: no table is that exact."""

MOSTLY = 0.5
"""A row of which more than this share is an estimate rests on a card."""

RATIO = 1.03
"""Tonnes of content taken in per tonne that comes out of the next stage."""

ACCOUNT_COLUMNS = (
    "kind",
    "material",
    "process",
    "region",
    "partner",
    "use",
    "tonnes_per_year",
    "sigma",
    "period",
    "source",
    "edition",
    "confidence",
    "card",
    "note",
)
Row = dict[str, object]
_WORDS = {"mine": ("mined", "mining"), "smelter": ("smelted", "smelting")}


@dataclass(frozen=True, slots=True)
class StageNames:
    """What a stage's material and processes are called."""

    material: str
    process: str
    secondary: str


@dataclass(frozen=True, slots=True)
class AccountRows:
    """The rows of ``accounts.csv`` and the tonnes of flows too small to list (t/year)."""

    frame: pl.DataFrame
    small: float


def names_of(chain: str, stage: str) -> StageNames:
    """Return the names of a stage's material and processes."""
    material, process = _WORDS.get(stage, ("refined", "refining"))
    return StageNames(f"{chain}-{material}", f"{chain}-{process}", f"{chain}-recycling")


def account_rows(
    raw: RawAccount, nodes: Nodes, chain: str, uses: Mapping[str, float]
) -> AccountRows:
    """Return the rows of a raw account by node; `uses` maps each final use to its share."""
    rows: list[Row] = []
    small = 0.0
    intake: dict[str, float] = {}
    for number, stage in enumerate(raw.stages):
        names = names_of(chain, stage.stage)
        last = number == len(raw.stages) - 1
        made = _made(stage, nodes)
        if number:
            made, spare = _processed(rows, stage, made, intake, names)
            before = names_of(chain, raw.stages[number - 1].stage).material
            _use(rows, before, spare, {"other-use": 1.0}, "unexplained-intake")
        else:
            _primary(rows, stage, nodes, names)
        flows = _flows(stage, nodes) if stage.flows.height else _pooled(raw, nodes, number, made)
        floor = SMALLEST * float(flows["tonnes"].sum())
        small += float(flows.filter(pl.col("tonnes") < floor)["tonnes"].sum())
        kept = flows.filter(pl.col("tonnes") >= floor)
        rows += _trade(stage, kept, names.material)
        left = dict(made)
        for exporter, importer, tonnes in kept.select("exporter", "importer", "tonnes").iter_rows():
            left[exporter] = left.get(exporter, 0.0) - tonnes
            left[importer] = left.get(importer, 0.0) + tonnes
        if last:
            _use(rows, names.material, left, uses, "use-by-difference")
        intake = {node: max(0.0, tonnes) for node, tonnes in left.items()}
    period = f"{raw.window.first}/{raw.window.last}"
    blank: Row = dict.fromkeys(ACCOUNT_COLUMNS, "")
    frame = pl.DataFrame(
        [{**blank, "period": period, **row} for row in rows],
        schema_overrides={"tonnes_per_year": pl.Float64, "sigma": pl.Float64},
        infer_schema_length=None,
    )
    made = pl.col("tonnes_per_year").filter(pl.col("kind") == "production").sum().over("material")
    return AccountRows(
        frame.filter(pl.col("tonnes_per_year") > TINY * made).select(ACCOUNT_COLUMNS), small
    )


def _made(stage: RawStage, nodes: Nodes) -> dict[str, float]:
    frame = nodes.moved(stage.production, "country")
    return dict(
        frame.group_by("country", maintain_order=True).agg(pl.col("tonnes").sum()).iter_rows()
    )


def _flows(stage: RawStage, nodes: Nodes) -> pl.DataFrame:
    return (
        nodes.moved(stage.flows, "exporter", "importer")
        .filter(pl.col("exporter") != pl.col("importer"))
        .with_columns(pl.col("screened", "bounded") * pl.col("tonnes"))
        .group_by("exporter", "importer", maintain_order=True)
        .agg(pl.col("tonnes", "screened", "bounded").sum())
        .with_columns(pl.col("screened", "bounded") / pl.col("tonnes"))
        .sort("tonnes", "exporter", "importer", descending=[True, False, False])
    )


def _primary(rows: list[Row], stage: RawStage, nodes: Nodes, names: StageNames) -> None:
    frame = nodes.moved(stage.production, "country").sort("tonnes", descending=True)
    by_node = frame.group_by("country", maintain_order=True).agg(
        pl.col("tonnes").sum(), pl.col("source").first(), pl.col("edition").first()
    )
    for node, tonnes, source, edition in by_node.sort(
        "tonnes", "country", descending=[True, False]
    ).iter_rows():
        rows.append(
            {
                "kind": "production",
                "material": names.material,
                "process": names.process,
                "region": node,
                "tonnes_per_year": _short(tonnes),
                "sigma": SIGMA["made"],
                "source": source,
                "edition": edition,
                "confidence": "medium",
            }
        )


def _processed(
    rows: list[Row],
    stage: RawStage,
    made: dict[str, float],
    intake: Mapping[str, float],
    names: StageNames,
) -> tuple[dict[str, float], dict[str, float]]:
    """Add what comes out of the stage before; return output and spare intake by node."""
    output: dict[str, float] = {}
    spare: dict[str, float] = {}
    source, edition = (
        (str(stage.production["source"][0]), str(stage.production["edition"][0]))
        if stage.counted
        else ("", "")
    )
    for node in sorted({*made, *intake}):
        able = intake.get(node, 0.0) / RATIO
        total = made.get(node, 0.0) if stage.counted else able
        primary = min(total, able)
        output[node] = total
        spare[node] = (able - primary) * RATIO
        for process, tonnes, sigma, card in (
            (names.process, primary, SIGMA["made"] if stage.counted else SIGMA["rough"], ""),
            (names.secondary, total - primary, SIGMA["rough"], "secondary-by-difference"),
        ):
            if tonnes > 0.0:
                rows.append(
                    {
                        "kind": "production",
                        "material": names.material,
                        "process": process,
                        "region": node,
                        "tonnes_per_year": _short(tonnes),
                        "sigma": sigma,
                        "source": source,
                        "edition": edition,
                        "confidence": "medium" if not card and source else "low",
                        "card": card or ("" if stage.counted else "output-by-difference"),
                    }
                )
    return output, spare


def _trade(stage: RawStage, flows: pl.DataFrame, material: str) -> list[Row]:
    codes = sorted(stage.trade.codes, key=lambda code: (-code.traded, code.code))
    rough = any(code.ore or code.kind in {"bounded", "share"} for code in codes)
    return [
        {
            "kind": "trade",
            "material": material,
            "region": exporter,
            "partner": importer,
            "tonnes_per_year": _short(tonnes),
            "sigma": SIGMA["screened"]
            if screened > MOSTLY or not codes
            else SIGMA["rough" if rough else "clean"],
            "source": codes[0].source if codes else "",
            "confidence": "low" if rough or screened > MOSTLY or not codes else "medium",
            "card": _card(codes, screened, bounded),
            "note": "tonnes mostly estimated from value" if screened > MOSTLY else "",
        }
        for exporter, importer, tonnes, screened, bounded in flows.iter_rows()
    ]


def _card(codes: Sequence[Code], screened: float, bounded: float) -> str:
    """Return the card of a flow that is mostly an estimate: its factor's, or that of screening."""
    if not codes:
        return "assumed-trade"
    if bounded > MOSTLY:
        assumed = next(code for code in codes if code.kind in {"bounded", "share"})
        return f"{assumed.kind}-{assumed.code}"
    return OUTLIERS if screened > MOSTLY else ""


def _pooled(raw: RawAccount, nodes: Nodes, number: int, made: Mapping[str, float]) -> pl.DataFrame:
    """Return an assumed trade for a stage without a table: surplus to need, in proportion.

    The need is the intake of the next stage's counted output, scaled to what is made.
    """
    schema = {
        "exporter": pl.String,
        "importer": pl.String,
        "tonnes": pl.Float64,
        "screened": pl.Float64,
        "bounded": pl.Float64,
    }
    after: Sequence[RawStage] = raw.stages[number + 1 : number + 2]
    wanted = _made(after[0], nodes) if after and after[0].counted else {}
    total = sum(wanted.values())
    if not total:
        return pl.DataFrame(schema=schema)
    scale = sum(made.values()) / total
    gap = {
        node: made.get(node, 0.0) - scale * wanted.get(node, 0.0)
        for node in sorted({*made, *wanted})
    }
    surplus = sum(value for value in gap.values() if value > 0.0)
    rows = [
        (seller, buyer, more * -less / surplus, 0.0, 0.0)
        for seller, more in gap.items()
        for buyer, less in gap.items()
        if more > 0.0 > less
    ]
    return pl.DataFrame(rows, orient="row", schema=schema)


def _use(
    rows: list[Row],
    material: str,
    left: Mapping[str, float],
    uses: Mapping[str, float],
    card: str,
) -> None:
    for node, tonnes in sorted(left.items(), key=lambda item: (-item[1], item[0])):
        for use, share in uses.items() if tonnes > 0.0 else ():
            rows.append(
                {
                    "kind": "use",
                    "material": material,
                    "region": node,
                    "use": use,
                    "tonnes_per_year": _short(share * tonnes),
                    "sigma": SIGMA["use"],
                    "confidence": "low",
                    "card": card,
                }
            )


def _short(value: float) -> float:
    """Return a figure with five digits: more would claim to know more."""
    return float(f"{value:.5g}")
