"""How fair a division is, by measures that do not agree with each other.

Satisfaction of member i is s_i = x_i/d_i, its award by its claim; members that claim nothing are
left out, and an award below zero counts as nothing. All measures are exact fractions between 0 and
1, and 0 is best but for `smallest`.

| measure | meaning |
|---|---|
| gini | sum_ij |s_i - s_j| / (2·n·sum s): how unequal satisfaction is (Gini 1912) |
| smallest | min s_i: the worst-served member's share |
| envy | largest share of its claim that a member lacks and another has beyond it (Foley 1967) |
| regret | largest share of its claim by which another rule would give a member more (Savage 1951) |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from orepact.division.claims import Claims

__all__ = ["Fairness", "fairness", "regrets"]

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """Measures of one division; `satisfaction` by member, None where nothing is claimed."""

    satisfaction: Mapping[str, Fraction | None]
    gini: Fraction
    smallest: Fraction
    envy: Fraction


def fairness(claims: Claims, awards: Mapping[str, Fraction]) -> Fairness:
    """Return the measures of a division; awards below zero count as nothing."""
    got = {name: max(NOTHING, awards[name]) for name in claims}
    shares = {name: got[name] / claim if claim else None for name, claim in claims.items()}
    known = [share for share in shares.values() if share is not None]
    return Fairness(
        satisfaction=shares, gini=_gini(known), smallest=min(known, default=NOTHING),
        envy=max((_envy(claims, got, name) for name in claims if claims[name]), default=NOTHING),
    )


def regrets(
    claims: Claims,
    divisions: Mapping[str, Mapping[str, Fraction]],
    *,
    apart: Sequence[str] = (),
) -> dict[str, dict[str, Fraction]]:
    """Return by rule and member what the member's best rule would give more, by its claim.

    Rules `apart` divide more than the others do: what they give is nobody's regret, and theirs is
    zero where no other rule gives more. Awards below zero count as nothing.
    """
    among = [awards for rule, awards in divisions.items() if rule not in apart]
    best = {name: max((awards[name] for awards in among), default=NOTHING) for name in claims}
    return {
        rule: {name: max(NOTHING, best[name] - max(NOTHING, awards[name])) / claim
               if claim else NOTHING for name, claim in claims.items()}
        for rule, awards in divisions.items()
    }


def _gini(shares: list[Fraction]) -> Fraction:
    total = sum(shares, NOTHING)
    if not total:
        return NOTHING
    apart = sum((abs(one - other) for one in shares for other in shares), NOTHING)
    return apart / (2 * len(shares) * total)


def _envy(claims: Claims, got: Mapping[str, Fraction], name: str) -> Fraction:
    """Return what a member would rather have of another's award, by its claim."""
    most = max(min(award, claims[name]) for award in got.values())
    return max(NOTHING, most - got[name]) / claims[name]
