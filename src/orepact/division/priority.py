"""Priority classes: the first class is served before the next gets anything.

Within a class a claims rule divides (`rules`), so need-first and defence-first are one rule with
different orders of the same classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from orepact.division.claims import Awards, Number, checked
from orepact.division.rules import divide
from orepact.errors import InputError, Problem

__all__ = ["by_priority"]


def by_priority(
    claims: Mapping[str, Mapping[str, Number]],
    available: Number,
    order: Sequence[str],
    within: str = "proportional",
) -> Awards:
    """Return what each member gets when classes of claims are served in `order`.

    `claims` has a claim for each class of each member; classes that `order` does not name come
    last, together. Raises `InputError` for what `divide` refuses and for a class named twice.
    """
    problems = [Problem("a class is named twice", field="order", found=repr(name),
                        expected="each class once")
                for name in dict.fromkeys(order) if list(order).count(name) > 1]
    flat = {f"{member}.{name}": value
            for member, parts in claims.items() for name, value in parts.items()}
    try:
        numbers, amount = checked(flat, available)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    rest = tuple({name for parts in claims.values() for name in parts} - set(order))
    awards, left = dict.fromkeys(claims, Fraction(0)), amount
    for names in (*((name,) for name in order), rest):
        wanted = {
            member: sum((numbers[f"{member}.{name}"] for name in names if name in parts),
                        Fraction(0))
            for member, parts in claims.items()
        }
        given = divide(wanted, min(left, sum(wanted.values(), Fraction(0))), within)
        left -= sum(given.values(), Fraction(0))
        awards = {member: awards[member] + given[member] for member in awards}
    return awards
