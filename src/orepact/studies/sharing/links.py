"""Who could be served from where: what a member may pass on to another, and how soon.

Three things can move to a member: what another makes or holds and already ships there (up to three
times the base flow), a first shipment where there was no trade (up to 5 % of the receiver's use),
and cargoes of an exporter that serves both, sent to the other port (up to twice the base flow on
top of it). The multiples are those of routes in the model of trade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from orepact.division.apportion import GRAMS
from orepact.division.leximin import SupplyGraph, leximin
from orepact.network.stored_forms import StorageForm
from orepact.studies.sharing.account import Account
from orepact.studies.sharing.cards import Days, Transit
from orepact.studies.sharing.losses import Available

__all__ = ["NOTICE", "Transfer", "graph_of", "transfers_of"]

SURGE = 3.0
"""Most that a route carries, as a multiple of its base flow."""

FIRST = 0.05
"""Most that a route without trade carries, as a share of the importer's use."""

NOTICE = Days(6.0, 21.0, 23.0)
"""Days from a finding to measures (19): 2 + 2 + 2 to meet, 2 to object, 15 to carry out."""

MONTH = 365.0 / 12.0
"""Days in a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """What one member passes on to another, t/month, and the days until it is there.

    `from_reserve` says that some of it has to come out of the giver's reserve. `cover` is for how
    many days the receiver's users can bridge all that they lack from their own stocks.
    """

    giver: str
    receiver: str
    tonnes: float
    from_reserve: bool
    transit: Days | None
    release: Days | None
    total: Days | None
    cover: float | None

    @property
    def in_time(self) -> bool | None:
        """Return whether it is there before stocks are used up at the latest, None if unknown."""
        if self.total is None or self.cover is None:
            return None
        return self.total.high <= self.cover


def graph_of(accounts: Sequence[Account], available: Mapping[str, Available]) -> SupplyGraph:
    """Return who could be served from where, in grams per month."""
    sources = {one.member: _grams(max(0.0, available[one.member].total)) for one in accounts}
    links: dict[tuple[str, str], Fraction | None] = {
        (one.member, one.member): None for one in accounts
    }
    for giver, receiver in permutations(accounts, 2):
        links[giver.member, receiver.member] = _grams(_most(giver, receiver))
    return SupplyGraph(sources=sources, links=links)


def transfers_of(
    accounts: Sequence[Account],
    moved: tuple[Mapping[str, int], Mapping[str, int]],
    available: Mapping[str, Available],
    transit: Transit,
    form: StorageForm | None,
) -> tuple[tuple[Transfer, ...], dict[str, float]]:
    """Return who passes what on to whom, and what of each right no link can carry (t/month).

    `moved` has rights and obligations in grams per month. Links are used so that the share of its
    right that the worst-served member gets is as large as they allow.
    """
    rights = {name: Fraction(grams) for name, grams in moved[0].items() if grams}
    owed = {name: Fraction(grams) for name, grams in moved[1].items() if grams}
    limits = graph_of(accounts, available).links
    graph = SupplyGraph(
        sources=owed,
        links={(giver, receiver): limits[giver, receiver]
               for giver in owed for receiver in rights},
    )
    served = leximin(rights, graph)
    by_name = {one.member: one for one in accounts}
    transfers = tuple(
        _transfer(by_name[giver], by_name[receiver], flow, transit, form,
                  from_reserve=float(owed[giver]) / GRAMS > max(0.0, available[giver].total),
                  cover=_days_of_cover(by_name[receiver], available[receiver]))
        for (giver, receiver), flow in sorted(served.flows.items())
    )
    missing = {name: float(right - served.awards[name]) / GRAMS for name, right in rights.items()
               if served.awards[name] < right}
    return transfers, missing


def _transfer(
    giver: Account, receiver: Account, flow: Fraction, transit: Transit,
    form: StorageForm | None, *, from_reserve: bool, cover: float | None,
) -> Transfer:
    days = transit.days(giver.member, receiver.member)
    release = None
    if from_reserve and form is not None:
        release = Days(*(months * MONTH for months in
                         (form.notice.low, form.notice.value, form.notice.high)))
    waiting = NOTICE if release is None else NOTICE.plus(release)
    return Transfer(
        giver=giver.member, receiver=receiver.member, tonnes=float(flow) / GRAMS,
        from_reserve=from_reserve, transit=days, release=release,
        total=None if days is None or (from_reserve and release is None) else waiting.plus(days),
        cover=cover,
    )


def _days_of_cover(account: Account, has: Available) -> float | None:
    """Return for how many days users' stocks bridge what a member lacks, None if nothing."""
    lacking = account.use - has.total
    return account.cover / lacking * MONTH if lacking > 0.0 else None


def _most(giver: Account, receiver: Account) -> float:
    """Return the most that a member can pass on to another, t/month."""
    shipped = sum(receiver.bought.get(node, 0.0) for node in giver.nodes)
    own = max(SURGE * shipped, FIRST * receiver.use)
    turned = sum(
        min(flow, (SURGE - 1.0) * receiver.bought.get(exporter, 0.0))
        for exporter, flow in giver.bought.items() if exporter not in receiver.nodes
    )
    return own + turned


def _grams(tonnes: float) -> Fraction:
    return Fraction(round(tonnes * GRAMS))
