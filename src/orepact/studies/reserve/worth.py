"""What purchases are worth: expected, and in the mean of the worst futures, told apart."""

from __future__ import annotations

from orepact.result.two_stage import Sizing
from orepact.result.two_stage.master import tail_of

__all__ = ["expected_worth", "tail_worth"]


def expected_worth(sizing: Sizing) -> float:
    """Return the expected worth of what is bought (USD), its price and holding paid.

    It leaves the tail out of account, whatever weight the plan gave to it.
    """
    rows = sizing.futures
    if rows.is_empty():
        return 0.0
    gain = (rows["weight"] * (rows["cost_without"] - rows["cost_with"])).sum()
    return float(gain) - sizing.spent


def tail_worth(sizing: Sizing) -> float:
    """Return what is bought is worth (USD) in the mean of each chain's worst futures.

    The worst ``1 − level`` by cost, without and with what is bought, as if those of all chains came
    together.
    """
    found = -sizing.spent
    for _, rows in sizing.futures.group_by("case"):
        weight = rows["weight"].to_numpy()
        before, after = (
            tail_of(rows[name].to_numpy(), weight, sizing.level)[0]
            for name in ("cost_without", "cost_with")
        )
        found += before - after
    return found
