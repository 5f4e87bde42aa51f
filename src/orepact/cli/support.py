"""The verbs ``orepact support list`` and ``orepact support check``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from orepact.cli.show import print_json, print_table, say, tell
from orepact.errors import InputError, Problem, attempt
from orepact.network.world import read_world
from orepact.policy.support import check_support, read_support, support_names
from orepact.views.price_support import support_rows
from orepact.views.texts import say as words

__all__ = ["check_verb", "list_verb"]


def list_verb(world: Path | None, *, json: bool) -> None:
    """Print the supports that ship, an instrument to a row."""
    over = read_world(*([world] if world else []))
    found = [read_support(name, over) for name in support_names()]
    rows = [row for each in found for row in support_rows(each)]
    if json:
        print_json({"format": "orepact/support-list/1", "supports": rows})
        return
    _table(rows)
    tell(words("support_levels"))


def _table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print instruments as they were read: levels in USD/kg, caps in t/year."""
    frame = pl.DataFrame([
        {
            "support": row["support"], "kind": row["kind"], "stage": row["material"],
            "zone": row["zone"], "USD/kg": row["level_usd_per_kg"], "t/year": row["cap_t_per_year"],
            "months": f"{row['first'] or ''} to {row['last'] or ''}",
            "index": row["index"].removesuffix(", excluding VAT"),
        }
        for row in rows
    ], infer_schema_length=None)
    print_table(frame, frame.columns)


def check_verb(files: Sequence[str], world: Path | None, *, json: bool) -> None:
    """Print errors and warnings of support files; raises `InputError` with every error."""
    over = read_world(*([world] if world else []))
    problems: list[Problem] = []
    warnings: list[Problem] = []
    rows: list[dict[str, Any]] = []
    for name in files:
        found = attempt(problems, read_support, name, over)
        if found is not None:
            warnings += check_support(found, over.network(found.chain))
            rows += support_rows(found)
    if json:
        print_json({"format": "orepact/support-check/1", "sound": not problems,
                    "read": rows, "problems": [asdict(one) for one in problems],
                    "warnings": [asdict(one) for one in warnings]})
        if problems:
            raise SystemExit(2)
        return
    for one in warnings:
        tell(f"warning: {one}", indent="  ")
    if problems:
        raise InputError(problems)
    if rows:
        _table(rows)
    count = f"{len(warnings)} warning{'s' if len(warnings) != 1 else ''}"
    say(f"{', '.join(files)}: no errors, {count}.")
