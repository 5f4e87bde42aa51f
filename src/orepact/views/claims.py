"""Show verdicts on claims: a table for the terminal, one claim explained, rows for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orepact.studies.claims.check import VERDICTS, Verdict
from orepact.studies.claims.file import UNITS, Claim
from orepact.studies.claims.search import Tried
from orepact.views.claims_words import (
    amount,
    arithmetic,
    claimed,
    defined,
    quality,
    span_words,
    tolerance,
)

__all__ = [
    "DEFINITIONS",
    "claim_rows",
    "explained",
    "listed",
    "summary",
    "verdict_rows",
    "verdicts_table",
]

DEFINITIONS = {
    "supported": "the ranges of claim and dataset overlap",
    "outside range": "they do not, whatever is withheld",
    "cannot tell": "no figure, or what is withheld decides",
}
STYLES = {"supported": "green", "outside range": "red", "cannot tell": "yellow"}
NARROW = 12
"""Width of the columns of numbers, in characters; wider where a number needs more."""
OWN = " (own source)"
"""Marks a verdict whose figure comes from the publisher of the claim: a check of transcription."""


def verdicts_table(verdicts: Sequence[Verdict]) -> RenderableType:
    """Return a table of verdicts, one row each, and a count with the meaning of the words."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    cells = ([claimed(each.claim) for each in verdicts], [_found(each) for each in verdicts])
    for head, texts in zip(("says", "dataset"), cells, strict=True):
        table.add_column(head, justify="right", width=_number_width([head, *texts]))
    table.add_column("verdict", no_wrap=True)
    table.add_column("claim, and why", overflow="fold")
    for verdict in verdicts:
        table.add_row(
            Text(claimed(verdict.claim)),
            Text(_found(verdict)),
            Text(verdict.verdict, style=STYLES[verdict.verdict]),
            Text.assemble((verdict.claim.claim, "bold"), "\n", _because(verdict)),
        )
    return Group(table, *summary(verdicts))


def summary(verdicts: Sequence[Verdict]) -> list[RenderableType]:
    """Return the count of each verdict with its meaning, one line each."""
    counts = Counter(verdict.verdict for verdict in verdicts)
    own = sum(verdict.own_source for verdict in verdicts if verdict.verdict == "supported")
    lines = [Text(_counted(verdicts), style="bold")]
    for word in VERDICTS:
        lines.append(Text(f"{counts[word]:>4} {word}: {DEFINITIONS[word]}", STYLES[word]))
        if word == "supported" and own:
            lines.append(Text(f"     {own} of these{OWN}: they check the transcription"))
    return [*lines]


def explained(verdict: Verdict) -> RenderableType:
    """Return everything a verdict rests on: range, arithmetic, sources, other definitions."""
    claim = verdict.claim
    pairs = [
        ("says", f"{claimed(claim)}: {claim.statement}"),
        ("asserted by", _asserted(claim)),
        ("stands for", _stands_for(verdict)),
        ("definition", defined(claim.compute) if claim.compute else ""),
        ("arithmetic", arithmetic(verdict.figure) if verdict.figure else ""),
        ("quality", quality(verdict.figure) if verdict.figure else ""),
        ("missing", verdict.missing),
        *[("source", text) for text in _chain(verdict)],
        *[("reproduced by", _tried(each)) for each in verdict.reproduced_by],
        ("nearest other", _tried(verdict.nearest) if verdict.nearest else ""),
        ("tried", f"other definitions: {verdict.tried}" if verdict.tried else ""),
        *[
            ("conflicts with", f"{claimed(each)}: {each.claim} ({each.asserted_by})")
            for each in verdict.conflicts
        ],
        ("note", claim.note),
    ]
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    before = ""
    for label, text in pairs:
        if text:
            table.add_row(Text("" if label == before else label), Text(text))
            before = label
    head = Text(f"{claim.claim}: ", style="bold")
    word = Text(verdict.verdict, style=f"bold {STYLES[verdict.verdict]}")
    own = Text(OWN if verdict.own_source else "")
    return Group(Text.assemble(head, word, own), table)


def listed(claims: Sequence[Claim]) -> RenderableType:
    """Return a table of claims: what is said, by whom, when."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("claim", "statement", "asserted by"):
        table.add_column(name, overflow="fold")
    table.add_column("published", no_wrap=True)
    table.add_column("grade", no_wrap=True)
    for claim in claims:
        cells = (claim.claim, claim.statement, claim.asserted_by, str(claim.published), claim.grade)
        table.add_row(*(Text(cell) for cell in cells))
    return Group(table, Text(_counted(claims)))


def claim_rows(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Return claims as rows for programs: one mapping of names to plain values each."""
    return [
        {
            "claim": claim.claim,
            "statement": claim.statement,
            "mineral": claim.mineral,
            "value": claim.value,
            "low": claim.low,
            "high": claim.high,
            "unit": claim.unit,
            "qualifier": claim.qualifier,
            "asserted_by": claim.asserted_by,
            "source": claim.source,
            "url": claim.url,
            "published": str(claim.published),
            "grade": claim.grade,
            "group": claim.group,
        }
        for claim in claims
    ]


def verdict_rows(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Return verdicts as rows for programs; ranges are in the unit of the claim."""
    rows: list[dict[str, Any]] = []
    for verdict, own in zip(
        verdicts, claim_rows([verdict.claim for verdict in verdicts]), strict=True
    ):
        figure, factor = verdict.figure, UNITS.get(verdict.claim.unit, ("", 1.0))[1]
        compute = verdict.claim.compute
        rows.append(
            {
                **own,
                "verdict": verdict.verdict,
                "own_source": verdict.own_source,
                "claim_low": verdict.span.low / factor if verdict.span else None,
                "claim_high": verdict.span.high / factor if verdict.span else None,
                "figure": figure.value / factor if figure else None,
                "figure_low": figure.low / factor if figure else None,
                "figure_high": figure.high / factor if figure else None,
                "definition": defined(compute) if compute else "",
                "arithmetic": arithmetic(figure) if figure else "",
                "quality": quality(figure) if figure else "",
                "missing": verdict.missing,
                "sources": [each.source for each in verdict.chain],
                "reproduced_by": [_tried(each) for each in verdict.reproduced_by],
                "nearest": _tried(verdict.nearest) if verdict.nearest else "",
                "tried": verdict.tried,
                "conflicts": [each.claim for each in verdict.conflicts],
            }
        )
    return rows


def _counted(items: Sequence[object]) -> str:
    return "1 claim" if len(items) == 1 else f"{len(items)} claims"


def _number_width(texts: Sequence[str]) -> int:
    """Return a width in which no number breaks: it wraps between a number and its unit at most."""
    longest = max(len(text) for text in texts)
    return max(min(NARROW, longest), *(len(word) for text in texts for word in text.split()))


def _found(verdict: Verdict) -> str:
    figure = verdict.figure
    return "" if figure is None else amount(figure.value, figure.dimension, verdict.claim.unit)


def _because(verdict: Verdict) -> str:
    claim = verdict.claim
    if verdict.verdict == "supported" and claim.compute:
        return defined(claim.compute) + (OWN if verdict.own_source else "")
    if verdict.verdict == "cannot tell":
        return verdict.missing
    if verdict.reproduced_by:
        return f"would fit: {_tried(verdict.reproduced_by[0])}"
    text = defined(claim.compute) if claim.compute else ""
    return f"{text}; no other definition fits ({verdict.tried} tried)" if verdict.tried else text


def _tried(each: Tried) -> str:
    figure = each.figure
    unit = figure.unit if figure.dimension != "fraction" else ""
    return f"{defined(each.definition)}: {amount(figure.value, figure.dimension, unit)}"


def _asserted(claim: Claim) -> str:
    parts = (claim.asserted_by, str(claim.published), claim.url or claim.source)
    return ", ".join(part for part in parts if part) + f" (grade {claim.grade})"


def _stands_for(verdict: Verdict) -> str:
    if verdict.span is None:
        return ""
    return f"{span_words(verdict.claim, verdict.span)} ({tolerance(verdict.claim)})"


def _chain(verdict: Verdict) -> list[str]:
    return [
        f"{each.source}: {each.publisher}, {each.title}, {each.edition}, {each.url} "
        f"({each.licence}; {each.licence_status})"
        for each in verdict.chain
    ]
