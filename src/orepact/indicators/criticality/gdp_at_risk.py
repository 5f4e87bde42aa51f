"""GDP at risk: probability-weighted loss of output if the supply of a mineral is disrupted.

Method of the U.S. Geological Survey, Open-File Report 2025-1047: a scenario is a disruption of one
year of the trade of one country in one mineral; its net effect on GDP, from prices, quantities and
an input-output model, is multiplied with its probability; the products are summed by mineral. A
net gain is a negative loss. Here probability and net loss of every scenario are inputs, as rows or
as assumption cards; the results of the report are a table of the dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import polars as pl

from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem
from orepact.indicators.figure import Figure, Input

if TYPE_CHECKING:  # the package of networks loads solvers
    from orepact.network.chains.text import Card

__all__ = [
    "CARD_PREFIX",
    "METHOD",
    "SCENARIO_COLUMNS",
    "gdp_at_risk",
    "published_losses",
    "ranking",
    "scenarios_of_cards",
]

METHOD = "USGS Open-File Report 2025-1047: sum over scenarios of probability x net loss of GDP"
INDICATOR = "GDP at risk"
CARD_PREFIX = "gdp-at-risk"
"""Cards are named ``gdp-at-risk/<mineral>/<country>/probability`` and ``…/loss``."""

SCENARIO_COLUMNS = (
    "mineral",
    "country",
    "probability",
    "probability_low",
    "probability_high",
    "loss_musd",
    "loss_low",
    "loss_high",
    "source",
)
"""Columns of scenarios; only mineral, country, probability and loss_musd are needed."""

_NEEDED = ("mineral", "country", "probability", "loss_musd")
_PARTS = ("probability", "loss")


def gdp_at_risk(scenarios: pl.DataFrame, *, region: str = "USA") -> list[Figure]:
    """Return the probability-weighted net loss of GDP by mineral, million USD per year.

    `scenarios` has one row per mineral and country that cuts its supply, columns
    `SCENARIO_COLUMNS`: probability of one year (0 to 1), net loss if it happens (million USD,
    negative for a gain), ranges where they are known. `low` and `high` sum the extremes of every
    scenario. A scenario without probability or loss leaves its mineral without a value.
    Largest first. Raises `InputError` for missing columns, probabilities outside 0 to 1, ranges
    that do not hold their value, a pair of mineral and country given twice.
    """
    rows = _checked(scenarios)
    found = [
        _of_mineral([dict(row) for row in part.iter_rows(named=True)], region)
        for _, part in rows.group_by("mineral", maintain_order=True)
    ]
    return _sorted(found)


def _of_mineral(rows: Sequence[dict[str, object]], region: str) -> Figure:
    mineral = str(rows[0]["mineral"])
    about = Figure(
        indicator=INDICATOR,
        value=None,
        unit="million USD/year",
        region=region,
        mineral=mineral,
        method=METHOD,
        inputs=tuple(item for row in rows for item in _inputs(row)),
    )
    without = [
        f"{row['country']} ({name})"
        for row in rows
        for name in ("probability", "loss_musd")
        if row[name] is None
    ]
    if without:
        return replace(about, missing=f"no figure of {', '.join(without)}")
    terms = [_number(row["probability"]) * _number(row["loss_musd"]) for row in rows]
    spans = [_span(row) for row in rows]
    top = max(rows, key=lambda row: _number(row["loss_musd"]))
    return replace(
        about,
        value=sum(terms),
        low=sum(low for low, _ in spans),
        high=sum(high for _, high in spans),
        arithmetic=" + ".join(
            f"{_number(row['probability']):.3g} x {_number(row['loss_musd']):,.6g}" for row in rows
        ),
        coverage={
            "scenarios": len(rows),
            "largest loss": _number(top["loss_musd"]),
            "largest loss from": top["country"],
        },
    )


def _span(row: dict[str, object]) -> tuple[float, float]:
    """Return the least and largest product that the ranges of one scenario allow."""
    pairs = [
        [_number(row[name]) if row[name] is not None else _number(row[value]) for name in names]
        for value, names in (
            ("probability", ("probability_low", "probability_high")),
            ("loss_musd", ("loss_low", "loss_high")),
        )
    ]
    products = [chance * loss for chance, loss in product(*pairs)]
    return min(products), max(products)


def _inputs(row: dict[str, object]) -> tuple[Input, Input]:
    source = str(row["source"] or "")
    chance, loss = row["probability"], row["loss_musd"]
    return (
        Input(
            name=f"probability of a disruption by {row['country']}",
            value=None if chance is None else _number(chance),
            unit="1",
            source=f"{source}/probability" if source.startswith("card:") else source,
            where="within one year",
        ),
        Input(
            name=f"net loss of GDP from a disruption by {row['country']}",
            value=None if loss is None else _number(loss),
            unit="million USD/year",
            source=f"{source}/loss" if source.startswith("card:") else source,
        ),
    )


def _checked(scenarios: pl.DataFrame) -> pl.DataFrame:
    problems = [
        Problem("column is missing", field=name, expected=", ".join(_NEEDED))
        for name in _NEEDED
        if name not in scenarios.columns
    ]
    if problems:
        raise InputError(problems)
    rows = scenarios.with_columns(
        pl.lit(None).alias(name) for name in SCENARIO_COLUMNS if name not in scenarios.columns
    ).select(SCENARIO_COLUMNS)
    seen: set[tuple[str, str]] = set()
    for at, row in enumerate(rows.iter_rows(named=True), start=1):
        key = (str(row["mineral"]), str(row["country"]))
        problems += _wrong(at, row)
        if key in seen:
            problems.append(
                Problem(
                    "scenario given twice",
                    line=at,
                    field="mineral+country",
                    found=" ".join(key),
                    expected="one row",
                )
            )
        seen.add(key)
    if problems:
        raise InputError(problems)
    return rows


def _wrong(at: int, row: dict[str, object]) -> list[Problem]:
    problems: list[Problem] = []
    for name in ("probability", "probability_low", "probability_high"):
        value = row[name]
        if value is not None and not 0.0 <= _number(value) <= 1.0:
            problems.append(
                Problem(
                    "not a probability", line=at, field=name, found=f"{value:g}", expected="0 to 1"
                )
            )
    for value_name, low_name, high_name in (
        ("probability", "probability_low", "probability_high"),
        ("loss_musd", "loss_low", "loss_high"),
    ):
        value, low, high = row[value_name], row[low_name], row[high_name]
        inside = value is None or (
            (low is None or _number(low) <= _number(value))
            and (high is None or _number(value) <= _number(high))
        )
        if not inside:
            problems.append(
                Problem(
                    "value outside its range",
                    line=at,
                    field=value_name,
                    found=f"{value:g}",
                    expected="low <= value <= high",
                )
            )
    return problems


def scenarios_of_cards(cards: Iterable[Card]) -> pl.DataFrame:
    """Return the scenarios that assumption cards describe, columns `SCENARIO_COLUMNS`.

    Cards are named ``gdp-at-risk/<mineral>/<country>/probability`` (unit 1) and ``…/loss`` (unit
    million USD); others are left out. Raises `InputError` for a card of the topic with another
    form, another unit, or without its partner.
    """
    found: dict[tuple[str, str], dict[str, Card]] = {}
    problems: list[Problem] = []
    units = dict(zip(_PARTS, ("1", "million USD"), strict=True))
    for card in cards:
        topic, *rest = card.card.split("/")
        if topic != CARD_PREFIX:
            continue
        if len(rest) != len(("mineral", "country", "part")) or rest[2] not in _PARTS:
            problems.append(
                Problem(
                    "name of a card",
                    field="card",
                    found=card.card,
                    expected=f"{CARD_PREFIX}/<mineral>/<country>/probability or …/loss",
                )
            )
            continue
        if card.unit != units[rest[2]]:
            problems.append(
                Problem("wrong unit", field=card.card, found=card.unit, expected=units[rest[2]])
            )
        found.setdefault((rest[0], rest[1]), {})[rest[2]] = card
    problems += [
        Problem(
            "card is missing",
            field=f"{CARD_PREFIX}/{mineral}/{country}/{part}",
            expected="a card for the probability and one for the loss",
        )
        for (mineral, country), parts in found.items()
        for part in _PARTS
        if part not in parts
    ]
    if problems:
        raise InputError(problems)
    rows = [
        (
            mineral,
            country,
            *_three(parts["probability"]),
            *_three(parts["loss"]),
            f"card:{CARD_PREFIX}/{mineral}/{country}",
        )
        for (mineral, country), parts in found.items()
    ]
    kinds = {
        name: pl.String if name in {"mineral", "country", "source"} else pl.Float64
        for name in SCENARIO_COLUMNS
    }
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _three(card: Card) -> tuple[float, float, float]:
    return card.value, card.low, card.high


def published_losses(bundle: Bundle) -> list[Figure]:
    """Return the report's probability-weighted net loss of GDP by mineral, largest first.

    Million USD per year, of the United States. `high` is not the largest loss, which is in the
    coverage. The implied probability, the ratio of the two, is an upper bound: scenarios of other
    countries are in the sum too. Minerals without a printed loss have no value.
    """
    figures = [
        Figure(
            indicator=f"{INDICATOR} (published)",
            value=row["expected_loss_musd"],
            unit="million USD/year",
            region=row["country"],
            mineral=row["mineral"],
            arithmetic="as printed",
            method=METHOD,
            missing="" if row["expected_loss_musd"] is not None else "no loss printed",
            note=row["note"],
            inputs=(
                Input(
                    name="probability-weighted net loss of GDP",
                    value=row["expected_loss_musd"],
                    unit="million USD/year",
                    source=row["source"],
                    edition=row["edition"],
                    where=f"economic_losses, {row['product']}",
                ),
            ),
            coverage={
                "largest loss": row["largest_loss_musd"],
                "implied probability, at most": row["implied_probability"],
                "in the table of August 2025": row["listed"],
            },
        )
        for row in bundle.table("economic_losses").iter_rows(named=True)
    ]
    return _sorted(figures)


def ranking(figures: Iterable[Figure]) -> list[tuple[int, Figure]]:
    """Return figures with a value and their rank, largest first; equal values share a rank."""
    ordered = [figure for figure in _sorted(figures) if figure.value is not None]
    values = [figure.value for figure in ordered]
    return [(values.index(figure.value) + 1, figure) for figure in ordered]


def _sorted(figures: Iterable[Figure]) -> list[Figure]:
    return sorted(
        figures,
        key=lambda figure: (figure.value is None, -(figure.value or 0.0), figure.mineral),
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")
