"""Write the arrays of a program in linopy, an independent second implementation."""

from __future__ import annotations

import linopy
import numpy as np
import xarray as xr

from orepact.engine import Arrays

__all__ = ["linopy_model", "linopy_objective"]


def linopy_model(arrays: Arrays) -> linopy.Model:
    """Return the small program `arrays` as a linopy model with one variable "x"."""
    model = linopy.Model()
    whole = np.flatnonzero(arrays.integrality)
    assert len(whole) in {0, arrays.n_columns}, "linopy wants all columns whole or none"
    if len(whole):
        assert np.all(np.isfinite(arrays.upper)), "linopy wants finite bounds on whole columns"
    x = model.add_variables(
        lower=_along_columns(arrays.lower),
        upper=_along_columns(arrays.upper),
        name="x",
        integer=bool(len(whole)),
    )
    dense = arrays.matrix.toarray()
    sides = (("lower", arrays.row_lower, ">="), ("upper", arrays.row_upper, "<="))
    for name, side, sign in sides:
        rows = np.flatnonzero(np.isfinite(side))
        if len(rows):
            places = {"row": rows, "column": np.arange(arrays.n_columns)}
            weight = xr.DataArray(dense[rows], coords=places, dims=["row", "column"])
            right = xr.DataArray(side[rows], coords={"row": rows}, dims=["row"])
            left = (x * weight).sum("column")
            model.add_constraints(left, sign, right, name=name)
    objective = (x * _along_columns(arrays.cost)).sum()
    if np.any(arrays.curvature):
        objective = objective + (x**2 * (0.5 * _along_columns(arrays.curvature))).sum()
    model.add_objective(objective)
    return model


def linopy_objective(arrays: Arrays) -> float:
    """Return the optimal objective that linopy and HiGHS find for `arrays`."""
    model = linopy_model(arrays)
    status, words = model.solve(solver_name="highs", output_flag=False, io_api="direct")
    assert status == "ok", words
    return float(model.objective.value) + arrays.offset


def _along_columns(values: np.ndarray) -> xr.DataArray:
    places = {"column": np.arange(len(values))}
    return xr.DataArray(np.array(values), coords=places, dims=["column"])
