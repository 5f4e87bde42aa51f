"""The verb ``orepact share rules``."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from orepact.cli.show import print_json, print_table, tell
from orepact.studies.sharing.own import divided, read_claims
from orepact.views.share_table import fairness_rows, rule_rows
from orepact.views.share_words import division_lines
from orepact.views.texts import say

__all__ = ["print_rows", "rules_verb"]


def rules_verb(
    claims: str, available: str | None, rules: Sequence[str], *, json: bool
) -> None:
    """Print what each rule makes of claims."""
    content = divided(read_claims(claims), available, rules)
    if json:
        print_json(content)
        return
    alone = any(one["alone"] for one in content["members"])
    if content["rules"]:
        print_rows(rule_rows(content), say("share_table_rules", unit=content["unit"]))
        print_rows(fairness_rows(content, refusals=alone), say("share_table_fair_own"))
    for line in division_lines(content):
        tell(line)


def print_rows(rows: Sequence[dict[str, str]], title: str) -> None:
    """Print rows of text as a table."""
    frame = pl.DataFrame(list(rows))
    print_table(frame, frame.columns, title=title)
