"""A rule's awards as plain data."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from orepact.studies.sharing.rivals import Rival

__all__ = ["rival_data"]


def rival_data(one: Rival, unit: Fraction) -> dict[str, Any]:
    """Return a rule's awards, in units of `unit`, and what is to be said of them."""
    fair = one.fair
    return {
        "rule": one.rule,
        "awards": {name: float(award / unit) for name, award in one.awards.items()},
        "satisfaction": {name: None if share is None else float(share)
                         for name, share in fair.satisfaction.items()},
        "gini": float(fair.gini), "smallest": float(fair.smallest), "envy": float(fair.envy),
        "regret": {name: float(share) for name, share in one.regret.items()},
        "largest_regret": float(max(one.regret.values())),
        "refuse": list(one.refuse), "give_up": list(one.give_up),
    }
