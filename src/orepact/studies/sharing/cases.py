"""Cases of an emergency: what members have, under each base window.

A loss told by hand gives one case for each base window of the chain, and two more for the ends of a
range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orepact.network.world import World
from orepact.studies.sharing.account import Account, accounts_of
from orepact.studies.sharing.losses import Available, Loss, at_end, available_after
from orepact.studies.stress.windows import under_window, window_names

__all__ = ["Case", "loss_cases"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One set of accounts and what each member has in the emergency, t/month.

    `licence` is the licence branch of a simulated case, empty where losses were told by hand.
    """

    label: str
    accounts: tuple[Account, ...]
    available: dict[str, Available]
    licence: str = ""


def loss_cases(
    world: World, chain: str, material: str, members: Sequence[str], losses: Sequence[Loss]
) -> tuple[Case, ...]:
    """Return the cases of losses told by hand, the chain's own base window first."""
    cases: list[Case] = []
    for window in window_names(world.chains[chain]):
        network = under_window(world, chain, window).network(chain)
        accounts = accounts_of(network, material, members)
        told = {"": tuple(losses)}
        if any(each.low < each.high for each in losses):
            told |= {f", loss at its {end}": at_end(losses, end) for end in ("low", "high")}
        cases += [Case(label=window + end, accounts=accounts,
                       available=available_after(accounts, here)) for end, here in told.items()]
    return tuple(cases)
