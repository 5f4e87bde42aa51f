"""Build, solve and prove sparse programs on long tables; knows no minerals."""

from __future__ import annotations

from orepact.engine.arrays import Arrays, Family
from orepact.engine.blocks import Block, solve_blocks, split
from orepact.engine.certificate import Certificate, Tolerances, certify
from orepact.engine.export import lp_text, write_lp, write_mps
from orepact.engine.keys import strict_join, strict_places
from orepact.engine.linear import LinearOptions, solve_linear, solve_quadratic_highs
from orepact.engine.live import LiveLinear
from orepact.engine.many import Change, solve_many
from orepact.engine.newton import LiveNewton, NewtonOptions
from orepact.engine.program import Program
from orepact.engine.quadratic import LiveQuadratic, QuadraticOptions, solve_quadratic
from orepact.engine.solution import Solution
from orepact.engine.threads import single_threaded, spread, spread_live, stream_live

__all__ = [
    "Arrays",
    "Block",
    "Certificate",
    "Change",
    "Family",
    "LinearOptions",
    "LiveLinear",
    "LiveNewton",
    "LiveQuadratic",
    "NewtonOptions",
    "Program",
    "QuadraticOptions",
    "Solution",
    "Tolerances",
    "certify",
    "lp_text",
    "single_threaded",
    "solve_blocks",
    "solve_linear",
    "solve_many",
    "solve_quadratic",
    "solve_quadratic_highs",
    "split",
    "spread",
    "spread_live",
    "stream_live",
    "strict_join",
    "strict_places",
    "write_lp",
    "write_mps",
]
