r"""What may be published of a total without giving a contributor away.

With contributions $x_1 \ge x_2 \ge \dots \ge x_N$ and total $X$ a cell is unsafe under

- dominance $(n, k)$: $x_1 + \dots + x_n > \frac{k}{100} X$
- the $p$ % rule: $X - x_2 - x_1 < \frac{p}{100}\,x_1$
- the $(p, q)$ rule: $\sum_{i>2} x_i < \frac{p}{q}\,x_1$
- minimum frequency: $N < n$

All inequalities are strict and are decided on exact fractions. A contributor may waive protection:
the $p$ % rule then protects the largest, $s$, that did not, against the largest other, $r$:
$X - x_s - x_r < \frac{p}{100} x_s$. A contribution of weight $w$ stands for $w$ contributors of its
size. Source: Hundepool and others, *Handbook on Statistical Disclosure Control*, ESSnet, chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from orepact.errors import InputError, Problem

__all__ = [
    "DEFAULT_RULES",
    "Contribution",
    "Rule",
    "Verdict",
    "estimate_of_largest",
    "p_of_dominance",
    "publishable",
    "read_rule",
    "weighted_largest",
    "weighted_total",
]

FREQUENCY = 3
PER_CENT = 100
PAIR = 2


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one contributor adds to a total (t); `weight`: how many of its size it stands for."""

    holder: str
    tonnes: float
    weight: int = 1
    waiver: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: kind nk, p, pq or frequency; `first` and `second` are its numbers."""

    kind: str
    first: float
    second: float = 0.0

    @property
    def name(self) -> str:
        """Return the rule as it is written."""
        numbers = f"{self.first:g}" + (f",{self.second:g}" if self.kind in {"nk", "pq"} else "")
        return f"{self.kind}={numbers}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a total may be published; `broken` names the rules that it breaks."""

    safe: bool
    broken: tuple[str, ...] = ()


DEFAULT_RULES = (Rule("frequency", FREQUENCY), Rule("nk", 2, 90), Rule("p", 10))
"""At least three contributors; the two largest at most 90 %; the p % rule with 10."""


def publishable(
    contributions: Sequence[Contribution], rules: Iterable[Rule] = DEFAULT_RULES
) -> Verdict:
    """Say whether the total of some contributions may be published under every rule.

    Contributions of one holder are added up first. Raises `InputError` for negative tonnes,
    weights below 1 and rules out of range.
    """
    merged = _merged(contributions)
    broken = tuple(rule.name for rule in rules if _unsafe(merged, rule))
    return Verdict(not broken, broken)


def weighted_total(contributions: Iterable[Contribution]) -> float:
    """Return the total that weighted contributions stand for (t)."""
    return float(sum(Fraction(each.tonnes) * each.weight for each in contributions))


def weighted_largest(contributions: Sequence[Contribution], count: int) -> tuple[float, ...]:
    """Return the largest contributions, each counted as often as its weight says."""
    return tuple(float(each) for each, _ in _first(_merged(contributions), count))


def estimate_of_largest(contributions: Sequence[Contribution]) -> tuple[float, float]:
    """Return what the second largest can make of the largest (t), and the excess over it (1)."""
    merged = _merged(contributions)
    largest = _first(merged, PAIR)
    if len(largest) < PAIR or not largest[0][0]:
        problem = Problem("an estimate needs two contributors, the largest above 0",
                          found=str(len(largest)), expected="2 or more")
        raise InputError([problem])
    upper = _total(merged) - largest[1][0]
    return float(upper), float(upper / largest[0][0] - 1)


def p_of_dominance(share: float) -> float:
    """Return the p whose rule protects at least as much as dominance of `share` per cent."""
    if not 0.0 < share <= PER_CENT:
        raise InputError([Problem("a share outside 0 to 100 %", found=f"{share:g}",
                                  expected="above 0, at most 100")])
    return PER_CENT * (PER_CENT - share) / share


def read_rule(text: str) -> Rule:
    """Return a rule written ``nk=2,90``, ``p=10``, ``pq=10,50`` or ``frequency=3``.

    Raises `InputError` for another kind and for numbers out of range.
    """
    kind, _, rest = text.partition("=")
    counts = {"nk": PAIR, "p": 1, "pq": PAIR, "frequency": 1}
    try:
        numbers = [float(part) for part in rest.split(",")]
    except ValueError:
        numbers = []
    if kind not in counts or len(numbers) != counts[kind]:
        raise InputError([Problem("not a rule of disclosure", field="--rule", found=text,
                                  expected="nk=2,90, p=10, pq=10,50 or frequency=3")])
    rule = Rule(kind, *numbers)
    _check(rule)
    return rule


@dataclass(frozen=True, slots=True)
class _Part:
    amount: Fraction
    weight: int
    waiver: bool


def _merged(contributions: Sequence[Contribution]) -> list[_Part]:
    wrong = [
        Problem("a negative contribution", field=each.holder, found=f"{each.tonnes:g} t",
                expected="0 t or more")
        for each in contributions if not each.tonnes >= 0.0
    ] + [
        Problem("a weight below 1", field=each.holder, found=str(each.weight), expected="1 or more")
        for each in contributions if each.weight < 1
    ]
    if wrong:
        raise InputError(wrong)
    holders: dict[tuple[str, int], list[Contribution]] = {}
    for each in contributions:
        holders.setdefault((each.holder, each.weight), []).append(each)
    parts = [
        _Part(sum((Fraction(one.tonnes) for one in lots), Fraction(0)), weight,
              all(one.waiver for one in lots))
        for (_, weight), lots in holders.items()
    ]
    return sorted(parts, key=lambda part: -part.amount)


def _unsafe(parts: Sequence[_Part], rule: Rule) -> bool:
    _check(rule)
    total = _total(parts)
    if rule.kind == "frequency":
        return sum(part.weight for part in parts) < rule.first
    if rule.kind == "nk":
        largest = sum((amount for amount, _ in _first(parts, int(rule.first))), Fraction(0))
        return largest * PER_CENT > Fraction(rule.second) * total
    ratio = Fraction(rule.first) / (PER_CENT if rule.kind == "p" else Fraction(rule.second))
    return _estimated(parts, total, ratio)


def _estimated(parts: Sequence[_Part], total: Fraction, ratio: Fraction) -> bool:
    """Say whether the largest that is protected can be estimated too closely."""
    every = list(_each(parts))
    shown = next((at for at, (_, waiver) in enumerate(every) if not waiver), None)
    if shown is None:
        return False
    protected = every.pop(shown)[0]
    other = every[0][0] if every else Fraction(0)
    return total - protected - other < ratio * protected


def _total(parts: Iterable[_Part]) -> Fraction:
    return sum((part.amount * part.weight for part in parts), Fraction(0))


def _first(parts: Sequence[_Part], count: int) -> list[tuple[Fraction, bool]]:
    found: list[tuple[Fraction, bool]] = []
    for each in _each(parts):
        if len(found) == count:
            break
        found.append(each)
    return found


def _each(parts: Iterable[_Part]) -> Iterator[tuple[Fraction, bool]]:
    """Yield amount and waiver of every contributor that the parts stand for."""
    for part in parts:
        for _ in range(part.weight):
            yield part.amount, part.waiver


def _check(rule: Rule) -> None:
    problems: list[Problem] = []
    ranges: Mapping[str, tuple[float, float]] = {
        "nk": (1, float("inf")), "p": (0, PER_CENT), "pq": (0, PER_CENT),
        "frequency": (1, float("inf")),
    }
    if rule.kind not in ranges:
        raise InputError([Problem("unknown rule", found=rule.kind, expected=", ".join(ranges))])
    low, high = ranges[rule.kind]
    whole = rule.kind in {"nk", "frequency"}
    if not low <= rule.first <= high or (whole and rule.first != int(rule.first)):
        problems.append(Problem("number out of range", field=rule.name, found=f"{rule.first:g}",
                                expected=f"{'a whole number, ' if whole else ''}{low:g} or more"))
    if rule.kind == "nk" and not 0 < rule.second <= PER_CENT:
        problems.append(Problem("a share over 100 %", field=rule.name, found=f"{rule.second:g}",
                                expected="above 0, at most 100"))
    if rule.kind == "pq" and not rule.first < rule.second <= PER_CENT:
        problems.append(Problem("q is what was known before", field=rule.name,
                                found=f"{rule.second:g}", expected="above p, at most 100"))
    if problems:
        raise InputError(problems)
