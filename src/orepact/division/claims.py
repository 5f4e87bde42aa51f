"""Claims problems: who claims how much of something that does not reach.

A claims problem is a set of claims d_i ≥ 0 and an amount E with 0 ≤ E ≤ sum d_i. Numbers are exact
rationals: 0.1 means one tenth, and "1/3" is a third.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from orepact.errors import InputError, Problem

__all__ = ["Awards", "Claims", "Number", "checked", "exact"]

Number = int | float | str | Fraction
"""What may stand for an exact number: 3, 0.25, "1/3"."""

Claims = Mapping[str, Fraction]
"""Claims by member, each zero or more."""

Awards = dict[str, Fraction]
"""What each member gets, in the order of the claims."""


def exact(value: Number) -> Fraction:
    """Return a number as it is written: the float 0.1 as one tenth.

    Raises `ValueError` for text that is no number and for what is not finite.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not finite")
        return Fraction(repr(value))
    try:
        return Fraction(value)
    except ZeroDivisionError as error:
        raise ValueError(f"{value} divides by zero") from error


def checked(claims: Mapping[str, Number], available: Number) -> tuple[Awards, Fraction]:
    """Return claims and amount as exact numbers.

    Raises `InputError` with every problem: no claims, what is no number, negative numbers, an
    amount above the sum of the claims.
    """
    problems: list[Problem] = []
    if not claims:
        problems.append(Problem("nobody claims anything", field="claims",
                                expected="a claim for each member"))
    numbers = {name: _number(value, f"claims.{name}", problems) for name, value in claims.items()}
    amount = _number(available, "available", problems)
    total = sum(numbers.values(), Fraction(0))
    if not problems and amount > total:
        problems.append(
            Problem("more is available than is claimed, so there is nothing to divide",
                    field="available", found=str(available),
                    expected=f"at most {float(total):.15g}, the sum of the claims")
        )
    if problems:
        raise InputError(problems)
    return numbers, amount


def _number(value: Number, name: str, problems: list[Problem]) -> Fraction:
    try:
        number = exact(value)
    except ValueError:
        problems.append(Problem("not a number", field=name, found=repr(value),
                                expected='a number of 0 or more, such as 3, 0.25 or "1/3"'))
        return Fraction(0)
    if number < 0:
        problems.append(Problem("negative", field=name, found=str(value),
                                expected="a number of 0 or more"))
        return Fraction(0)
    return number
