"""A schedule of purchases as plain values, for JSON and for tables."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from orepact.indicators.span import Span
from orepact.network.world import World
from orepact.studies.reserve.build_up import LONGEST, BuildUp
from orepact.studies.reserve.programmes import Programmes

__all__ = ["build_up_content"]


def build_up_content(world: World, found: BuildUp, programmes: Programmes) -> dict[str, Any]:
    """Return a schedule with its market, competitors, prices and cards."""
    market, bought = found.market, found.bought
    months = len(found.schedule)
    spent = sum(each.tonnes for each in found.schedule)
    return {
        "format": "orepact/reserve-buy/1",
        "dataset": f"{world.dataset.name} {world.dataset.version}",
        "dataset_hash": world.dataset.hash,
        "asked": dataclasses.asdict(found.ask),
        "market": {
            **dataclasses.asdict(market),
            "units": {"output": "t/month", "traded": "t/month", "imports": "t/month",
                      "price": "USD/t"},
        },
        "target_t": found.target,
        "safe_level": None if found.level is None else {
            "days": found.level.days, "factor": found.level.factor,
            "tonnes": _plain(found.level.tonnes),
        },
        "newest_price": {"usd_per_t": found.newest.usd, "told": found.newest.told},
        "months_of_world_output": found.target / market.output if market.output else None,
        "depth_t_per_month": _plain(found.depth),
        "rate_t_per_month": found.rate,
        "rate_set_by": found.why,
        "rate_alone": found.alone,
        "rate_beside_others": found.beside,
        "rate_beside_others_at_most": found.least,
        "months": months,
        "bought_t": spent,
        "short_of_target_t": max(0.0, found.target - spent),
        "longest_months": LONGEST,
        "price_closed_form": None if found.moved is None else _plain(found.moved),
        "price_simulated": None if bought is None else {
            "mean": _plain(bought.mean), "worst_month": bought.worst,
            "elsewhere": _plain(bought.elsewhere), "delivered": bought.delivered,
            "months": bought.months, "sets": bought.sets, "slowed": found.slowed,
        },
        "cost_usd": _plain(found.cost),
        "competitors": [
            {
                "programme": each.programme, "title": each.title, "owner": each.owner,
                "rate_t_per_month": None if each.rate is None else _plain(each.rate),
                "basis": each.basis, "source": each.source,
            }
            for each in found.competitors
        ],
        "schedule": [
            {name: _finite(value) for name, value in dataclasses.asdict(each).items()}
            for each in found.schedule
        ],
        "cards": [dataclasses.asdict(card) for card in programmes.cards],
    }


def _plain(span: Span) -> dict[str, float]:
    return {"value": span.value, "low": span.low, "high": span.high}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
