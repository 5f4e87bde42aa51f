"""How trade gets round what a scenario blocks: undeclared, through conduits, and a quota's rent.

`way_columns` adds to a member's rows what arrived undeclared and through conduits (t/month), what
each conduit of the scenario carried and what each of its quotas let through and was worth. A rent
is reckoned at transaction prices, as all that is multiplied by tonnes: the price at the importer's
place less that at the exporter's, both against base. What one more tonne is worth at the margin
stands beside it, per tonne. The entries are ranges over members: nothing here is widened, since
misses of such flows were never measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from orepact.indicators.bands import ends_of, middle_of
from orepact.model.curve import Array
from orepact.network.conduits import conduits_of
from orepact.network.network import Network
from orepact.policy.scenario.laid import at_rung
from orepact.policy.scenario.text import Part, Scenario
from orepact.result.evasion import conduit_parts, declared_conduit
from orepact.result.quotas import Quota
from orepact.result.simulation import Simulation

__all__ = [
    "CONDUIT",
    "UNDECLARED",
    "conduit_entries",
    "evasion_entries",
    "quota_entries",
    "way_columns",
]

UNDECLARED, CONDUIT = "undeclared", "conduit"
"""Columns of what arrives at a node round a control (t/month)."""

NOTHING = 1e-3
"""Tonnes a month that are none."""

WORTH_NOTHING = 0.01
"""What one more tonne of quota is worth (USD) where the quota does not bind."""

_PLACE = ["chain", "rung", "period", "region", "material"]


def way_columns(
    scenario: Scenario, network: Network, run: Simulation, quotas: Sequence[Quota],
    months: slice, paid: Array,
) -> list[pl.Series | pl.Expr]:
    """Return the columns of a period: per node, and one for each conduit and quota of a scenario.

    `paid` has the transaction prices of the run (multiples of base, months × nodes). A conduit or
    quota that the chain or rung does not have is null.
    """
    routes, flow = run.tables.routes, run.flow[months].mean(axis=0)
    found: list[pl.Series | pl.Expr] = []
    for kind in (UNDECLARED, CONDUIT):
        here = routes["kind"] == kind
        arriving = np.bincount(routes["to"][here], flow[here], len(run.tables.nodes))
        found.append(pl.Series(kind, arriving))
    parts = {part.id: part for part in conduit_parts(network, scenario)}
    for part in scenario.conduits:
        columns = conduits_of(network, declared_conduit(part)) if part.id in parts else []
        for material in part.materials:
            mine = [each for each in columns if network.routes[each].material == material]
            carried = float(flow[mine].sum()) if mine else None
            found.append(pl.lit(carried, dtype=pl.Float64).alias(_carried(part.id, material)))
    names = [quota.name for quota in quotas]
    for part in scenario.quotas:
        told: Sequence[float | None] = (None, None, None)
        if part.id in names:
            number = names.index(part.id)
            told = _quota(run, quotas[number], number, months, paid)
        found += [
            pl.lit(value, dtype=pl.Float64).alias(f"{name} {part.id}")
            for name, value in zip(("shipped", "rent", "margin"), told, strict=True)
        ]
    return found


def _carried(name: str, material: str) -> str:
    return f"carried {name} {material}"


def _quota(
    run: Simulation, quota: Quota, number: int, months: slice, paid: Array
) -> Sequence[float | None]:
    """Return what shipped (t/month), its rent (USD/month) and the margin (USD/t) while in force.

    The rent is what the shipped tonnes earn at transaction prices between exporter and importer,
    base spreads left out; the margin is what one more tonne of quota is worth.
    """
    force = np.isfinite(run.cap[months, number])
    if not force.any():
        return None, None, None
    routes, base = run.tables.routes, run.tables.nodes["price"]
    shipped = run.flow[months][:, quota.routes][force]
    above = ((paid[months] - 1.0) * base)[force]
    spread = above[:, routes["to"][quota.routes]] - above[:, routes["from"][quota.routes]]
    rent = (shipped * np.maximum(spread, 0.0)).sum(axis=1)
    margin = run.rent[months, number][force]
    rent = np.where(margin > WORTH_NOTHING, rent, 0.0)
    return float(shipped.sum(axis=1).mean()), float(rent.mean()), float(margin.mean())


def evasion_entries(members: pl.DataFrame) -> list[dict[str, Any]]:
    """Return what arrives round controls (t/month), per chain, rung, period, region and material.

    Middle member, 10th and 90th percentile over all members; places with nothing are left out.
    """
    if UNDECLARED not in members.columns:
        return []
    found: list[dict[str, Any]] = []
    for key, part in members.group_by(_PLACE, maintain_order=True):
        ways = {name: _range(part[name]) for name in (UNDECLARED, CONDUIT)}
        if any(one is not None and one["high"] > NOTHING for one in ways.values()):
            found.append({**dict(zip(_PLACE, key, strict=True)), **ways})
    return found


def conduit_entries(scenario: Scenario, members: pl.DataFrame) -> list[dict[str, Any]]:
    """Return what each conduit carried of each material (t/month), per rung and period.

    `idle` says that it is less than a kilogram a month in every member of the rung.
    """
    found: list[dict[str, Any]] = []
    for part in scenario.conduits:
        for material in part.materials:
            column = _carried(part.id, material)
            for (rung, period), rows in _by_rung(members, column):
                carried = _range(rows[column])
                if carried is None or not _on(scenario, part, rung):
                    continue
                found.append({
                    "id": part.id, "exporter": part.exporter, "through": part.through,
                    "to": part.to, "material": material, "rung": rung, "period": period,
                    "carried": carried, "idle": carried["high"] <= NOTHING,
                })
    return found


def _on(scenario: Scenario, part: Part, rung: int) -> bool:
    """Say whether a rung has a part: a higher one may replace it."""
    return part.id in {one.id for one in at_rung(scenario, rung).parts}


def quota_entries(scenario: Scenario, members: pl.DataFrame) -> list[dict[str, Any]]:
    """Return what each quota let through (t/month) and its rent (USD/month), by rung and period.

    `rent` is at transaction prices, `margin` what one more tonne is worth (USD/t, marginal). Quotas
    with one ledger are told under the first of them. `licences` says who keeps the rent: exporters
    where they are free, the issuer where they are auctioned; unknown is one or the other.
    """
    found: list[dict[str, Any]] = []
    for part in scenario.quotas:
        for (rung, period), rows in _by_rung(members, f"rent {part.id}"):
            told = {name: _range(rows[f"{name} {part.id}"])
                    for name in ("shipped", "rent", "margin")}
            if told["margin"] is not None:
                found.append({
                    "id": part.id, "act": part.act, "issuer": part.issuer,
                    "materials": list(part.materials), "licences": part.licences,
                    "rung": rung, "period": period, **told,
                    "binds": told["margin"]["high"] > WORTH_NOTHING,
                })
    return found


def _by_rung(members: pl.DataFrame, column: str) -> list[tuple[tuple[int, str], pl.DataFrame]]:
    """Return the rows of a column by rung and period, one for each member."""
    if column not in members.columns:
        return []
    told = members.drop_nulls(column).unique(
        ["chain", "window", "licence", "rank", "draw", "rung", "period"], maintain_order=True
    )
    return [
        ((int(key[0]), str(key[1])), rows)  # type: ignore[call-overload]
        for key, rows in told.group_by("rung", "period", maintain_order=True)
    ]


def _range(values: pl.Series) -> dict[str, float] | None:
    told = values.drop_nulls().to_numpy().astype(np.float64)
    if not len(told):
        return None
    middle, (low, high) = _middle(told), (float(each[0]) for each in ends_of(told[None, :]))
    return {"middle": middle, "low": min(low, middle), "high": max(high, middle)}


def _middle(values: Array) -> float:
    return float(middle_of(values[None, :])[0])
