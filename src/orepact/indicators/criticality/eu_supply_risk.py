"""Supply risk of the Union's method from the tables of the dataset: stages, bottleneck, groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.criticality.eu_criticality import (
    CASES,
    SUPPLY_RISK,
    Range,
    global_weight,
    mean_of,
    supply_risk_of,
    supply_risk_range,
)
from orepact.indicators.criticality.governance import (
    REFERENCE,
    Governance,
    governance_mean,
    weighted_hhi,
)
from orepact.indicators.figure import Figure, Input
from orepact.indicators.tables.shares import age_of

__all__ = ["STUDY", "assessed", "group_members", "parameters_of", "supply_risk"]

STUDY = "EC-CRM-2023"
UNION = "E27"
STAGES = ("extraction", "processing")
_HALF = {"global_supply": 0.0005, "sourcing": 0.005}
_HALF_PARAMETER = 0.005


def assessed(bundle: Bundle, edition: str = "2023") -> list[str]:
    """Return the minerals and groups of an edition of the Union's study, in its order."""
    return bundle.table("eu_parameters").filter(edition=edition)["mineral"].to_list()


def group_members(bundle: Bundle, group: str, edition: str = "2023") -> list[str]:
    """Return the assessed minerals of which a group (lree, hree, pgm) is the mean; else none."""
    children = bundle.table("minerals").filter(parent=group)["mineral"].to_list()
    rows = bundle.table("eu_parameters").filter(edition=edition)
    known = rows.filter(pl.col("substitution_index_sr").is_not_null())["mineral"].to_list()
    grouped = not rows.filter(
        pl.col("substitution_index_sr").is_null(), pl.col("mineral") == group
    ).is_empty()
    return [name for name in children if name in known] if grouped else []


def supply_risk(
    bundle: Bundle,
    mineral: str,
    *,
    edition: str = "2023",
    governance: str = REFERENCE,
) -> list[Figure]:
    """Return the supply risk of each stage and, last, of the mineral: the highest stage.

    A group is the mean of its members. Unit 1, about 0 to 7; critical from 1.0. `low` and `high`
    are what the rounding of the printed inputs allows. Without a substitution index the term is
    one, the largest it can be, and `low` is not known. Figures without a value name the table
    that has no row.
    """
    about = Figure(
        indicator="EU supply risk",
        value=None,
        unit="1",
        region="EU27",
        mineral=mineral,
        method=SUPPLY_RISK,
    )
    row = parameters_of(bundle, mineral, edition)
    if row is None:
        return [replace(about, missing=f"not assessed in the Union's study of {edition}")]
    alone = row["substitution_index_sr"] is not None
    members = [] if alone else group_members(bundle, mineral, edition)
    if members:
        parts = [
            supply_risk(bundle, name, edition=edition, governance=governance)[-1]
            for name in members
        ]
        return [mean_of(parts, about)]
    weights = governance_mean(bundle, governance)
    stages = [
        _stage(bundle, row, stage, weights, about)
        for stage, letter in zip(STAGES, "EP", strict=True)
        if letter in str(row["stages"]).split("+")
    ]
    return [*stages, _highest(stages, about)]


def parameters_of(bundle: Bundle, mineral: str, edition: str) -> Mapping[str, Any] | None:
    """Return the row of a mineral in the parameters of an edition of the study; None without."""
    rows = bundle.part("eu_parameters", mineral).iter_rows(named=True)
    return next((row for row in rows if row["edition"] == edition), None)


def _highest(stages: list[Figure], about: Figure) -> Figure:
    known = [stage for stage in stages if stage.value is not None]
    if not known:
        return replace(
            about,
            missing="; ".join(f"{stage.stage}: {stage.missing}" for stage in stages),
            inputs=tuple(stages),
        )
    top = max(known, key=lambda stage: stage.value or 0.0)
    without = [stage.stage for stage in stages if stage.value is None]
    lows = [stage.low for stage in known if stage.low is not None]
    highs = [stage.high for stage in stages if stage.high is not None]
    return replace(
        top,
        stage="",
        low=max(lows) if lows else None,
        high=max(highs) if len(highs) == len(stages) else None,
        arithmetic=f"highest of {', '.join(f'{s.stage} {s.value:.3f}' for s in known)}",
        note=f"bottleneck: {top.stage}"
        + (f"; at least this: {', '.join(without)} cannot be computed" if without else ""),
        inputs=tuple(stages),
        coverage={**top.coverage, "bottleneck": top.stage, "not computed": ", ".join(without)},
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the governance-weighted HHI of a stage comes from: table, country column, name."""

    table: str
    country: str
    name: str


_WORLD = _Source("global_supply", "country", "HHI of world supply")
_SOURCING = _Source("sourcing", "origin", "HHI of the Union's sourcing")


def _stage(
    bundle: Bundle, row: Mapping[str, object], stage: str, weights: Governance, about: Figure
) -> Figure:
    case = str(row[f"supply_data_{stage}"])
    parameters = _parameters(row, stage)
    world, union = (
        _hhi(bundle, source, str(row["mineral"]), stage, weights) for source in (_WORLD, _SOURCING)
    )
    reliance = parameters["import reliance"].value
    weight = global_weight(case, reliance)
    substitution = parameters["substitution index"].value
    recycling = parameters["recycling input rate"].value
    value = supply_risk_of(
        world.value,
        union.value,
        case=case,
        reliance=reliance,
        recycling=recycling,
        substitution=1.0 if substitution is None else substitution,
    )
    span = _span(world, union, case, parameters)
    used = [figure for figure, counts in ((world, weight != 0.0), (union, weight != 1.0)) if counts]
    notes = [] if case in CASES else ["the table does not say which shares were used: both"]
    notes += [] if substitution is not None else ["no substitution index: one, the largest"]
    return replace(
        about,
        value=value,
        stage=stage,
        period=max((figure.period for figure in used), default=""),
        low=None if span is None or substitution is None else span[0],
        high=None if span is None else span[1],
        arithmetic="" if value is None else _arithmetic(world, union, weight, parameters),
        missing="" if value is not None else _why(used, weight, recycling),
        note="; ".join(notes),
        inputs=(*used, *parameters.values()),
        coverage={
            "case": case or "not stated",
            **{f"named in {f.indicator}": f.coverage.get("named") for f in used},
            "governance": weights.period,
            "age": max((age_of(bundle, f.period) or 0 for f in used), default=None),
            "flag": row["flag"],
        },
    )


def _parameters(row: Mapping[str, object], stage: str) -> dict[str, Input]:
    columns = {
        "import reliance": f"import_reliance_{stage}",
        "recycling input rate": "recycling_input_rate",
        "substitution index": "substitution_index_sr",
    }
    return {
        name: Input(
            name=name,
            value=_number(row[column]),
            unit="1",
            source=str(row["source"]),
            edition=str(row["edition"]),
            flag=str(row["flag"]),
            where=f"eu_parameters.{column}",
        )
        for name, column in columns.items()
    }


def _hhi(bundle: Bundle, source: _Source, mineral: str, stage: str, weights: Governance) -> Figure:
    rows = bundle.once(_study_rows, source.table).get((mineral, stage), ())
    shares: dict[str, float] = {row[source.country]: row["share"] for row in rows}
    trade: dict[str, float] = {row[source.country]: row["trade_parameter"] for row in rows}
    half = _HALF[source.table]
    value, low, high = (
        weighted_hhi(
            {place: min(1.0, max(0.0, share + move)) for place, share in shares.items()},
            weights.weights,
            trade,
        )
        for move in (0.0, -half, half)
    )
    period = str(rows[0]["period"]) if rows else ""
    return Figure(
        indicator=source.name,
        value=value,
        low=low,
        high=high,
        unit="1",
        region="EU27" if source is _SOURCING else "WLD",
        mineral=mineral,
        stage=stage,
        period=period,
        arithmetic="sum of share^2 x governance x trade parameter",
        missing=""
        if value is not None
        else f"no shares in {source.table}" * (not shares)
        or "a country without governance figures",
        inputs=_share_inputs(rows, source, weights),
        coverage={"named": round(sum(shares.values()), 4)},
    )


def _study_rows(bundle: Bundle, table: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the rows of the study with a trade parameter by mineral and stage, in order."""
    rows = bundle.table(table).filter(pl.col("trade_parameter").is_not_null(), source=STUDY)
    if table == _SOURCING.table:
        rows = rows.filter(importer=UNION, kind="ec_study")
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        found[row["mineral"], row["stage"]].append(row)
    return dict(found)


def _share_inputs(
    rows: Iterable[Mapping[str, Any]], source: _Source, weights: Governance
) -> tuple[Input, ...]:
    return tuple(
        item
        for row in sorted(rows, key=itemgetter("share"), reverse=True)
        for item in (
            Input(
                name=f"share {row[source.country]}",
                value=row["share"],
                unit="1",
                source=row["source"],
                edition=row["edition"],
                period=row["period"],
                flag=row["flag"],
                where=f"{source.table}, t = {row['trade_parameter']:g}",
            ),
            weights.input(row[source.country]),
        )
    )


def _span(world: Figure, union: Figure, case: str, parameters: Mapping[str, Input]) -> Range | None:
    def around(name: str) -> Range | None:
        value = parameters[name].value
        if value is None:
            return None
        return max(0.0, value - _HALF_PARAMETER), min(1.0, value + _HALF_PARAMETER)

    recycling = around("recycling input rate")
    if recycling is None:
        return None
    return supply_risk_range(
        _pair(world),
        _pair(union),
        case=case,
        reliance=around("import reliance"),
        recycling=recycling,
        substitution=around("substitution index") or (1.0, 1.0),
    )


def _pair(figure: Figure) -> Range | None:
    return None if figure.low is None or figure.high is None else (figure.low, figure.high)


def _arithmetic(
    world: Figure, union: Figure, weight: float | None, parameters: Mapping[str, Input]
) -> str:
    part = weight or 0.0
    terms = [
        f"{figure.value:.3f} x {share:.3g}"
        for figure, share in ((world, part), (union, 1.0 - part))
        if share and figure.value is not None
    ]
    recycling = parameters["recycling input rate"].value or 0.0
    substitution = parameters["substitution index"].value
    return (
        f"({' + '.join(terms)}) x (1 - {recycling:.3g}) x "
        f"{1.0 if substitution is None else substitution:.3g}"
    )


def _why(used: list[Figure], weight: float | None, recycling: float | None) -> str:
    reasons = [f"{figure.indicator}: {figure.missing}" for figure in used if figure.value is None]
    reasons += ["import reliance not published"] if weight is None else []
    reasons += ["recycling input rate not published"] if recycling is None else []
    return "; ".join(reasons)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
