"""The verb ``orepact reserve pool``."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orepact.cli.control import register_of
from orepact.cli.show import print_json, print_table, say, tell
from orepact.cli.workers import worker_problems, workers_of
from orepact.errors import InputError, Problem, attempt
from orepact.network import World, read_world
from orepact.policy import Register
from orepact.studies.folder import check_folder, write_folder
from orepact.studies.reserve.cases import SizingDesign
from orepact.studies.reserve.pooling import OURS, budgets_of, reserve_pooling
from orepact.studies.reserve.sizing import completed
from orepact.views.reserve_pool_table import (
    ARRANGEMENT_COLUMNS,
    MEMBER_COLUMNS,
    REFUSAL_COLUMNS,
    arrangement_rows,
    member_rows,
    pool_lines,
    refusal_rows,
)
from orepact.views.texts import say as views_say

__all__ = ["PoolRequest", "pool_verb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolRequest:
    """What the user asked `orepact reserve pool` for."""

    budget: float
    chains: tuple[str, ...]
    owners: tuple[str, ...]
    shares: tuple[str, ...]
    futures: int
    seed: int
    first_month: str
    workers: int | None
    output: Path | None
    world: Path | None
    records: Path | None


def pool_verb(asked: PoolRequest, *, json: bool) -> None:
    """Compare arrangements, print who gains and write the folder."""
    design, budgets, world, register, folder = _checked(asked)

    def progress(text: str) -> None:
        _ = sys.stderr.write(text + "\n")

    found = reserve_pooling(
        design, budgets, world=world, register=register, workers=workers_of(asked.workers),
        progress=progress, command=_command(asked))
    write_folder(folder, found.content, found.frames, {}, ours=OURS)
    if json:
        print_json(found.content, exact=True)
        return
    _print(found.content)
    say(f"tables and run.json: {folder}")


def _checked(
    asked: PoolRequest,
) -> tuple[SizingDesign, dict[str, float], World, Register, Path]:
    problems: list[Problem] = []
    world = attempt(problems, read_world, *([asked.world] if asked.world else []))
    register = attempt(problems, register_of, None, asked.records)
    design = SizingDesign(
        chains=asked.chains, owners=asked.owners, futures=asked.futures, seed=asked.seed,
        budget=asked.budget, first_month=asked.first_month, tornado=0, sample=0)
    if world is not None:
        design = completed(design, world)
        problems += design.problems(world)
    if len(asked.owners) < 2:
        problems.append(Problem("a pool needs two owners", field="--owner",
                                found=", ".join(asked.owners), expected="two regions or more"))
    problems += worker_problems(asked.workers)
    budgets = attempt(problems, budgets_of, asked.shares, asked.owners, asked.budget)
    folder = asked.output or Path("orepact-reserve-pool")
    _ = attempt(problems, check_folder, folder, OURS)
    if problems or world is None or register is None or budgets is None:
        raise InputError(problems)
    return design, budgets, world, register, folder


def _print(content: dict[str, Any]) -> None:
    for rows, columns, head in (
        (arrangement_rows(content), ARRANGEMENT_COLUMNS, "pool_arrangements_head"),
        (member_rows(content), MEMBER_COLUMNS, "pool_members_head"),
        (refusal_rows(content), REFUSAL_COLUMNS, "pool_refusals_head"),
    ):
        frame = pl.DataFrame([{head: row[name] for name, head in columns.items()} for row in rows])
        print_table(frame, frame.columns, title=views_say(head))
    for line in pool_lines(content):
        tell(line)


def _command(asked: PoolRequest) -> str:
    words = ["orepact", "reserve", "pool", "--budget", f"{asked.budget:g}"]
    words += ["--chain", ",".join(asked.chains)] if asked.chains else []
    words += ["--owner", ",".join(asked.owners)]
    words += [part for share in asked.shares for part in ("--share", share)]
    words += ["--futures", str(asked.futures), "--seed", str(asked.seed)]
    words += ["--from", asked.first_month] if asked.first_month else []
    words += ["--world", str(asked.world)] if asked.world else []
    words += ["--records", str(asked.records)] if asked.records else []
    return shlex.join(words)
