"""How much less each exporter has to ship until an Article of the oil agreement is activated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orepact.division.emergency import BANDS, SELECTIVE
from orepact.studies.sharing.account import Account

__all__ = ["Trigger", "triggers_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What one exporter alone can activate.

    `group` has, by Article, the share of its shipments to the group whose loss activates it, None
    if even a full stop does not. `first` is the member that passes the selective trigger first, at
    a loss of more than `selective` of what it gets from there, None if nobody does. `shipped` is
    t/month to the group, `share` the same by the group's use.
    """

    exporter: str
    shipped: float
    share: float
    group: Mapping[str, float | None]
    first: str | None
    selective: float | None


def triggers_of(accounts: Sequence[Account]) -> tuple[Trigger, ...]:
    """Return what every exporter outside the group can activate, the largest first."""
    use = sum(one.use for one in accounts)
    inside = {node for one in accounts for node in one.nodes}
    exporters = {name for one in accounts for name in one.bought if name not in inside}
    if not use:
        return ()
    found = [_trigger(name, accounts, use) for name in sorted(exporters)]
    return tuple(sorted(found, key=lambda one: -one.shipped))


def _trigger(exporter: str, accounts: Sequence[Account], use: float) -> Trigger:
    shipped = {one.member: one.bought.get(exporter, 0.0) for one in accounts}
    total = sum(shipped.values())
    least = {
        one.member: float(SELECTIVE) * one.use / shipped[one.member]
        for one in accounts if shipped[one.member] > float(SELECTIVE) * one.use
    }
    first = min(least, key=lambda name: least[name], default=None)
    return Trigger(
        exporter=exporter, shipped=total, share=total / use,
        group={article: float(loss) * use / total if total >= float(loss) * use else None
               for loss, _, article in BANDS},
        first=first, selective=None if first is None else least[first],
    )
