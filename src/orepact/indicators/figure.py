"""A figure that can say where it comes from: its inputs, its arithmetic, its sources, its coverage.

Every indicator of `orepact.indicators` that a reader may quote returns figures. A figure without a
value says what is missing; nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

__all__ = ["Figure", "Input", "as_json", "explain_figure", "figure_frame", "sources_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One number that went into a figure, as it stands in a table or on an assumption card.

    `source` is a source id, or ``card:<id>`` for an assumption; `where` names table and row in
    words; `flag` is the publisher's mark.
    """

    name: str
    value: float | None
    unit: str
    source: str
    edition: str = ""
    period: str = ""
    flag: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A computed number with all that is needed to defend it.

    - `indicator`: its name, one per idea; `region`, `mineral`, `stage`, `form`, `period`: of what;
      `partner`: the supplier, origin or owner that the figure is about, where there is one
    - `value` in `unit`, None where it cannot be computed; `missing` then says what is needed
    - `low`, `high`: what rounding, withheld figures and card ranges allow
    - `arithmetic`: the sum with its numbers, as one line; `method`: author, year or act
    - `inputs`: numbers of tables and cards, or other figures
    - `coverage`: what limits it (unmapped, withheld, basket, age in years, grade, to confirm)
    """

    indicator: str
    value: float | None
    unit: str
    region: str = ""
    mineral: str = ""
    stage: str = ""
    form: str = ""
    partner: str = ""
    period: str = ""
    low: float | None = None
    high: float | None = None
    arithmetic: str = ""
    method: str = ""
    missing: str = ""
    note: str = ""
    inputs: tuple[Input | Figure, ...] = ()
    coverage: Mapping[str, Any] = field(default_factory=dict[str, Any])


_KEY = ("indicator", "region", "mineral", "stage", "form", "partner", "period")
_TEXTS = ("unit", "arithmetic", "method", "missing", "note")


def figure_frame(figures: Iterable[Figure]) -> pl.DataFrame:
    """Return figures as a long table: their key, value, low, high, texts, sources, coverage.

    The columns of coverage are those that any of the figures has.
    """
    listed = list(figures)
    names = sorted({name for figure in listed for name in figure.coverage})
    rows = [
        {name: getattr(figure, name) for name in (*_KEY, "value", "low", "high", *_TEXTS)}
        | {"sources": "|".join(sources_of(figure))}
        | {name: figure.coverage.get(name) for name in names}
        for figure in listed
    ]
    schema: dict[str, Any] = dict.fromkeys(_KEY, pl.String)
    schema |= dict.fromkeys(("value", "low", "high"), pl.Float64)
    schema |= dict.fromkeys((*_TEXTS, "sources"), pl.String)
    frame = pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame(schema=schema)
    return frame.cast({name: kind for name, kind in schema.items() if name in frame.columns})


def sources_of(figure: Figure) -> tuple[str, ...]:
    """Return the ids of every source and card behind a figure, each once, in order of use."""
    return tuple(dict.fromkeys(item.source for item in _inputs(figure) if item.source))


def _inputs(figure: Figure) -> Iterator[Input]:
    for item in figure.inputs:
        if isinstance(item, Figure):
            yield from _inputs(item)
        else:
            yield item


def as_json(figure: Figure) -> dict[str, Any]:
    """Return a figure with everything behind it as plain values, for JSON."""
    return {
        **{name: getattr(figure, name) for name in (*_KEY, "value", "low", "high", *_TEXTS)},
        "coverage": dict(figure.coverage),
        "sources": list(sources_of(figure)),
        "inputs": [
            as_json(item)
            if isinstance(item, Figure)
            else {name: getattr(item, name) for name in Input.__dataclass_fields__}
            for item in figure.inputs
        ],
    }


def explain_figure(figure: Figure, depth: int = 0) -> str:
    """Return a figure in words: value, arithmetic, method, inputs one to a line, coverage."""
    pad = "  " * depth
    about = " ".join(
        part
        for part in (
            figure.region,
            figure.mineral,
            figure.stage,
            figure.form,
            figure.partner and f"from {figure.partner}",
            figure.period,
        )
        if part
    )
    lines = [f"{pad}{figure.indicator} ({about}): {_valued(figure)}"]
    lines += [f"{pad}  = {figure.arithmetic}"] if figure.arithmetic else []
    lines += [f"{pad}  method: {figure.method}"] if figure.method else []
    lines += [f"{pad}  note: {figure.note}"] if figure.note else []
    for item in figure.inputs:
        if isinstance(item, Figure):
            lines.append(explain_figure(item, depth + 1))
        else:
            lines.append(f"{pad}  {_input_line(item)}")
    limits = ", ".join(
        f"{name.replace('_', ' ')} {value}"
        for name, value in figure.coverage.items()
        if value not in (None, "")
    )
    lines += [f"{pad}  limited by: {limits}"] if limits else []
    return "\n".join(lines)


def _valued(figure: Figure) -> str:
    if figure.value is None:
        return f"cannot tell: {figure.missing or 'no figure'}"
    span = (
        f" ({figure.low:.4g} to {figure.high:.4g})"
        if figure.low is not None and figure.high is not None
        else ""
    )
    return f"{figure.value:.4g}{span} {figure.unit}"


def _input_line(item: Input) -> str:
    value = "not published" if item.value is None else f"{item.value:,.6g} {item.unit}"
    told = ", ".join(
        part for part in (item.period, item.flag and f"flag {item.flag}", item.where) if part
    )
    origin = f"{item.source} {item.edition}".strip()
    cited = f" [{origin}]" if origin else ""
    return f"{item.name}: {value}{cited}" + (f" ({told})" if told else "")
