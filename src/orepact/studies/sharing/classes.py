"""Claims by class: essential need, defence, other use and stock building, per member.

Final uses are classed by cards and by what a chain says of end users. What the next processing
step takes is classed as the uses that its products end in, over the whole chain, since nobody
publishes which member's input ends in which use.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from orepact.network.chains.chain import Chain
from orepact.network.network import Network
from orepact.studies.sharing.account import Account
from orepact.studies.sharing.cards import Needs

__all__ = ["CLASSES", "class_claims"]

CLASSES: tuple[str, ...] = ("need", "defence", "other", "stocks")
"""Classes in the order of need-first; defence-first turns the first two."""

STOCKS = ("G46", "K64")
"""Sectors of uses that build stocks and are no end use."""


def class_claims(
    network: Network, chain: Chain, account: Account, material: str, needs: Needs
) -> dict[str, float]:
    """Return a member's use of a form by class, t/month."""
    mixes = _Mixes(network, chain, needs)
    claims: dict[str, float] = dict.fromkeys(CLASSES, 0.0)
    defence = mixes.defence(material, account.nodes)
    for use, tonnes in account.final.items():
        for name, share in mixes.of_use(use, defence).items():
            claims[name] += share * tonnes
    for process, tonnes in account.inputs.items():
        for name, share in mixes.of_process(process).items():
            claims[name] += share * tonnes
    return claims


class _Mixes:
    """Shares of classes by use and, through the chain, by process; keeps what it worked out."""

    def __init__(self, network: Network, chain: Chain, needs: Needs) -> None:
        self.chain, self.needs, self.network = chain, needs, network
        self.uses = {use.use: use for use in chain.text.uses}
        self.of_material = cache(self._of_material)

    def defence(self, material: str, nodes: frozenset[str]) -> float | None:
        """Return the military share that the chain states for a form and place, None if none."""
        for split in self.chain.text.end_use_split:
            if split.material == material and split.region in nodes:
                return split.military
        return None

    def of_use(self, use: str, defence: float | None) -> dict[str, float]:
        """Return the classes of a final use."""
        text = self.uses.get(use)
        if text is not None and text.sector in STOCKS:
            return {"stocks": 1.0}
        if text is not None and text.end_use == "military":
            return {"defence": 1.0}
        share = defence if defence is not None else self.needs.defence.value
        essential = self.needs.essential(self.chain.text.chain, use).value
        need = essential * (1.0 - share)
        return {"need": need, "defence": share, "other": 1.0 - share - need}

    def of_process(self, process: str) -> dict[str, float]:
        """Return the classes of what a process takes: those of what it makes."""
        outputs = next(each.outputs for each in self.network.processes if each.name == process)
        return _mean([(self.of_material(name), tonnes) for name, tonnes in outputs.items()])

    def _of_material(self, material: str, above: tuple[str, ...] = ()) -> Mapping[str, float]:
        """Return the classes of all use of a material, the chain below it included."""
        parts: list[tuple[Mapping[str, float], float]] = []
        for demand in self.network.demands:
            if demand.material == material and demand.base:
                defence = self.defence(material, frozenset({demand.region}))
                parts += [(self.of_use(use, defence), share * demand.base)
                          for use, share in (demand.uses or {"": 1.0}).items()]
        for process in self.network.processes:
            taken = process.inputs.get(material, 0.0) * process.base
            if taken:
                parts += [(self.of_material(name, (*above, material)), taken * made)
                          for name, made in process.outputs.items()
                          if name not in {*above, material}]
        return _mean(parts) if parts else {"other": 1.0}


def _mean(parts: list[tuple[Mapping[str, float], float]]) -> dict[str, float]:
    """Return the mean of shares, weighted."""
    total = sum(weight for _, weight in parts)
    if not total:
        return {"other": 1.0}
    return {name: sum(shares.get(name, 0.0) * weight for shares, weight in parts) / total
            for name in CLASSES}
