"""Rules that divide an amount among claims that it does not reach.

Each rule takes claims d and an amount E with 0 ≤ E ≤ D = sum d and gives awards x with
0 ≤ x_i ≤ d_i and sum x = E, exactly.

| rule | award of member i |
|---|---|
| proportional | E·d_i/D |
| constrained equal awards | min(d_i, λ) |
| constrained equal losses | max(0, d_i - λ) |
| Talmud | equal awards of half-claims up to D/2, equal losses of half-claims above |
| random arrival | mean over all orders of arrival, each served in full while it lasts |
| adjusted proportional | what the others concede, then proportional to truncated claims |
| Piniles | equal awards of half-claims, twice |

Sources: O'Neill (1982), Mathematical Social Sciences 2, 345-371; Aumann and Maschler (1985),
Journal of Economic Theory 36, 195-213; Curiel, Maschler and Tijs (1987), Zeitschrift für Operations
Research 31, A143-A159; Thomson (2003), Mathematical Social Sciences 45, 249-297.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import factorial, lcm

from orepact.division.claims import Awards, Claims, Number, checked
from orepact.errors import InputError, Problem, nearest

__all__ = [
    "MOST_ARRIVALS",
    "RULES",
    "Rule",
    "adjusted_proportional",
    "divide",
    "equal_awards",
    "equal_losses",
    "piniles",
    "proportional",
    "random_arrival",
    "talmud",
]

Rule = Callable[[Claims, Fraction], Awards]
"""A rule: claims and an amount that is not above their sum; gives the awards."""

MOST_ARRIVALS = 16
"""Members up to which random arrival is worked out: it visits each of 2^n subsets."""


def divide(claims: Mapping[str, Number], available: Number, rule: str = "proportional") -> Awards:
    """Return what each member gets under a rule, as exact fractions in the order of the claims.

    `claims` and `available` have the same unit. Raises `InputError` for negative numbers, an
    amount above the sum of the claims and an unknown rule, all at once.
    """
    problems: list[Problem] = []
    if rule not in RULES:
        problems.append(Problem("unknown rule", field="rule", found=repr(rule),
                                expected="one of " + ", ".join(RULES),
                                nearest=nearest(rule, list(RULES))))
    try:
        numbers, amount = checked(claims, available)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return RULES[rule](numbers, amount)


def proportional(claims: Claims, available: Fraction) -> Awards:
    """Return the same share of every claim."""
    total = sum(claims.values(), Fraction(0))
    share = available / total if total else Fraction(0)
    return {name: claim * share for name, claim in claims.items()}


def equal_awards(claims: Claims, available: Fraction) -> Awards:
    """Return equal awards, none above its claim (constrained equal awards)."""
    left, awards = available, dict.fromkeys(claims, Fraction(0))
    ordered = sorted(claims, key=lambda name: claims[name])
    for place, name in enumerate(ordered):
        awards[name] = min(claims[name], left / (len(ordered) - place))
        left -= awards[name]
    return awards


def equal_losses(claims: Claims, available: Fraction) -> Awards:
    """Return awards with equal losses, none below zero (constrained equal losses)."""
    losses = equal_awards(claims, sum(claims.values(), Fraction(0)) - available)
    return {name: claim - losses[name] for name, claim in claims.items()}


def talmud(claims: Claims, available: Fraction) -> Awards:
    """Return the awards of the Talmud: the nucleolus of the claims game."""
    half = {name: claim / 2 for name, claim in claims.items()}
    middle = sum(half.values(), Fraction(0))
    if available <= middle:
        return equal_awards(half, available)
    return _added(half, equal_losses(half, available - middle))


def piniles(claims: Claims, available: Fraction) -> Awards:
    """Return equal awards of half the claims, then of the other half."""
    half = {name: claim / 2 for name, claim in claims.items()}
    middle = sum(half.values(), Fraction(0))
    if available <= middle:
        return equal_awards(half, available)
    return _added(half, equal_awards(half, available - middle))


def adjusted_proportional(claims: Claims, available: Fraction) -> Awards:
    """Return what the others concede, and the rest in proportion to claims cut to that rest."""
    total = sum(claims.values(), Fraction(0))
    conceded = {
        name: max(Fraction(0), available - (total - claim)) for name, claim in claims.items()
    }
    rest = available - sum(conceded.values(), Fraction(0))
    cut = {name: min(claim - conceded[name], rest) for name, claim in claims.items()}
    return _added(conceded, proportional(cut, rest))


def random_arrival(claims: Claims, available: Fraction) -> Awards:
    """Return the mean over all orders of arrival: the Shapley value of the claims game.

    A subset S that came before member i leaves it min(d_i, max(0, E - d(S))), with weight
    |S|!·(n-|S|-1)!/n!. Every subset is visited once, in whole multiples of a common unit, so the
    answer is exact. Raises `InputError` above `MOST_ARRIVALS` members.
    """
    names = list(claims)
    count = len(names)
    if count > MOST_ARRIVALS:
        raise InputError(
            [Problem("random arrival visits every subset of the members", field="claims",
                     found=f"{count} members", expected=f"at most {MOST_ARRIVALS}")]
        )
    unit = lcm(available.denominator, *(claim.denominator for claim in claims.values()))
    whole = [int(claims[name] * unit) for name in names]
    awards = _arrivals(whole, int(available * unit))
    scale = unit * factorial(count)
    return {name: Fraction(award, scale) for name, award in zip(names, awards, strict=True)}


def _arrivals(claims: list[int], available: int) -> list[int]:
    """Return n! times the mean award of each member, by the subset that came before it."""
    count = len(claims)
    weights = [factorial(size) * factorial(count - size - 1) for size in range(count)]
    awards = [0] * count
    taken = [0] * (1 << count)
    for before in range(1 << count):
        if before:
            last = before.bit_length() - 1
            taken[before] = taken[before ^ (1 << last)] + claims[last]
        left = available - taken[before]
        if left <= 0 or before == (1 << count) - 1:
            continue
        weight = weights[before.bit_count()]
        for member in range(count):
            if not before >> member & 1:
                awards[member] += weight * min(claims[member], left)
    return awards


def _added(first: Mapping[str, Fraction], second: Mapping[str, Fraction]) -> Awards:
    return {name: first[name] + second[name] for name in first}


RULES: dict[str, Rule] = {
    "proportional": proportional,
    "equal-awards": equal_awards,
    "equal-losses": equal_losses,
    "talmud": talmud,
    "random-arrival": random_arrival,
    "adjusted-proportional": adjusted_proportional,
    "piniles": piniles,
}
"""The rules by the names that files and verbs use."""
