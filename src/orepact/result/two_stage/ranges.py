"""Between which tonnes every plan lies that is as good as the one found, as far as is proven."""

from __future__ import annotations

import numpy as np

from orepact.errors import SolveError
from orepact.model.curve import Array
from orepact.result.two_stage.search import Found
from orepact.result.two_stage.stage import Stage

__all__ = ["ranges"]

SLACK = 1e-6
"""Share of the money that may be spent by which plans may be worse: solvers need some room."""


def ranges(stage: Stage, found: Found) -> tuple[Array, Array]:
    """Return the fewest and the most tonnes that the best purchases may have of every reserve.

    All other cases together cost at least what their own cuts say with the money left to them, a
    dollar counted at nothing or at its worth under the budget. So the ends hold for every plan that
    is at least as good as the one found, and are wider than need be: the widest where a solver
    cannot tell.
    """
    decision, master = stage.decision, found.master
    low, high = np.zeros(len(decision.price)), decision.most.copy()
    own, _ = stage.evaluate(found.bought)
    cases = [case for case in range(decision.cases) if np.any(decision.of_case == case)]
    dollars = np.unique([0.0, found.dollar]) if np.isfinite(decision.budget) else np.zeros(1)
    least = np.array(
        [[master.alone(case, each).bound().value for case in cases] for each in dollars]
    ).reshape(len(dollars), len(cases))
    paid = dollars * (decision.budget if np.isfinite(decision.budget) else 0.0)
    here = max(decision.worth(found.bought, own), float((least.sum(axis=1) - paid).max()))
    here += SLACK * decision.unit
    for place, case in enumerate(cases):
        rows = decision.case == case
        if not rows.any():
            continue
        rest = least.sum(axis=1) - least[:, place] - paid
        slope = dollars[:, None] * decision.price[rows]
        both = master.alone(case, 0.0).with_rest(slope, rest, decision.budget)
        try:
            low[rows], high[rows] = both.ends(here)
        except SolveError:
            low[rows], high[rows] = 0.0, decision.most[rows]
    return np.minimum(low, found.bought), np.maximum(high, found.bought)
