"""The members behind a filed prediction: what share of them said that a figure passes a limit.

A filed line holds bands. The members lie in the folder of the run; they count only where run and
members are those that were filed, and where the middle ones are as filed.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from orepact.data.text import read_text
from orepact.errors import InputError, Problem
from orepact.indicators.bands import middle_of
from orepact.studies.folder import RUN_FILE
from orepact.studies.outside import OUTSIDE
from orepact.studies.predicted import branch_of
from orepact.studies.prediction import MEMBERS, Prediction
from orepact.studies.scoring.observed import FIGURES

__all__ = ["LIMITS", "chance_above", "filed_members", "read_limits"]

LIMITS: Mapping[str, tuple[float, ...]] = {
    "unmet_share": (0.1,),
    "price_marginal_vs_base": (1.5, 2.0),
}
"""Limits that are asked of every prediction if none are given."""

_PLACE = ("chain", "branch", "period", "region", "material")
_LIMIT = re.compile(r"\s*([a-z_]+)\s*>\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*")
_ALIKE = 1e-9


def read_limits(texts: tuple[str, ...]) -> dict[str, tuple[float, ...]]:
    """Return limits by figure from texts such as ``unmet_share > 0.1``.

    Raises `InputError` with every text that is none.
    """
    found: dict[str, tuple[float, ...]] = {}
    problems: list[Problem] = []
    for text in texts:
        match = _LIMIT.fullmatch(text)
        if match is None or match[1] not in FIGURES:
            problems.append(Problem("not a statement", field="--above", found=repr(text),
                                    expected="FIGURE > NUMBER with one of " + ", ".join(FIGURES)))
            continue
        found[match[1]] = (*found.get(match[1], ()), float(match[2]))
    if problems:
        raise InputError(problems)
    return found


def filed_members(folder: Path, prediction: Prediction) -> pl.DataFrame:
    """Return the members of the run that was filed, with a column per figure.

    Raises `InputError` where the folder holds another run, no members, or other members.
    """
    run = read_text(folder / RUN_FILE)
    found = hashlib.sha256(run.encode("utf-8")).hexdigest()
    filed = str(prediction.content["run_sha256"])
    if found != filed:
        raise InputError([Problem("not the run that was filed", file=str(folder / RUN_FILE),
                                  field="--run", found=found[:12], expected=filed[:12])])
    path = folder / MEMBERS
    try:
        found, filed = _hash(path), prediction.content.get("members_sha256", "")
        table = _as_filed(pl.read_parquet(path), prediction)
        members = table.with_columns(
            pl.col("price_marginal").alias("price_marginal_vs_base"),
            pl.col("price_transaction").alias("price_transaction_vs_base"),
            (pl.col("price_marginal") / pl.col("price_status_quo"))
            .alias("price_marginal_vs_status_quo"),
            (pl.col("price_transaction") / pl.col("price_status_quo_paid"))
            .alias("price_transaction_vs_status_quo"),
            pl.col("unmet_share").clip(0.0, 1.0),
        )
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError([Problem("the run's members cannot be read", file=str(path),
                                  field="--run", found=str(error).split("\n", 1)[0][:80],
                                  expected="members.parquet as the run wrote it")]) from error
    if filed and found != filed:
        raise InputError([Problem("not the members that were filed", file=str(path), field="--run",
                                  found=found[:12], expected=filed[:12])])
    _require_middles(path, members, prediction.content["results"])
    return members


def _as_filed(table: pl.DataFrame, prediction: Prediction) -> pl.DataFrame:
    """Return members with the columns of a run's; those of a stress run have rungs and periods."""
    if "rung" not in table.columns:
        return table.with_columns(pl.lit("").alias("period"))
    study, rungs = str(prediction.content["study"]), table["rung"].unique().sort().to_list()
    names = {rung: branch_of(study, rung, rungs) for rung in rungs}
    return table.with_columns(
        pl.col("rung").replace_strict(names, return_dtype=pl.String).alias("branch"),
        pl.col("now_price_marginal").alias("price_status_quo"),
        pl.col("now_price_transaction").alias("price_status_quo_paid"),
    )


def _place_of(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(entry.get(name, "")) for name in _PLACE)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def chance_above(
    members: pl.DataFrame, entry: Mapping[str, Any], figure: str, limit: float
) -> float | None:
    """Return the share of an entry's members in which a figure is above a limit, None without."""
    values = _values(members, entry, figure)
    return float(np.mean(values > limit)) if len(values) else None


def _values(
    members: pl.DataFrame, entry: Mapping[str, Any], figure: str
) -> np.ndarray[Any, np.dtype[np.float64]]:
    place = zip(_PLACE, _place_of(entry), strict=True)
    mine = members.filter(*[pl.col(name) == value for name, value in place])
    values = mine[figure].drop_nulls().to_numpy().astype(np.float64)
    return values[~np.isnan(values)]


def _require_middles(
    path: Path, members: pl.DataFrame, entries: list[dict[str, Any]]
) -> None:
    """Raise `InputError` unless every filed middle is the middle member."""
    parts = members.partition_by(*_PLACE, as_dict=True)
    for entry in entries:
        mine = parts.get(_place_of(entry))
        if mine is None and entry["region"] == OUTSIDE and "period" in entry:
            continue  # a stress run's members are kept buyer by buyer, without this one price
        for figure in FIGURES:
            if figure not in entry:
                continue
            values = None if mine is None else mine[figure].to_numpy().astype(np.float64)
            middle = math.nan if values is None else float(middle_of(values[None, :])[0])
            if not math.isclose(middle, entry[figure]["middle"], rel_tol=_ALIKE, abs_tol=_ALIKE):
                raise InputError([Problem(
                    "the members do not give what was filed", file=str(path),
                    field="--run", found=", ".join(filter(None, _place_of(entry))),
                    expected=f"members whose middle {figure} is as filed")])
