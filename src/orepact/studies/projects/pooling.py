"""What zones gain by choosing together, which zone gains it, and how far that hangs on cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.model.portfolio import PortfolioCase
from orepact.result.portfolio.choose import Choice
from orepact.studies.projects.ground import Ground
from orepact.studies.projects.readings import finance_rows, shortage_cost, shortage_rows

__all__ = ["gains_of", "pooling_materials", "pooling_of", "pooling_ranges", "pooling_zones"]

MUSD = 1e6
FEW = 0.01
"""A stage is shorter when this share of its use more is not served."""
Row = dict[str, Any]


def gains_of(joint: Choice, apart: Sequence[Choice]) -> dict[str, float]:
    """Return the gain of pooling (USD, expected, discounted): all of it, and its two parts."""
    whole = sum(one.objective for one in apart) - joint.objective
    existing = sum(one.nothing for one in apart) - joint.nothing
    return {
        "gain": whole * MUSD,
        "by_sharing_what_stands": existing * MUSD,
        "by_projects": (whole - existing) * MUSD,
    }


def pooling_of(
    joint: str, choices: Mapping[str, Choice], cases: Mapping[str, PortfolioCase], ground: Ground
) -> Row:
    """Return what pooling gains, and for each zone and material who is better and worse off.

    What stands already includes what is decided. A zone by itself buys from the other beyond base
    trade as from a third country, and what it pays for that counts as spent.
    """
    together, apart = choices[joint], [choices[zone] for zone in ground.zones]
    return {
        **gains_of(together, apart),
        "worth_separate": sum(one.worth for one in apart) * MUSD,
        "worth_joint": together.worth * MUSD,
        "unproven": (together.objective - together.bound + sum(
            one.objective - one.bound for one in apart)) * MUSD,
        "zones": pooling_zones(joint, choices, cases, ground),
        "materials": pooling_materials(joint, choices, cases),
    }


def pooling_zones(
    joint: str, choices: Mapping[str, Choice], cases: Mapping[str, PortfolioCase], ground: Ground
) -> list[Row]:
    """Return each zone's cost of shortage and the public money of its projects, alone and jointly.

    USD, expected and discounted, without and with projects.
    """
    homes = {one.name: one.home for one in ground.projects}

    def public(choice: Choice, zone: str) -> float:
        return sum(row["amount"] for row in finance_rows(choice)
                   if row["public"] and homes[row["project"]] == zone)

    def lost(name: str, zone: str) -> dict[str, float]:
        choice, case = choices[name], cases[name]
        return {"without": shortage_cost(choice.idle, case)[zone],
                "with": shortage_cost(choice.solution, case)[zone]}

    rows: list[Row] = []
    for zone in ground.zones:
        alone, pooled = lost(zone, zone), lost(joint, zone)
        rows.append({
            "zone": zone,
            "shortage_alone_without": alone["without"], "shortage_alone_with": alone["with"],
            "shortage_pooled_without": pooled["without"], "shortage_pooled_with": pooled["with"],
            "public_alone": public(choices[zone], zone),
            "public_pooled": public(choices[joint], zone),
        })
    return rows


def pooling_materials(
    joint: str, choices: Mapping[str, Choice], cases: Mapping[str, PortfolioCase]
) -> list[Row]:
    """Return what is not served of each material in each zone: alone and pooled (t/year).

    `shorter` says that a zone goes shorter of it with pooling than alone, projects counted.
    """
    alone = {(row["zone"], row["material"]): row for name, choice in choices.items()
             if name != joint for row in shortage_rows(choice, cases[name])}
    rows: list[Row] = []
    for pooled in shortage_rows(choices[joint], cases[joint]):
        own = alone[pooled["zone"], pooled["material"]]
        rows.append({
            "chain": pooled["chain"], "zone": pooled["zone"], "material": pooled["material"],
            "need": pooled["need"], "alone_without": own["without"], "alone_with": own["with"],
            "pooled_without": pooled["without"], "pooled_with": pooled["with"],
            "shorter": pooled["with"] - own["with"] > FEW * pooled["need"],
        })
    return rows


def pooling_ranges(pooling: Row, again: Sequence[Row], moved: Sequence[Row]) -> dict[str, Any]:
    """Return the range of the gain and its parts over all runs that worked them out.

    Those are this draw, zones with base trade only between them, other draws, cards at their ends.
    """
    bare = [pooling["base_trade"]] if "base_trade" in pooling else []
    told = [pooling, *bare, *again, *(row for row in moved if row.get("gain") is not None)]
    found: dict[str, Any] = {"runs": len(told)}
    for name in ("gain", "by_sharing_what_stands", "by_projects"):
        values = [float(row[name]) for row in told]
        found[f"{name}_low"], found[f"{name}_high"] = min(values), max(values)
    return found
