"""Economic importance of the Union's method from the dataset's end uses, and who is critical."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.criticality.eu_criticality import (
    ECONOMIC_IMPORTANCE,
    THRESHOLD_RULE,
    THRESHOLDS,
    economic_importance_of,
    is_critical,
    mean_of,
    one_decimal,
)
from orepact.indicators.criticality.eu_supply_risk import (
    STUDY,
    group_members,
    parameters_of,
    supply_risk,
)
from orepact.indicators.criticality.governance import REFERENCE
from orepact.indicators.figure import Figure, Input
from orepact.indicators.tables.shares import age_of

__all__ = ["criticality", "economic_importance", "largest_value_added"]

UNION = "E27"
_HALF = 0.005


def largest_value_added(bundle: Bundle) -> float | None:
    """Return the largest value added of a sector in the study's end uses (million EUR)."""
    sector = bundle.once(_largest_sector)
    return None if sector is None else float(sector["value_added_meur"])


def _largest_sector(bundle: Bundle, _: str) -> dict[str, Any] | None:
    """Return the first end use with the largest value added."""
    rows = bundle.table("end_uses").filter(source=STUDY, region=UNION)
    top = rows.filter(pl.col("value_added_meur") == pl.col("value_added_meur").max())
    return None if top.is_empty() else top.row(0, named=True)


def economic_importance(bundle: Bundle, mineral: str, *, edition: str = "2023") -> Figure:
    """Return the economic importance of a mineral for the Union, unit 1, 0 to 10.

    The value uses the shares as printed. `low` and `high` hold what the rounding of the printed
    shares allows and the shares scaled to one; where a use has no sector it adds nothing to the
    value, and the most that it may add to `high`. A group is the mean of its members. Without a
    substitution index the term is one, the largest it can be, and `low` is not known.
    """
    about = Figure(
        indicator="EU economic importance",
        value=None,
        unit="1",
        region="EU27",
        mineral=mineral,
        method=ECONOMIC_IMPORTANCE,
    )
    row = parameters_of(bundle, mineral, edition)
    if row is None:
        return replace(about, missing=f"not assessed in the Union's study of {edition}")
    alone = row["substitution_index_ei"] is not None
    members = [] if alone else group_members(bundle, mineral, edition)
    if members:
        return mean_of(
            [economic_importance(bundle, name, edition=edition) for name in members], about
        )
    rows = [
        use
        for use in bundle.part("end_uses", mineral).iter_rows(named=True)
        if (use["source"], use["region"]) == (STUDY, UNION)
    ]
    largest = largest_value_added(bundle)
    if not rows or largest is None:
        return replace(about, missing="no shares of end uses")
    return _of_uses(bundle, rows, largest, row, about)


def _of_uses(
    bundle: Bundle,
    rows: Sequence[Mapping[str, Any]],
    largest: float,
    parameters: Mapping[str, object],
    about: Figure,
) -> Figure:
    index = parameters["substitution_index_ei"]
    substitution = float(index) if isinstance(index, float) else None
    factor = 1.0 if substitution is None else substitution
    parts = [(use["share"], use["value_added_meur"]) for use in rows]
    uses = [(share, added) for share, added in parts if share is not None and added is not None]
    total = sum(share for share, _ in parts if share is not None)
    unassigned = total - sum(share for share, _ in uses)
    value = economic_importance_of(uses, largest, factor)
    if value is None:
        return replace(about, missing="no end use has a sector with value added")
    step = _HALF * sum(amount for _, amount in uses) / largest * 10.0 * factor
    scaled = value / total if total else value
    most = max(value, scaled) + step + 10.0 * factor * max(0.0, unassigned)
    notes = ["no substitution index: one, the largest"] if substitution is None else []
    notes += [f"{unassigned:.0%} of the use has no sector and adds nothing"] if unassigned else []
    period = str(rows[0]["period"])
    return replace(
        about,
        value=value,
        low=None if substitution is None else max(0.0, min(value, scaled) - step),
        high=min(10.0 * factor, most),
        period=period,
        arithmetic=(f"10 x {sum(a * q for a, q in uses):,.0f} / {largest:,.0f} x {factor:.3g}"),
        note="; ".join(notes),
        inputs=(*_uses(rows), *_others(bundle, largest, substitution, parameters)),
        coverage={
            "shares add up to": round(total, 4),
            "without sector": round(unassigned, 4),
            "age": age_of(bundle, period),
        },
    )


def _uses(rows: Iterable[Mapping[str, Any]]) -> tuple[Input, ...]:
    return tuple(
        Input(
            name=f"share of {row['application']}",
            value=row["share"],
            unit="1",
            source=row["source"],
            period=row["period"],
            flag=row["flag"],
            where=f"{row['nace2'] or 'no sector'}, value added "
            + (
                "not given"
                if row["value_added_meur"] is None
                else f"{row['value_added_meur']:,.0f} million EUR"
            ),
        )
        for row in sorted(rows, key=_by_share)
    )


def _by_share(row: Mapping[str, Any]) -> float:
    return 1.0 if row["share"] is None else -row["share"]


def _others(
    bundle: Bundle, largest: float, substitution: float | None, parameters: Mapping[str, object]
) -> tuple[Input, ...]:
    top = bundle.once(_largest_sector) or {}
    return (
        Input(
            name="largest value added",
            value=largest,
            unit="million EUR",
            source=STUDY,
            period=top["period"],
            where=f"{top['nace2']} {top['nace2_label']}",
        ),
        Input(
            name="substitution index",
            value=substitution,
            unit="1",
            source=str(parameters["source"]),
            edition=str(parameters["edition"]),
            flag=str(parameters["flag"]),
            where="eu_parameters.substitution_index_ei",
        ),
    )


def criticality(
    bundle: Bundle, mineral: str, *, edition: str = "2023", governance: str = REFERENCE
) -> list[Figure]:
    """Return supply risk by stage and of the mineral, economic importance, and the verdict.

    The verdict is 1 or 0, with a range of 0 to 1 where the rounding of the printed inputs does not
    decide, and missing where an input does not. It follows the thresholds only; the list in force
    also holds strategic raw materials by law.
    """
    risk = supply_risk(bundle, mineral, edition=edition, governance=governance)
    importance = economic_importance(bundle, mineral, edition=edition)
    return [*risk, importance, _verdict(bundle, risk[-1], importance)]


def _verdict(bundle: Bundle, risk: Figure, importance: Figure) -> Figure:
    verdict = is_critical(risk.value, importance.value)
    least = is_critical(risk.low, importance.low)
    most = is_critical(risk.high, importance.high)
    sure = {True: 1.0, False: 0.0, None: None}
    without = [item.indicator for item in (risk, importance) if item.value is None]
    law = bundle.part("minerals", risk.mineral)["eu_critical_2024"]
    return Figure(
        indicator="critical by the EU thresholds",
        value=sure[verdict],
        low=None if verdict is None else 1.0 if least else 0.0,
        high=None if verdict is None else 0.0 if most is False else 1.0,
        unit="1",
        region="EU27",
        mineral=risk.mineral,
        period=risk.period or importance.period,
        arithmetic=" and ".join(
            f"{one_decimal(item.value)} >= {limit}"
            for item, limit in zip((risk, importance), THRESHOLDS, strict=True)
            if item.value is not None
        ),
        method=THRESHOLD_RULE,
        missing=f"no {' and no '.join(without)}" if verdict is None else "",
        inputs=(risk, importance),
        coverage={"listed in 2024": law[0] if len(law) else ""},
    )
