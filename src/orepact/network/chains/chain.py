"""A chain read from its folder: materials, recipes, accounts, paths since the base, cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orepact.data.table import Kind, Table, scan_table
from orepact.data.text import examine, scan_yaml
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.network.chains.cards import read_cards
from orepact.network.chains.checks import (
    ACCOUNT_KEY,
    Known,
    citation_problems,
    table_problems,
    text_problems,
)
from orepact.network.chains.text import Card, ChainText
from orepact.units import convert

__all__ = ["TABLE_NAMES", "Card", "Chain", "ChainText", "Known", "read_cards", "read_chain"]


@dataclass(frozen=True)
class Chain:
    """A chain read from its folder and checked.

    `accounts` has kind, material, process, region, partner, use, tonnes (t/month), sigma, source,
    card, line; `supply_path` and `demand_path` have month and factor by process or use and region;
    `observed` and `prices` hold what was reported since the calibration window.
    """

    text: ChainText
    folder: Path
    accounts: pl.DataFrame
    supply_path: pl.DataFrame
    demand_path: pl.DataFrame
    observed: pl.DataFrame
    prices: pl.DataFrame
    cards: tuple[Card, ...]

    def citations(self) -> Counter[str]:
        """Return how many figures of the chain cite each source."""
        count = Counter(item.base_price.source for item in self.text.materials)
        for frame in (
            self.accounts,
            self.supply_path,
            self.demand_path,
            self.observed,
            self.prices,
        ):
            if "source" in frame.columns:
                count.update(frame["source"])
        return count

    def price(self, material: str) -> float:
        """Return a material's base price (USD/t)."""
        found = next(item for item in self.text.materials if item.material == material)
        return convert(found.base_price.value, found.base_price.unit, "USD/t")


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of one of a chain's tables."""

    needed: Mapping[str, Kind]
    optional: Mapping[str, Kind]
    may_lack: bool = False


_PATH: dict[str, Kind] = {"region": "text", "month": "month", "factor": "non-negative"}
_WHY: dict[str, Kind] = {"source": "text", "confidence": "text", "card": "text", "note": "text"}
_TABLES = {
    "accounts": _Columns(
        {
            "kind": "text",
            "material": "text",
            "process": "text",
            "region": "text",
            "partner": "text",
            "use": "text",
            "tonnes_per_year": "non-negative",
            "sigma": "non-negative",
            "source": "text",
            "card": "text",
        },
        {"period": "text", "edition": "text", "confidence": "text", "note": "text"},
    ),
    "supply_path": _Columns({"process": "text", **_PATH}, _WHY),
    "demand_path": _Columns({"use": "text", **_PATH}, _WHY, may_lack=True),
    "observed": _Columns(
        {
            "material": "text",
            "month": "month",
            "tonnes": "non-negative",
            "relative_to_base": "non-negative",
            "destination": "text",
            "source": "text",
        },
        {"verification": "text", "note": "text"},
    ),
    "prices": _Columns(
        {
            "material": "text",
            "month": "period",
            "market": "text",
            "price": "non-negative",
            "unit": "text",
            "relative_to_base": "non-negative",
            "kind": "text",
            "source": "text",
        },
        {"note": "text", "card": "text"},
    ),
    "host": _Columns(
        {"host": "text", "region": "text", "tonnes_per_year": "non-negative", "unit": "text"},
        {"year": "text", "edition": "text", **_WHY},
        may_lack=True,
    ),
}
"""The tables of a chain; `host` holds the hosts of by-products and bounds their recovery."""


TABLE_NAMES = tuple(_TABLES)


def read_chain(
    folder: Path,
    known: Known,
    *,
    root: Path | None = None,
    to_confirm: Path | None = None,
    beside: Collection[str] = (),
) -> Chain:
    """Read a chain's folder; `known` has the names of regions and sources that may be used.

    `to_confirm` is the folder of further rows of this chain whose licence is to confirm; it may
    not exist. `beside` names tables that lie in the folder and are read by others. No file may lie
    outside `root`, by default the folder. Raises `InputError` with every problem of every file.
    """
    root, problems = root or folder, list[Problem]()
    document = attempt(problems, scan_yaml, folder / "chain.yaml", kind="chain", root=root)
    text, found = examine(ChainText, document) if document else (None, [])
    problems += found
    cards = attempt(problems, read_cards, folder / "cards.yaml", root)
    tables = _scan_tables(folder, root, problems)
    apart = _scan_tables(to_confirm, root, problems, optional=True) if to_confirm else {}
    problems += _unknown_tables(folder, beside)
    if document is not None and text is not None:
        problems += text_problems(document, text, cards, known)
    for some, confirmed in ((tables, True), (apart, False)):
        problems += table_problems(text, some, known)
        problems += citation_problems(some, cards, known, confirmed=confirmed)
    problems += _given_before(tables, apart)
    if problems or text is None or cards is None:
        raise InputError(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
    frames = {
        name: pl.concat([table.frame, apart[name].frame.select(table.frame.columns)])
        if name in apart
        else table.frame
        for name, table in tables.items()
    }
    _, accounts = frames.pop("host"), frames.pop("accounts")
    monthly = accounts.with_columns((pl.col("tonnes_per_year") / 12.0).alias("tonnes"))
    return Chain(text, folder, accounts=monthly.drop("tonnes_per_year"), cards=cards, **frames)


def _scan_tables(
    folder: Path, root: Path, problems: list[Problem], *, optional: bool = False
) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for name, columns in _TABLES.items():
        path = folder / f"{name}.csv"
        if path.exists() or not (optional or columns.may_lack):
            table = attempt(
                problems, scan_table, path, columns.needed, optional=columns.optional, root=root
            )
        elif not optional:
            table = _empty_table(path, columns)
        else:
            continue
        if table is not None:
            problems += table.problems
            found[name] = table
    return found


def _unknown_tables(folder: Path, beside: Collection[str]) -> list[Problem]:
    """Return a problem for each table that no chain has: a misspelt one must not go unread."""
    return [
        Problem(
            "unknown table",
            file=str(path),
            expected="one of " + ", ".join(f"{name}.csv" for name in _TABLES),
            nearest=nearest(path.name, [f"{name}.csv" for name in _TABLES]),
        )
        for path in sorted(folder.glob("*.csv"))
        if path.stem not in {*_TABLES, *beside}
    ]


def _empty_table(path: Path, columns: _Columns) -> Table:
    text = {"text", "month", "period"}
    schema: dict[str, type[pl.DataType]] = {
        name: pl.String if kind in text else pl.Float64
        for name, kind in {**columns.needed, **columns.optional}.items()
    }
    return Table(path, pl.DataFrame(schema={**schema, "line": pl.Int64}))


def _given_before(tables: Mapping[str, Table], apart: Mapping[str, Table]) -> list[Problem]:
    """Return a problem for each account row apart whose key has a row among the others."""
    if "accounts" not in tables or "accounts" not in apart:
        return []
    known = set(tables["accounts"].frame.select(ACCOUNT_KEY).iter_rows())
    return [
        apart["accounts"].problem(
            line,
            "+".join(ACCOUNT_KEY),
            "duplicate key",
            found=", ".join(filter(None, key)),
            expected=f"no row for it in {tables['accounts'].path}",
        )
        for line, *key in apart["accounts"].frame.select("line", *ACCOUNT_KEY).iter_rows()
        if tuple(key) in known
    ]
