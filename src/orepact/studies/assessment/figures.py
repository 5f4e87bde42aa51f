"""Names of figures: an id for each, the figure of an id, and the sources behind figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from orepact.data.bundle import Bundle, read_sources
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.figure import Figure, as_json, sources_of

__all__ = [
    "brief_figure",
    "by_id",
    "figure_id",
    "own_figure",
    "pick_figure",
    "sources_behind",
    "with_inputs",
]

_WORDS = re.compile(r"[^0-9A-Za-z.+-]+")
_SEVERAL = re.compile(r"[|,]\s*")
_CARD = "card:"


def figure_id(figure: Figure) -> str:
    """Return the id of a figure: indicator, region, mineral, stage, form, partner, period, unit.

    Parts without a value are left out, and so is the unit 1; shares by value end in *value*:
    ``eu-supply-risk:EU27:gallium:processing:2016-2020``.
    """
    parts = (
        figure.indicator.lower(),
        figure.region,
        figure.mineral,
        figure.stage,
        figure.form,
        figure.partner,
        figure.period,
        "" if figure.unit == "1" else figure.unit,
        "value" if figure.coverage.get("measure") == "value" else "",
    )
    return ":".join(_slug(part) for part in parts if part)


def _slug(text: str) -> str:
    return _WORDS.sub("-", text.replace("'", "").replace("_", "-")).strip("-")


def with_inputs(figures: Iterable[Figure]) -> Iterator[Figure]:
    """Yield figures and, after each, the figures that went into it."""
    for figure in figures:
        yield figure
        yield from with_inputs(item for item in figure.inputs if isinstance(item, Figure))


def pick_figure(figures: Iterable[Figure], name: str) -> Figure:
    """Return the figure of an id, of those given or among their inputs.

    A name that is the beginning of one figure's id is enough. Raises `InputError` with the nearest
    ids where there is none, and with the first of them where the beginning fits several.
    """
    known = by_id(figures)
    wanted = name.strip().lower()
    if wanted in known:
        return known[wanted]
    begun = [each for each in known if each.startswith(wanted)]
    if len(begun) == 1:
        return known[begun[0]]
    names = [figure_id(known[each]) for each in begun[:SHOWN]]
    names += [f"{len(begun) - SHOWN} more"] if len(begun) > SHOWN else []
    every = [figure_id(each) for each in known.values()]
    raise InputError(
        [
            Problem(
                "several figures have an id that begins so" if begun else "no such figure",
                field="FIGURE",
                found=repr(name),
                expected="one of " + ", ".join(names) if names else "an id as `assess` prints it",
                nearest="" if names else nearest(name, every),
            )
        ]
    )


SHOWN = 12
"""Ids that are listed where the beginning of an id fits several."""


def by_id(figures: Iterable[Figure]) -> dict[str, Figure]:
    """Return figures and those that went into them by their ids in lower case, the first of each.

    One with a value comes before one without.
    """
    known: dict[str, Figure] = {}
    for figure in with_inputs(figures):
        name = figure_id(figure).lower()
        if name not in known or (known[name].value is None and figure.value is not None):
            known[name] = figure
    return known


def brief_figure(figure: Figure) -> dict[str, Any]:
    """Return a figure without its inputs as plain values, with its id and sources, for JSON."""
    names = ("indicator", "region", "mineral", "stage", "form", "partner", "period")
    told = ("value", "low", "high", "unit", "missing", "note")
    return {
        "id": figure_id(figure),
        **{name: getattr(figure, name) for name in (*names, *told)},
        "coverage": dict(figure.coverage),
        "sources": list(sources_of(figure)),
    }


def own_figure(figure: Figure) -> dict[str, Any]:
    """Return a figure of a reader's own plan or purchases with all inputs, for JSON.

    It has no id, because `explain` does not know what the reader stated.
    """
    return as_json(figure)


def sources_behind(
    bundle: Bundle, figures: Sequence[Figure], others: Iterable[str] = ()
) -> list[dict[str, str]]:
    """Return publisher, title, edition, licence and address of each source behind figures.

    `others` are source ids of tables shown beside the figures. Cards and acts have no row in the
    table of sources: they are listed by their id alone.
    """
    named = (text for figure in figures for text in sources_of(figure))
    wanted = dict.fromkeys(
        source for text in (*named, *others) for source in _SEVERAL.split(text) if source
    )
    known = read_sources(bundle.folder).filter(pl.col("source_id").is_in(list(wanted)))
    rows = {str(row["source_id"]): row for row in known.iter_rows(named=True)}
    blank = dict.fromkeys(known.columns, "")
    return [
        {**blank, **rows.get(source, {"title": _bare(source)}), "source_id": source}
        for source in wanted
    ]


def _bare(source: str) -> str:
    return f"assumption card {source.removeprefix(_CARD)}" if source.startswith(_CARD) else source
