"""The same futures under other cards: only what they weigh changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from orepact.policy.controls import ALL
from orepact.studies.reserve.futures import CALM, KINDS, ChainFutures, FutureYear
from orepact.studies.reserve.suppositions import Suppositions, branch_chances

__all__ = ["reweighted"]


def reweighted(futures: ChainFutures, cards: Suppositions) -> ChainFutures:
    """Return the same futures with the weights that the cards give them.

    Calm years weigh what the branches of the register weigh that end in them. Another kind's weight
    is shared out over its futures, whose branches stay as drawn; of stops, those aimed at one owner
    weigh together what their card says, where both sorts were drawn.
    """
    kinds = {one.kind for one in futures.futures}
    weights = {kind: cards[f"reserve-weight-{kind}"] for kind in KINDS if kind in kinds - {CALM}}
    weights = {CALM: max(0.0, 1.0 - sum(weights.values())), **weights} if CALM in kinds else weights
    whole = sum(weights.values())
    groups = [(one.kind, _alone(one.words)) for one in futures.futures]
    branches = list(dict.fromkeys(name for one in futures.futures for name, _ in one.cells))
    chances = branch_chances(cards, branches)
    alone = cards["reserve-aimed"]
    found: list[FutureYear] = []
    for one, group in zip(futures.futures, groups, strict=True):
        share = weights[one.kind] / whole
        if one.cells:
            part = sum(chances[name] * chance for name, chance in one.cells)
            found.append(replace(one, weight=share * part))
            continue
        both = group[1] is not None and (one.kind, not group[1]) in groups
        if both:
            share *= alone if group[1] else 1.0 - alone
            count = groups.count(group)
        else:
            count = sum(1 for other in futures.futures if other.kind == one.kind)
        found.append(replace(one, weight=share / count))
    return replace(futures, futures=tuple(found))


def _alone(words: Mapping[str, float | str]) -> bool | None:
    """Return whether a stop is aimed at one owner; None for everything else."""
    return words["buyers"] != ALL if "share" in words else None
