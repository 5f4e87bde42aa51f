from __future__ import annotations

from pathlib import Path

import highspy
import numpy as np
import polars as pl
import pytest

from orepact.engine import Arrays, Program, lp_text, solve_linear, write_lp, write_mps


def program(*, curved: bool = True, integer: bool = False) -> Arrays:
    built = Program("a toy", offset=2.5)
    flow = built.add_columns(
        "flow",
        pl.DataFrame({"region": ["CHN", "USA"], "month": [1, 1]}),
        upper=np.array([5.0, np.inf]),
        cost=np.array([1.0, -0.1]),
        curvature=np.array([0.0, 0.5]) if curved else 0.0,
        integer=integer,
    )
    spare = built.add_columns("spare use", pl.DataFrame({"k": [0]}), lower=-np.inf, upper=0.0)
    rows = built.add_rows(
        "balance",
        pl.DataFrame({"k": [0, 1]}),
        lower=np.array([3.0, -1.0]),
        upper=np.array([3.0, 9.0]),
    )
    row = rows["row"].to_numpy()
    built.add_entries(row[[0, 0, 1, 1]], pl.concat([flow["column"], flow["column"]]), 1.0)
    built.add_entries(row[[1]], spare["column"], -2.0)
    return built.assemble()


def test_lp_text_is_readable_and_stable() -> None:
    assert lp_text(program(integer=True)) == (
        "\\ a toy\n"
        "minimize\n"
        " objective: + 1.0 flow(CHN,1) - 0.1 flow(USA,1) + 2.5 + [ + 0.5 flow(USA,1) ^ 2 ] / 2\n"
        "subject to\n"
        " balance(0): + 1.0 flow(CHN,1) + 1.0 flow(USA,1) = 3.0\n"
        " balance(1).lower: + 1.0 flow(CHN,1) + 1.0 flow(USA,1) - 2.0 spare_use(0) >= -1.0\n"
        " balance(1).upper: + 1.0 flow(CHN,1) + 1.0 flow(USA,1) - 2.0 spare_use(0) <= 9.0\n"
        "bounds\n"
        " 0.0 <= flow(CHN,1) <= 5.0\n"
        " -inf <= spare_use(0) <= 0.0\n"
        "general\n"
        " flow(CHN,1)\n"
        " flow(USA,1)\n"
        "end\n"
    )


@pytest.mark.parametrize("name", ["toy.lp", "toy.mps"])
def test_a_written_program_has_the_same_optimum(tmp_path: Path, name: str) -> None:
    arrays = program(curved=False)
    path = tmp_path / name
    write = write_lp if name.endswith("lp") else write_mps
    write(arrays, path)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS's own signature
    highs.readModel(str(path))
    highs.run()
    assert highs.getInfo().objective_function_value == pytest.approx(solve_linear(arrays).objective)
    assert "flow" in path.read_text(encoding="utf-8")
