"""What a chain's files must agree on: names, units, citations, recipes, and one row per key.

Each function returns problems with file and line; none raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from orepact.data.bundle import TO_CONFIRM
from orepact.data.table import Table
from orepact.data.text import Document, Location
from orepact.errors import InputError, Problem, nearest
from orepact.network.chains.account_rows import account_problems
from orepact.network.chains.circles import circles
from orepact.network.chains.text import Card, ChainText, MaterialText, ProcessText
from orepact.units import convert

__all__ = [
    "ACCOUNT_KEY",
    "Known",
    "citation_problems",
    "table_problems",
    "text_problems",
]

ACCOUNT_KEY = ("kind", "material", "process", "region", "partner", "use")
SHARE_TOLERANCE = 1e-6
_SHOWN_NAMES = 8


@dataclass(frozen=True, slots=True)
class Known:
    """Names that a chain may use; None where they could not be read, so nothing is checked.

    `sources` maps a source's id to the status of its licence.
    """

    regions: tuple[str, ...] | None
    sources: Mapping[str, str] | None


def text_problems(
    document: Document, text: ChainText, cards: Sequence[Card] | None, known: Known
) -> list[Problem]:
    """Return what is wrong in ``chain.yaml`` beyond the type of each field."""
    materials = [item.material for item in text.materials]
    problems = [
        *_repeated(document, "materials", "material", materials),
        *_repeated(document, "processes", "process", [item.process for item in text.processes]),
        *_repeated(document, "uses", "use", [item.use for item in text.uses]),
    ]
    for at, value, names in (*_names(text, materials), *_places(text, known.regions)):
        if value not in names:
            problems.append(_unknown(document, at, value, names))
    for number, item in enumerate(text.materials):
        problems += _price_problems(document, number, item, cards, known)
    problems += _recipe_problems(document, text, materials)
    problems += _cover_problems(document, text)
    return problems


def _names(
    text: ChainText, materials: Sequence[str]
) -> Iterator[tuple[Location, str, Sequence[str]]]:
    """Yield each place where a name stands, the name, and the names that may stand there."""
    processes = [item.process for item in text.processes]
    for number, process in enumerate(text.processes):
        for part, parts in (("inputs", process.inputs), ("outputs", process.outputs)):
            for material in parts:
                yield ("processes", number, part, material), material, materials
    for number, use in enumerate(text.uses):
        yield ("uses", number, "material"), use.material, materials
        yield ("uses", number, "end_use"), use.end_use, ("civil", "military", "listed")
    for number, split in enumerate(text.end_use_split):
        yield ("end_use_split", number, "material"), split.material, materials
    for number, conduit in enumerate(text.conduits):
        for position, material in enumerate(conduit.materials):
            yield ("conduits", number, "materials", position), material, materials
    for number, restart in enumerate(text.restartable):
        yield ("restartable", number, "process"), restart.process, processes


def _places(
    text: ChainText, regions: tuple[str, ...] | None
) -> Iterator[tuple[Location, str, Sequence[str]]]:
    if regions is None:
        return
    yield ("exporter",), text.exporter, regions
    for number, split in enumerate(text.end_use_split):
        yield ("end_use_split", number, "region"), split.region, (*regions, "ALL")
    for number, conduit in enumerate(text.conduits):
        yield ("conduits", number, "region"), conduit.region, regions
    for number, restart in enumerate(text.restartable):
        yield ("restartable", number, "region"), restart.region, regions


def _unknown(document: Document, at: Location, value: str, names: Sequence[str]) -> Problem:
    shown = ", ".join(names[:_SHOWN_NAMES]) + (", …" if names[_SHOWN_NAMES:] else "")
    return document.problem(
        at,
        "unknown name",
        found=value,
        expected=f"one of {shown}" if names else "no name: none is declared",
        near=nearest(value, list(names)),
    )


def _repeated(document: Document, part: str, field: str, names: Sequence[str]) -> Iterator[Problem]:
    for number, name in enumerate(names):
        first = names.index(name)
        if first < number:
            line = document.lines.get((part, first, field))
            yield document.problem(
                (part, number, field),
                "duplicate name",
                found=name,
                expected=f"a name used once (first given on line {line})",
            )


def _price_problems(
    document: Document,
    number: int,
    item: MaterialText,
    cards: Sequence[Card] | None,
    known: Known,
) -> Iterator[Problem]:
    at, price = ("materials", number, "base_price"), item.base_price
    try:
        _ = convert(price.value, price.unit, "USD/t")
    except InputError as error:
        for problem in error.problems:
            yield document.problem(
                (*at, "unit"),
                problem.message,
                found=price.unit,
                expected=problem.expected,
                near=problem.nearest,
            )
    if not (price.source or price.card):
        yield document.problem(at, "a number without a source", expected="a source or a card")
    if known.sources is not None and price.source and price.source not in known.sources:
        yield _unknown(document, (*at, "source"), price.source, tuple(known.sources))
    names = tuple(card.card for card in cards or ())
    if cards is not None and price.card and price.card not in names:
        yield _unknown(document, (*at, "card"), price.card, names)


def _recipe_problems(
    document: Document, text: ChainText, materials: Sequence[str]
) -> Iterator[Problem]:
    prices = _prices(text)
    for number, process in enumerate(text.processes):
        if not process.outputs:
            yield document.problem(
                ("processes", number, "outputs"), "makes nothing", expected="at least one output"
            )
        elif prices.keys() >= process.outputs.keys() | process.inputs.keys():
            yield from _margin_problems(document, number, process, prices)
    for material, back in circles(materials, ((p.inputs, p.outputs) for p in text.processes)):
        number = next(n for n, process in enumerate(text.processes) if material in process.inputs)
        yield document.problem(
            ("processes", number, "inputs", material),
            "processes form a circle that returns as much as it takes",
            found=f"{back:.3g} t of {material} back per tonne",
            expected="less than 1 t",
        )


def _cover_problems(document: Document, text: ChainText) -> Iterator[Problem]:
    longest = max((_cover_along(text, item.material, ()) for item in text.materials), default=0.0)
    if abs(longest - 1.0) > SHARE_TOLERANCE:
        yield document.problem(
            ("materials",),
            "cover shares do not add up to 1 along the longest path from ore to product",
            found=f"{longest:g}",
            expected="1",
        )


def _cover_along(text: ChainText, material: str, trail: tuple[str, ...]) -> float:
    """Return the largest sum of cover shares on a way from a material to a product.

    The way follows the main, first output of each process.
    """
    own = next(item.cover_share for item in text.materials if item.material == material)
    mains = {
        next(iter(item.outputs), material) for item in text.processes if material in item.inputs
    }
    known = {item.material for item in text.materials} - {*trail, material}
    ahead = (_cover_along(text, name, (*trail, material)) for name in mains & known)
    return own + max(ahead, default=0.0)


def _margin_problems(
    document: Document, number: int, process: ProcessText, prices: Mapping[str, float]
) -> Iterator[Problem]:
    earned, spent = (
        sum(prices[material] * ratio for material, ratio in parts.items())
        for parts in (process.outputs, process.inputs)
    )
    if earned <= spent:
        yield document.problem(
            ("processes", number),
            f"base prices leave {process.process} no margin",
            found=f"outputs {earned:,.0f} USD, inputs {spent:,.0f} USD per tonne",
            expected="outputs worth more than inputs",
        )


def _prices(text: ChainText) -> dict[str, float]:
    """Return the base prices (USD/t) whose unit is right."""
    found: dict[str, float] = {}
    for item in text.materials:
        try:
            found[item.material] = convert(item.base_price.value, item.base_price.unit, "USD/t")
        except InputError:
            continue
    return found


def table_problems(
    text: ChainText | None, tables: Mapping[str, Table], known: Known
) -> list[Problem]:
    """Return what is wrong with the rows of a chain's tables, `text` and names apart if unknown."""
    problems: list[Problem] = []
    accounts = tables.get("accounts")
    if accounts is not None:
        problems += [*account_problems(accounts), *accounts.repeated(ACCOUNT_KEY)]
    for name, key in (("supply_path", "process"), ("demand_path", "use")):
        path = tables.get(name)
        if path is not None:
            problems += [*path.empty("month"), *path.empty("factor")]
            problems += path.repeated([key, "region", "month"])
    for name, table in tables.items():
        problems += _name_problems(name, table, text, known.regions)
    if text is not None and accounts is not None:
        problems += _basis_problems(text, accounts)
    return problems


def _basis_problems(text: ChainText, accounts: Table) -> Iterator[Problem]:
    """Yield a problem for each stage that calls its trade a table's while no trade row has one."""
    trade = accounts.frame.filter(pl.col("kind") == "trade")
    sourced = set(trade.filter(pl.col("source") != "")["material"])
    first = dict(trade.group_by("material").agg(pl.col("line").min()).iter_rows())
    for item in text.materials:
        if item.trade_basis == "table" and item.material in first.keys() - sourced:
            yield accounts.problem(
                first[item.material],
                "source",
                f"every trade row of {item.material} rests on a card",
                expected="a source, or trade_basis: cards in chain.yaml (grade D, assumed)",
            )


def _name_problems(
    name: str, table: Table, text: ChainText | None, regions: tuple[str, ...] | None
) -> list[Problem]:
    problems: list[Problem] = []
    if regions is not None and name in {"accounts", "supply_path", "host"}:
        problems += table.unknown("region", regions)
    if regions is not None and name == "demand_path":
        problems += table.unknown("region", [*regions, "ALL"])
    if regions is not None and name == "accounts":
        problems += table.unknown("partner", regions, empty=True)
    if text is None:
        return problems
    known = {
        "material": [item.material for item in text.materials],
        "process": [item.process for item in text.processes],
        "use": [item.use for item in text.uses],
    }
    columns = {
        "accounts": ("material", "process", "use"),
        "supply_path": ("process",),
        "demand_path": ("use",),
    }
    for column in columns.get(name, ()):
        problems += table.unknown(column, known[column], empty=name == "accounts")
    if name in {"observed", "prices"}:
        problems += [
            table.problem(line, "material", "unknown name", found=part, known=known["material"])
            for line, cell in table.frame.select("line", "material").iter_rows()
            for part in cell.split("|")
            if part not in known["material"]
        ]
    return problems


def citation_problems(
    tables: Mapping[str, Table], cards: Sequence[Card] | None, known: Known, *, confirmed: bool
) -> Iterator[Problem]:
    """Yield each row that cites nothing, an unknown source or card, or lies in the wrong folder.

    `confirmed` says whether these are a chain's own tables or the rows apart, whose source has a
    licence that is to confirm.
    """
    for table in tables.values():
        if known.sources is not None:
            yield from table.unknown("source", list(known.sources), empty=True)
            yield from _place_problems(table, known.sources, confirmed=confirmed)
        if cards is not None and "card" in table.frame.columns:
            yield from table.unknown("card", [card.card for card in cards], empty=True)
    accounts = tables.get("accounts")
    if accounts is not None:
        bare = accounts.frame.filter((pl.col("source") == "") & (pl.col("card") == ""))
        for line in bare["line"]:
            yield accounts.problem(
                line, "source", "a number without a source", expected="a source id or a card"
            )


def _place_problems(
    table: Table, sources: Mapping[str, str], *, confirmed: bool
) -> Iterable[Problem]:
    for line, source in table.frame.select("line", "source").iter_rows():
        if source not in sources or (sources[source] == TO_CONFIRM) is not confirmed:
            continue
        yield table.problem(
            line,
            "source",
            "the licence of this source is to confirm"
            if confirmed
            else "the licence of this source is settled",
            found=source,
            expected="its rows in the folder to_confirm"
            if confirmed
            else "its rows in the chain's own folder",
        )
