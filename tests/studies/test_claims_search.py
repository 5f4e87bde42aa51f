"""The definition that would reproduce a claim, and how verdicts are printed."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console, RenderableType

from orepact.data.bundle import read_bundle
from orepact.studies.claims.check import Verdict, check_claims
from orepact.studies.claims.file import Claim, Definition
from orepact.views.claims import verdicts_table
from orepact.views.claims_words import claimed


def claim(**fields: Any) -> Claim:
    given: dict[str, Any] = {"claim": "c", "statement": "s", "asserted_by": "somebody", **fields}
    return Claim(**given)


def judge(definition: Definition, **fields: Any) -> Verdict:
    (verdict,) = check_claims(read_bundle(), [claim(compute=definition, **fields)])
    return verdict


def test_the_best_fit_is_another_edition_of_the_same_year() -> None:
    """The number of 2022 that was printed before its revision comes before the same of 2024."""
    verdict = judge(
        Definition(
            measure="production", mineral="antimony", stage="mine", country="CHN", year=2022
        ),
        value=60_000,
        unit="t",
    )
    best, *others = verdict.reproduced_by
    assert (best.definition.year, best.definition.edition) == (2022, "MCS2023")
    assert best.figure.value == 60_000
    assert others
    assert all(each.definition.year != 2022 for each in others)
    assert "2022, MCS2023" in words_of(verdict)


def test_the_share_of_the_printed_total_is_tried_for_the_same_year() -> None:
    verdict = judge(
        Definition(
            measure="production_share",
            mineral="rare_earths",
            stage="mine",
            country="CHN",
            year=2024,
        ),
        value=71.1,
    )
    assert verdict.verdict == "outside range"
    best = verdict.reproduced_by[0]
    assert (best.definition.year, best.definition.edition, best.definition.world) == (
        2024,
        "MCS2026",
        "printed",
    )


def words_of(verdict: Verdict) -> str:
    return " ".join(plain_text(verdicts_table([verdict])).split())


def plain_text(thing: RenderableType, width: int = 80) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(thing)
    return console.export_text()


def test_numbers_never_break_and_thousands_are_set_apart_by_commas() -> None:
    wide = judge(
        Definition(measure="production", mineral="bauxite", stage="mine", country="CHN", year=2023),
        value=1_234_567_890.0,
        unit="t",
    )
    text = plain_text(verdicts_table([wide]), width=60)
    assert "1,234,567,890" in text
    assert "\N{NARROW NO-BREAK SPACE}" not in text
    assert claimed(claim(value=2000, unit="t")) == "2,000 t"
    assert claimed(claim(value=2027, unit="year")) == "2027"
    assert claimed(claim(low=9000, high=12000, unit="t")) == "9,000–12,000 t"
