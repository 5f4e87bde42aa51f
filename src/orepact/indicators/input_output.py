r"""Input-output amplification: an exposure index, not a forecast.

From a user's table of flows between sectors. Backward (Leontief 1936): who delivers to the sectors
that fall short of final use. Forward (Ghosh 1958): who buys from the sectors that lack primary
inputs. Multipliers and both models as in Miller and Blair (2009), Input-Output Analysis, chapters 2
and 12; that the Ghosh model of quantities is no description of production: Dietzenbacher (1997),
doi:10.1111/0022-4146.00073.

$$A = Z\hat x^{-1},\ L = (I-A)^{-1},\ \Delta x = L\,\Delta f;\qquad
B = \hat x^{-1}Z,\ G = (I-B)^{-1},\ \Delta x' = \Delta v' G$$

| symbol | meaning (unit) | in code |
|---|---|---|
| $Z$ | flow from the row's sector to the column's (any money) | `InputOutput.flows` |
| $x, f, v$ | output, final use, primary inputs (same money) | `output`, `final`, `primary` |
| $L, G$ | Leontief and Ghosh inverse (1) | `leontief`, `ghosh` |

Fixed proportions, fixed prices, no stocks, no substitution, one year: the index says where to look.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from orepact.data.table import Kind, Table, scan_table
from orepact.data.text import read_text
from orepact.errors import InputError, Problem, nearest

__all__ = [
    "FINAL",
    "LABEL",
    "OUTPUT",
    "InputOutput",
    "exposure_index",
    "ghosh",
    "leontief",
    "multipliers",
    "read_input_output",
]

Array = npt.NDArray[np.float64]

LABEL = "exposure index, not a forecast"
"""What every table of this module is called wherever it is shown."""

FINAL, OUTPUT, SECTOR = "final_use", "output", "sector"

CLOSES = 0.005
"""How far a sector's flows and final use may be off its output (fraction): rounding of tables."""

SINGULAR = 1e12
"""Condition number from which a matrix counts as singular."""


@dataclass(frozen=True, slots=True)
class InputOutput:
    """A table of flows (sectors × sectors, from the row to the column), final use and output."""

    sectors: tuple[str, ...]
    flows: Array
    final: Array
    output: Array

    @property
    def primary(self) -> Array:
        """Return primary inputs: output less what is bought from sectors (value added, imports)."""
        return self.output - self.flows.sum(axis=0)


def read_input_output(path: Path) -> InputOutput:
    """Read a table from CSV: ``sector``, a column per sector, ``final_use``, ``output``.

    Rows deliver, columns receive; any currency, the same everywhere. Raises `InputError` with every
    problem: sectors without row or column, cells that are empty or below zero, rows that do not add
    up to output, sectors that buy as much as they make, a singular matrix.
    """
    table, sectors, problems = _scanned(path)
    rows = dict(zip(table.frame[SECTOR].to_list(), table.frame["line"].to_list(), strict=True))
    missing = [name for name in sectors if name not in rows]
    problems += [
        Problem("a sector has a column and no row", file=str(path), field=SECTOR, found=name,
                expected="a row for every column", nearest=nearest(name, list(rows)))
        for name in missing
    ]
    problems += [
        table.problem(line, SECTOR, "a sector has a row and no column", found=name,
                      expected="one of " + ", ".join(sectors))
        for name, line in rows.items() if name not in sectors
    ]
    if problems:
        raise InputError(problems)
    ordered = table.frame.sort(pl.col(SECTOR).replace_strict({s: n for n, s in enumerate(sectors)}))
    found = InputOutput(
        sectors,
        ordered.select(sectors).to_numpy().astype(np.float64),
        ordered[FINAL].to_numpy().astype(np.float64),
        ordered[OUTPUT].to_numpy().astype(np.float64),
    )
    problems = list(_unsound(found, table, rows))
    if problems:
        raise InputError(problems)
    return found


def _scanned(path: Path) -> tuple[Table, tuple[str, ...], list[Problem]]:
    lines = [line for line in read_text(path).splitlines() if line and not line.startswith("#")]
    header: list[str] = next(csv.reader(lines[:1]), list[str]())
    sectors = tuple(name for name in header if name not in {SECTOR, FINAL, OUTPUT, ""})
    if not sectors:
        raise InputError([Problem("the table has no sectors", file=str(path), line=1,
                                  expected="sector, a column per sector, final_use, output")])
    columns: dict[str, Kind] = {SECTOR: "text"}
    columns |= dict.fromkeys((*sectors, OUTPUT), "non-negative")
    table = scan_table(path, {**columns, FINAL: "number"})
    problems = [*table.problems, *table.repeated([SECTOR])]
    for name in (SECTOR, *sectors, FINAL, OUTPUT):
        problems += table.empty(name)
    return table, sectors, problems


def _unsound(found: InputOutput, table: Table, rows: Mapping[str, int]) -> Iterator[Problem]:
    """Yield what makes the table no input-output table."""
    total = found.flows.sum(axis=1) + found.final
    for number, name in enumerate(found.sectors):
        made, line = float(found.output[number]), rows[name]
        if made <= 0.0:
            yield table.problem(line, OUTPUT, "a sector without output", found=name,
                                expected="leave the sector out")
            continue
        if abs(total[number] - made) > CLOSES * made:
            yield table.problem(line, OUTPUT, "flows and final use do not add up to output",
                                found=f"{total[number]:,.6g} against {made:,.6g}",
                                expected=f"within {CLOSES:.1%}")
        if found.primary[number] <= 0.0:
            yield table.problem(line, name, "a sector buys as much as it makes, or more",
                                found=f"{made - found.primary[number]:,.6g} of {made:,.6g}",
                                expected="primary inputs above zero")


def _inverse(matrix: Array, name: str) -> Array:
    rest = np.eye(len(matrix)) - matrix
    if not np.isfinite(rest).all() or np.linalg.cond(rest) > SINGULAR:
        raise InputError([Problem(f"the {name} matrix is singular",
                                  expected="a table in which every sector has primary inputs")])
    return np.linalg.inv(rest).astype(np.float64)


def leontief(table: InputOutput) -> Array:
    """Return the Leontief inverse: output of the row per unit of final use of the column.

    Raises `InputError` when it does not exist.
    """
    return _inverse(table.flows / table.output[None, :], "Leontief")


def ghosh(table: InputOutput) -> Array:
    """Return the Ghosh inverse: output of the column per unit of primary input of the row.

    Raises `InputError` when it does not exist.
    """
    return _inverse(table.flows / table.output[:, None], "Ghosh")


def multipliers(table: InputOutput) -> pl.DataFrame:
    """Return sector, `backward` (column sums of Leontief) and `forward` (row sums of Ghosh)."""
    return pl.DataFrame({
        SECTOR: table.sectors,
        "backward": leontief(table).sum(axis=0),
        "forward": ghosh(table).sum(axis=1),
        "label": [LABEL] * len(table.sectors),
    })


def exposure_index(table: InputOutput, losses: Mapping[str, float]) -> pl.DataFrame:
    """Return how far every sector is exposed when some lose a share of their output.

    `losses` has a fraction (0 to 1) by sector. `backward` cuts the final use of these sectors by
    it, `forward` their primary inputs; both say how much output (fraction) of each sector hangs on
    that. If all lose all, every index is 1. `direct` is the given loss. Raises `InputError` for
    sectors that the table lacks and for what is no fraction.
    """
    problems = [
        Problem("the table has no such sector", field=name,
                expected="one of " + ", ".join(table.sectors),
                nearest=nearest(name, table.sectors))
        for name in losses if name not in table.sectors
    ]
    problems += [
        Problem("not a fraction of output", field=name, found=f"{loss:g}", expected="0 to 1")
        for name, loss in losses.items() if not 0.0 <= loss <= 1.0
    ]
    if problems:
        raise InputError(problems)
    direct = np.array([losses.get(name, 0.0) for name in table.sectors])
    backward = leontief(table) @ (direct * table.final)
    forward = (direct * table.primary) @ ghosh(table)
    return pl.DataFrame({
        SECTOR: table.sectors,
        "direct": direct,
        "backward": backward / table.output,
        "forward": forward / table.output,
        "label": [LABEL] * len(table.sectors),
    })
