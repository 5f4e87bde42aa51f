"""The verbs of ``orepact claims``."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from rich.console import Console

from orepact.cli.show import check_choice, print_json
from orepact.data.bundle import WORLD_FOLDER, read_bundle
from orepact.errors import InputError, Problem, nearest
from orepact.studies.claims.check import VERDICTS, Verdict, check_claims
from orepact.studies.claims.file import Claim, known_names, read_claims
from orepact.views.claims import (
    claim_rows,
    explained,
    listed,
    summary,
    verdict_rows,
    verdicts_table,
)

__all__ = ["Asked", "check_verb", "list_verb"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for: a file of claims, a vintage, which of them, in what form."""

    file: Path | None
    world: Path | None
    vintage: str
    mineral: str | None = None
    verdict: str | None = None
    explain: str | None = None
    exclude_to_confirm: bool = False
    form: str = ""


def check_verb(asked: Asked) -> None:
    """Check claims against the dataset and print the verdicts."""
    if asked.verdict is not None:
        check_choice(asked.verdict, VERDICTS, "--verdict")
    bundle = read_bundle(
        asked.world or WORLD_FOLDER, vintage=asked.vintage, confirmed_only=asked.exclude_to_confirm
    )
    claims = _of_mineral(read_claims(asked.file, known_names(bundle)), asked.mineral)
    verdicts = check_claims(bundle, claims)
    if asked.explain is not None:
        verdicts = (_one(verdicts, asked.explain),)
    shown = [each for each in verdicts if asked.verdict in {None, each.verdict}]
    rows = verdict_rows(shown)
    if asked.form == "json":
        print_json(
            {
                "format": "orepact/claims-check/1",
                "vintage": bundle.vintage,
                "dataset_sha256": bundle.hash,
                "claims": rows,
            }
        )
    elif asked.form == "csv":
        _print_csv(rows)
    elif asked.explain is not None:
        _console().print(explained(verdicts[0]))
    else:
        _console().print(verdicts_table(shown))
        if len(shown) < len(verdicts):
            _console().print("\nof all:", *summary(verdicts), sep="\n")


def list_verb(asked: Asked) -> None:
    """Print claims without checking them."""
    claims = _of_mineral(read_claims(asked.file), asked.mineral)
    if asked.form == "json":
        print_json({"format": "orepact/claims-list/1", "claims": claim_rows(claims)})
    elif asked.form == "csv":
        _print_csv(claim_rows(claims))
    else:
        _console().print(listed(claims))


def _of_mineral(claims: Sequence[Claim], mineral: str | None) -> list[Claim]:
    if mineral is None:
        return list(claims)
    check_choice(mineral, sorted({each.mineral for each in claims if each.mineral}), "--mineral")
    return [each for each in claims if each.mineral == mineral]


def _one(verdicts: Sequence[Verdict], name: str) -> Verdict:
    found = {each.claim.claim: each for each in verdicts}
    if name in found:
        return found[name]
    raise InputError(
        [
            Problem(
                "unknown claim",
                field="--explain",
                found=repr(name),
                expected="a claim printed by `orepact claims list`",
                nearest=nearest(name, list(found)),
            )
        ]
    )


def _print_csv(rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(rows[0]) if rows else ["claim"]
    writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {
                name: " | ".join(cast("list[str]", cell)) if isinstance(cell, list) else cell
                for name, cell in row.items()
            }
        )


def _console() -> Console:
    return Console(highlight=False, markup=False)
