"""Ranges of a scenario as numbers: where they are, how they are drawn from, what a draw gives."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from scipy.special import betaincinv, ndtr, ndtri

from orepact.errors import InputError, Problem, nearest
from orepact.policy.scenario.text import PARTS, Distribution, Ranged, Scenario, fixed

__all__ = ["all_ranges", "drawn", "ranged_paths", "resolve"]


def ranged_paths(scenario: Scenario) -> tuple[str, ...]:
    """Return the paths of every number that is uncertain, such as ``floods.0.price``."""
    return tuple(path for path, one in all_ranges(scenario) if not one.certain)


def all_ranges(scenario: Scenario) -> Iterator[tuple[str, Ranged]]:
    """Yield the path and the range of every number of a scenario's parts, certain ones too."""
    for name in PARTS:
        yield from _walk(name, getattr(scenario, name))


def resolve(scenario: Scenario, draw: Mapping[str, float]) -> Scenario:
    """Return a scenario whose ranges are single numbers: ``part.field.value`` is the draw's.

    `draw` has a quantile in 0 to 1 by path; a path that it lacks takes the middle value. Raises
    `InputError` for an unknown path and for what is no quantile.
    """
    known = ranged_paths(scenario)
    problems = [
        Problem("no such uncertain number", field=path, expected="a path of ranged_paths",
                nearest=nearest(path, known))
        for path in draw if path not in known
    ]
    problems += [
        Problem("not a quantile", field=path, found=str(quantile), expected="0 to 1")
        for path, quantile in draw.items() if not 0.0 <= quantile <= 1.0
    ]
    if problems:
        raise InputError(problems)
    by_path = {one.of: one for one in scenario.distributions}

    def number(path: str, one: Ranged) -> Ranged:
        if path not in draw or one.certain:
            return fixed(one.value)
        kind = by_path.get(path, Distribution(of=path, kind="triangular"))
        return fixed(drawn(one, kind, draw[path]))

    lists = {name: _replaced(name, getattr(scenario, name), number) for name in PARTS}
    return dataclasses.replace(scenario, **cast("Any", lists))


def drawn(one: Ranged, distribution: Distribution, quantile: float) -> float:
    """Return the number at a quantile (0 to 1) of a range; never outside the range.

    It does not fall when the quantile rises. Source of the beta weights: Malcolm et al. (1959),
    Application of a technique for research and development program evaluation.
    """
    low, value, high = one.low, one.value, one.high
    if low == high:
        return value
    width = high - low
    kind = distribution.kind
    if kind == "uniform":
        found = low + quantile * width
    elif kind == "beta":
        alpha = distribution.alpha or 1.0 + 4.0 * (value - low) / width
        beta = distribution.beta or 1.0 + 4.0 * (high - value) / width
        place = float(betaincinv(alpha, beta, quantile))
        # So near an end that the inverse has no digits left: the end itself.
        found = low + width * (round(quantile) if math.isnan(place) else place)
    elif kind == "normal":
        found = _cut_normal(low, value, high, distribution.sd or width / 4.0, quantile)
    elif kind == "lognormal":
        ends = math.log(low), math.log(value), math.log(high)
        sd = distribution.sd or (ends[2] - ends[0]) / 4.0
        found = math.exp(_cut_normal(*ends, sd, quantile))
    else:
        found = _triangular(low, value, high, quantile)
    return min(max(found, low), high)


def _triangular(low: float, value: float, high: float, quantile: float) -> float:
    width = high - low
    if quantile * width <= value - low:
        return low + math.sqrt(quantile * width * (value - low))
    return high - math.sqrt((1.0 - quantile) * width * (high - value))


def _cut_normal(low: float, mean: float, high: float, sd: float, quantile: float) -> float:
    first, last = float(ndtr((low - mean) / sd)), float(ndtr((high - mean) / sd))
    return mean + sd * float(ndtri(first + quantile * (last - first)))


def _walk(path: str, value: Any) -> Iterator[tuple[str, Ranged]]:
    if isinstance(value, Ranged):
        yield path, value
    elif isinstance(value, tuple):
        for number, item in enumerate(cast("tuple[Any, ...]", value)):
            yield from _walk(f"{path}.{number}", item)
    elif dataclasses.is_dataclass(value):
        for item in dataclasses.fields(value):
            yield from _walk(f"{path}.{item.name}", getattr(value, item.name))


def _replaced(path: str, value: Any, number: Callable[[str, Ranged], Ranged]) -> Any:
    """Return a value with every range in it replaced by what `number` returns for it."""
    if isinstance(value, Ranged):
        return number(path, value)
    if isinstance(value, tuple):
        items = cast("tuple[Any, ...]", value)
        return tuple(_replaced(f"{path}.{k}", item, number) for k, item in enumerate(items))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {
            item.name: _replaced(f"{path}.{item.name}", getattr(value, item.name), number)
            for item in dataclasses.fields(value)
        }
        same = all(changes[name] is getattr(value, name) for name in changes)
        return value if same else dataclasses.replace(value, **changes)
    return value
