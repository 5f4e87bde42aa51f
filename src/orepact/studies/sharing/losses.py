"""Losses told by hand: which exporter ships how much less, and to whom.

``0.3``: every place outside the group ships 30 % less to every member. ``CHN=0.8``: China does.
``CHN>JPN=1``: China ships nothing to Japan. ``CHN=0.6..0.9`` is a range.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from orepact.errors import InputError, Problem, nearest
from orepact.studies.sharing.account import Account

__all__ = ["Available", "Loss", "at_end", "available_after", "read_losses"]

FORM = re.compile(r"^(?:(?P<exporter>[^=>]+)(?:>(?P<importer>[^=>]+))?=)?(?P<share>[^=>]+)$")

EXPECTED = "a share from 0 to 1 or a range 0.6..0.9; EXPORTER=SHARE; EXPORTER>MEMBER=SHARE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Shipments that fall by a share; an empty exporter is all outside the group.

    An empty importer is every member. `low` and `high` are the ends of the share's range.
    """

    share: float
    low: float
    high: float
    exporter: str = ""
    importer: str = ""

    def meets(self, exporter: str, importer: str, *, outside: bool) -> bool:
        """Return whether it hits what an exporter ships to a member."""
        here = self.exporter == exporter if self.exporter else outside
        return here and self.importer in {"", importer}


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """What a member has in the emergency, t/month."""

    production: float
    imports: float
    exports: float

    @property
    def total(self) -> float:
        """Return production and net imports, t/month."""
        return self.production + self.imports - self.exports


def read_losses(texts: Sequence[str], field: str = "--loss") -> tuple[Loss, ...]:
    """Return losses as they are written; raises `InputError` with every one that cannot be read."""
    problems: list[Problem] = []
    losses: list[Loss] = []
    for text in texts:
        match = FORM.match(text.replace(" ", ""))
        shares = _shares(match["share"]) if match else None
        if match is None or shares is None:
            problems.append(Problem("not a loss", field=field, found=repr(text),
                                    expected=EXPECTED))
            continue
        low, high = shares
        losses.append(Loss(share=(low + high) / 2.0, low=low, high=high,
                           exporter=match["exporter"] or "", importer=match["importer"] or ""))
    if problems:
        raise InputError(problems)
    return tuple(losses)


def at_end(losses: Sequence[Loss], end: str) -> tuple[Loss, ...]:
    """Return losses at an end of their ranges: ``low`` or ``high``."""
    return tuple(replace(each, share=getattr(each, end)) for each in losses)


def available_after(
    accounts: Sequence[Account], losses: Sequence[Loss]
) -> dict[str, Available]:
    """Return what each member has when shipments fall; several losses of a route add up to 1.

    Shipments from a member to another that fall stay with the member that would have shipped them.
    Raises `InputError` for places that ship nothing to the group and for losses beyond everything.
    """
    problems = _problems(accounts, losses)
    if problems:
        raise InputError(problems)
    owner = {node: one.member for one in accounts for node in one.nodes}
    kept = {
        one.member: {
            exporter: flow * (1.0 - _lost(losses, exporter, owner.get(exporter, ""), one.member))
            for exporter, flow in one.bought.items()
        }
        for one in accounts
    }
    return {
        one.member: Available(
            production=one.production,
            imports=sum(kept[one.member].values()),
            exports=_exports(one, owner, kept),
        )
        for one in accounts
    }


def _exports(
    account: Account, owner: Mapping[str, str], kept: Mapping[str, Mapping[str, float]]
) -> float:
    """Return what a member still ships: all to outsiders, what is not lost to members."""
    outside = sum(flow for importer, flow in account.sold.items() if importer not in owner)
    inside = sum(flow for member, flows in kept.items() if member != account.member
                 for exporter, flow in flows.items() if exporter in account.nodes)
    return outside + inside


def _lost(losses: Sequence[Loss], exporter: str, owner: str, importer: str) -> float:
    """Return the share of a route that is lost."""
    return sum(
        each.share for each in losses
        if each.meets(exporter, importer, outside=not owner)
        or (owner and each.exporter == owner and each.meets(owner, importer, outside=False))
    )


def _shares(text: str) -> tuple[float, float] | None:
    """Return the ends of a range, the same twice for one share, None for what is neither."""
    low, dots, high = text.partition("..")
    try:
        ends = float(low), float(high if dots else low)
    except ValueError:
        return None
    return ends if 0.0 <= ends[0] <= ends[1] <= 1.0 else None


def _problems(accounts: Sequence[Account], losses: Sequence[Loss]) -> list[Problem]:
    members = [one.member for one in accounts]
    owner = {node: one.member for one in accounts for node in one.nodes}
    ships = sorted({exporter for one in accounts for exporter in one.bought})
    named = sorted({*ships, *(owner[name] for name in ships if name in owner)})
    problems: list[Problem] = []
    for each in losses:
        if each.exporter and each.exporter not in named:
            problems.append(Problem("ships nothing of this form to the group", field="--loss",
                                    found=repr(each.exporter),
                                    expected="one of " + ", ".join(named),
                                    nearest=nearest(each.exporter, named)))
        if each.importer and each.importer not in members:
            problems.append(Problem("not a member of the group", field="--loss",
                                    found=repr(each.importer),
                                    expected="one of " + ", ".join(members),
                                    nearest=nearest(each.importer, members)))
    for one in accounts:
        for exporter in one.bought:
            share = _lost(losses, exporter, owner.get(exporter, ""), one.member)
            if share > 1.0 + 1e-12:
                problems.append(Problem("losses of one route are more than all of it",
                                        field="--loss", found=f"{exporter}>{one.member}={share:g}",
                                        expected="1 at most, all losses together"))
    return problems
