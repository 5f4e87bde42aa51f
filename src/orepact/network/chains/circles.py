"""Circles of processes: material that comes back from what it made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

__all__ = ["Recipe", "circles"]

Recipe = tuple[Mapping[str, float], Mapping[str, float]]
"""Tonnes used and tonnes made, by material, per tonne of activity."""


def circles(materials: Sequence[str], recipes: Iterable[Recipe]) -> list[tuple[str, float]]:
    """Return every material that comes back as much as it was used, with tonnes back per tonne.

    Swarf that is recycled returns less and is no such circle. The gain of a step is the output
    per tonne of one input; a circle's gain is the product of its steps. The largest gain between
    any two materials is found by the method of Floyd (1962, doi:10.1145/367766.368168) and
    Warshall in logarithms.
    """
    number = {name: position for position, name in enumerate(materials)}
    gain = np.full((len(materials), len(materials)), -np.inf)
    for inputs, outputs in recipes:
        for source, used in inputs.items():
            for output, made in outputs.items():
                if source in number and output in number and made > 0.0:
                    place = number[source], number[output]
                    step = np.log(made / used) if used > 0.0 else np.inf
                    gain[place] = max(gain[place], step)
    if not np.isfinite(gain).any():
        return []
    for via in range(len(materials)):
        gain = np.maximum(gain, gain[:, via, None] + gain[None, via, :])
    back = zip(materials, np.exp(np.diagonal(gain)), strict=True)
    return [(name, float(tonnes)) for name, tonnes in back if tonnes >= 1.0]
