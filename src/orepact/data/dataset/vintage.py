"""Vintages: which editions were known when, so that a figure can be re-run on what was known.

The table ``vintages`` lists, for each vintage, the sources and editions that each table may use and
the last year or month of their rows. A table that a vintage does not list is empty in it. What a
vintage can not carry, such as revisions inside one release, its `note` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from orepact.data.dataset.columns import Schema
from orepact.errors import InputError, Problem, nearest

__all__ = [
    "ITSELF",
    "TOTALS",
    "Rule",
    "Vintage",
    "pick_vintage",
    "prefer",
    "restrict",
    "vintages_of",
]

ITSELF = "vintages"
"""The table that lists the vintages; every vintage shows all of it."""

TOTALS = ("WLD", "OTH")
"""Codes of the world total and of the other countries, which are no country."""

_SERIES = ("mineral", "stage", "year")


@dataclass(frozen=True, slots=True)
class Rule:
    """Editions of a table that may be used: empty `source`, `edition` or `last` sets no limit.

    A `source` that ends with ``*`` stands for every source that starts like it.
    """

    source: str
    edition: str
    last: str
    note: str


@dataclass(frozen=True, slots=True)
class Vintage:
    """What was known until a month: the rules of every table that it holds."""

    name: str
    known_until: str
    rules: Mapping[str, tuple[Rule, ...]]

    @property
    def limits(self) -> tuple[str, ...]:
        """What the vintage can not carry, in the words of its rules."""
        notes = [rule.note for rules in self.rules.values() for rule in rules if rule.note]
        return tuple(dict.fromkeys(notes))


def vintages_of(frame: pl.DataFrame) -> dict[str, Vintage]:
    """Return the vintages of a table of vintages by name, oldest first."""
    rules: dict[str, dict[str, list[Rule]]] = {}
    until: dict[str, str] = {}
    for row in frame.iter_rows(named=True):
        rule = Rule(row["source"], row["edition"], row["last_year"], row["note"])
        rules.setdefault(row["vintage"], {}).setdefault(row["table"], []).append(rule)
        until[row["vintage"]] = row["known_until"]
    return {
        name: Vintage(
            name, until[name], {table: tuple(each) for table, each in rules[name].items()}
        )
        for name in sorted(rules, key=lambda name: (until[name], name))
    }


def pick_vintage(vintages: Mapping[str, Vintage], name: str) -> Vintage:
    """Return a vintage by name, the newest for an empty name; `InputError` for an unknown one."""
    names = list(vintages)
    if name == "" and names:
        return vintages[names[-1]]
    if name not in vintages:
        raise InputError(
            [
                Problem(
                    "unknown vintage",
                    field="vintage",
                    found=repr(name),
                    expected="one of " + ", ".join(names),
                    nearest=nearest(name, names),
                )
            ]
        )
    return vintages[name]


def restrict(frame: pl.DataFrame, schema: Schema, vintage: Vintage) -> pl.DataFrame:
    """Return the rows of a table that a vintage may use, in their order."""
    rules = vintage.rules.get(schema.name, ())
    free = any(not (rule.source or rule.edition or rule.last) for rule in rules)
    if free or schema.name == ITSELF:
        return frame
    if not rules:
        return frame.clear()
    return frame.filter(pl.any_horizontal([_allowed(rule, schema) for rule in rules]))


def prefer(production: pl.DataFrame, to_confirm: frozenset[str]) -> pl.DataFrame:
    """Return the rows with `preferred` 1 for one edition per mineral, stage and year, else 0.

    Never two sources in one year. An edition without a figure for any country is never preferred;
    a source whose licence is confirmed comes before one to confirm (`to_confirm`), then a later
    edition before an earlier one.
    """
    edition = (*_SERIES, "source", "edition")
    figures = pl.col("quantity").is_not_null() & ~pl.col("country").is_in(TOTALS)
    best = (
        production.group_by(edition)
        .agg(figures.any().alias("figures"))
        .filter("figures")
        .with_columns(
            pl.col("source").is_in(sorted(to_confirm)).alias("late"),
            pl.col("edition").str.extract(r"(\d{4})$").alias("printed"),
        )
        .sort(
            *_SERIES,
            "late",
            "printed",
            "source",
            "edition",
            descending=[False, False, False, False, True, True, True],
        )
        .unique(_SERIES, keep="first", maintain_order=True)
        .select(*edition, pl.lit("1").alias("best"))
    )
    return (
        production.join(best, on=edition, how="left", maintain_order="left")
        .with_columns(pl.col("best").fill_null("0").alias("preferred"))
        .select(production.columns)
    )


def _allowed(rule: Rule, schema: Schema) -> pl.Expr:
    limits: list[pl.Expr] = [pl.lit(True)]
    if rule.source:
        start = pl.col("source").str.starts_with(rule.source.rstrip("*"))
        limits.append(start if rule.source.endswith("*") else pl.col("source") == rule.source)
    if rule.edition:
        limits.append(pl.col("edition") == rule.edition)
    if rule.last and schema.period:
        end = _period_end(schema.period)
        width = len(rule.last)
        limits.append((end == "") | (end.str.slice(0, width) <= rule.last))
    return pl.all_horizontal(limits)


def _period_end(column: str) -> pl.Expr:
    """Return the last month, YYYY-MM, of a year, month, day or span of years."""
    text = pl.col(column).cast(pl.String)
    end = pl.when(text.str.contains(r"^\d{4}-\d{4}$")).then(text.str.slice(5)).otherwise(text)
    year = end.str.len_chars() == len("2026")
    return pl.when(year).then(end + "-12").otherwise(end.str.slice(0, len("2026-11")))
