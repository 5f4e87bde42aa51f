from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from orepact.engine import Arrays, Program, certify, solve_linear
from orepact.engine.certificate import combine, require
from orepact.errors import SolveError


def market() -> Arrays:
    """Return two mines (cost 1 up to 5 t, cost 3) that serve 8 tonnes; the price is 3."""
    program = Program("market")
    mine = program.add_columns(
        "mine",
        pl.DataFrame({"mine": ["cheap", "dear"]}),
        upper=np.array([5.0, np.inf]),
        cost=np.array([1.0, 3.0]),
    )
    balance = program.add_rows("balance", pl.DataFrame({"k": ["t"]}), lower=8.0, upper=8.0)
    program.add_entries(np.repeat(balance["row"].to_numpy(), 2), mine["column"])
    return program.assemble()


def test_the_optimum_has_no_residuals() -> None:
    certificate = certify(market(), np.array([5.0, 3.0]), np.array([3.0]))
    assert certificate.holds
    assert certificate.primal_residual == certificate.dual_residual == certificate.gap == 0.0


def test_an_open_balance_is_named() -> None:
    certificate = certify(market(), np.array([5.0, 2.0]), np.array([3.0]))
    assert not certificate.holds
    assert certificate.primal_absolute == 1.0
    assert certificate.primal_residual == pytest.approx(1 / 8)
    assert certificate.worst_row == "balance[t]"


def test_a_broken_bound_is_a_primal_residual() -> None:
    certificate = certify(market(), np.array([6.0, 2.0]), np.array([3.0]))
    assert certificate.primal_absolute == 1.0
    assert certificate.worst_column == "mine[cheap]"


def test_a_feasible_but_dear_point_has_a_gap() -> None:
    """4 t cheap and 4 t dear cost 16 instead of 14; with the right price the gap is 2."""
    certificate = certify(market(), np.array([4.0, 4.0]), np.array([3.0]))
    assert certificate.gap_absolute == pytest.approx(2.0)
    assert certificate.gap == pytest.approx(2 / 17)
    assert not certificate.holds


def test_a_price_above_an_unbounded_mines_cost_is_a_dual_residual() -> None:
    certificate = certify(market(), np.array([5.0, 3.0]), np.array([4.0]))
    assert certificate.dual_absolute == pytest.approx(1.0)
    assert certificate.worst_column == "mine[dear]"


def test_no_certificate_no_solution() -> None:
    certificate = certify(market(), np.array([5.0, 2.0]), np.array([3.0]))
    with pytest.raises(SolveError, match=r"'market'.*certificate fails.*balance\[t\]"):
        require(certificate, "market", "a solver")
    require(solve_linear(market()).certificate, "market", "a solver")


def test_a_combined_certificate_has_the_worst_residual_and_the_whole_gap() -> None:
    good = certify(market(), np.array([5.0, 3.0]), np.array([3.0]))
    bad = certify(market(), np.array([4.0, 4.0]), np.array([3.0]))
    open_balance = certify(market(), np.array([5.0, 2.0]), np.array([3.0]))
    whole = combine([good, bad, bad], objective=49.0)
    assert whole.gap == pytest.approx(4 / 50)
    assert not whole.holds
    assert combine([good, open_balance], objective=9.0).worst_row == "balance[t]"
