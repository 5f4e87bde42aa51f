"""The part of Clarabel's interface that orepact uses; the wheel carries no types."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csc_matrix

__version__: str

class Cone: ...

def ZeroConeT(dim: int) -> Cone: ...
def NonnegativeConeT(dim: int) -> Cone: ...

class DefaultSettings:
    verbose: bool
    max_threads: int
    presolve_enable: bool
    max_iter: int
    time_limit: float
    tol_feas: float
    tol_gap_abs: float
    tol_gap_rel: float
    equilibrate_enable: bool
    direct_solve_method: str
    static_regularization_constant: float
    def __init__(self) -> None: ...

class DefaultSolution:
    x: Sequence[float]
    z: Sequence[float]
    s: Sequence[float]
    status: object
    iterations: int
    solve_time: float
    obj_val: float

_Sparse: TypeAlias = csc_array[np.float64] | csc_matrix[np.float64]

class DefaultSolver:
    def __init__(
        self,
        P: _Sparse,
        q: NDArray[np.float64],
        A: _Sparse,
        b: NDArray[np.float64],
        cones: Sequence[Cone],
        settings: DefaultSettings,
    ) -> None: ...
    def update(
        self,
        *,
        P: NDArray[np.float64] | _Sparse = ...,
        q: NDArray[np.float64] = ...,
        A: NDArray[np.float64] | _Sparse = ...,
        b: NDArray[np.float64] = ...,
    ) -> None: ...
    def solve(self) -> DefaultSolution: ...
