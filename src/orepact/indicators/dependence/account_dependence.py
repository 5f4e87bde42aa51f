"""Dependence of a region in a chain's balanced account, material by material, with its grade.

The account adds up at every place, so apparent consumption (output plus imports less exports) is
what is used and processed further there. It is as good as its grade: D means that the trade by
partner rests on assumption cards.
"""

from __future__ import annotations

from dataclasses import replace

from orepact.indicators.dependence.account_supply import supply_of_account
from orepact.indicators.dependence.dependence import APPARENT, RELIANCE
from orepact.indicators.dependence.supply_table import Supply
from orepact.indicators.figure import Figure
from orepact.network.world import World

__all__ = ["account_dependence"]


def account_dependence(
    world: World, chain: str, region: str, *, material: str = "", member_states: bool = False
) -> list[Figure]:
    """Return apparent consumption, import reliance and direct suppliers in a balanced account.

    For every material of the chain, or one: *apparent consumption* (t/year), *import reliance* (1)
    and a *sourcing share* for each supplier, the region's own output among them (1). The coverage
    holds the grade. A figure that says so for a region that is no place of the account. Raises
    `KeyError` for an unknown chain.
    """
    figures: list[Figure] = []
    for item in world.chains[chain].text.materials:
        if material in {"", item.material}:
            supply = supply_of_account(
                world, chain, region, item.material, member_states=member_states
            )
            figures += _figures(supply)
    return figures


def _figures(supply: Supply) -> list[Figure]:
    made = sum(supply.amounts.get(place, 0.0) for place in sorted(supply.domestic))
    imports = supply.total - made
    consumed, net = made + imports - supply.exported, imports - supply.exported
    blank = Figure(
        indicator="apparent consumption",
        value=None,
        unit=supply.unit,
        region=supply.region,
        mineral=supply.mineral,
        stage=supply.stage,
        form=supply.form,
        period=supply.period,
        method=APPARENT,
        inputs=supply.inputs,
        coverage={"grade": supply.grade},
    )
    if not supply.domestic or not supply.amounts:
        why = f"{supply.region} has no place of its own with this material in the account"
        return [replace(blank, missing=why)]
    text = f"{made:,.6g} + {imports:,.6g} - {supply.exported:,.6g}"
    reliance = replace(blank, indicator="import reliance", unit="1", method=RELIANCE)
    if net <= 0.0:
        reliance = replace(reliance, value=0.0, note="net exporter")
    else:
        sum_ = f"{net:,.6g} / ({made:,.6g} + {net:,.6g})"
        reliance = replace(reliance, value=net / consumed, arithmetic=sum_)
    shares = [
        replace(
            blank,
            indicator="sourcing share",
            unit="1",
            partner=supplier,
            value=supply.share(supplier),
            method="share of a supplier in output and imports",
            arithmetic=f"{amount:,.6g} / {supply.total:,.6g}",
        )
        for supplier, amount in sorted(supply.amounts.items(), key=lambda each: -each[1])
    ]
    return [replace(blank, value=max(0.0, consumed), arithmetic=text), reliance, *shares]
