"""A chain as text files: its materials, recipes, accounts, paths since the base, and cards."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from pydantic import Field

from orepact.data.table import Table, read_table
from orepact.data.text import Document, parse, read_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.units import convert, known_units

__all__ = ["Card", "Chain", "ChainText", "read_chain"]

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


@dataclass(frozen=True, kw_only=True)
class Card:
    """An assumption card: a value nobody published, its range, and why it is what it is."""

    card: str
    title: str
    value: float
    low: float
    high: float
    unit: str
    reason: str
    evidence: str = ""
    affects: str | tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Price:
    """A base price with its unit and its source or card."""

    value: Positive
    unit: str
    source: str = ""
    card: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """A number with its range and card."""

    value: Annotated[float, Field(ge=0.0)]
    low: float | None = None
    high: float | None = None
    card: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class MaterialText:
    """A material of the chain; cover shares on a way from ore to product add up to 1."""

    material: str
    title: str
    stage: str
    form: str
    unit: str
    base_price: Price
    trade_error: Fraction
    cover_share: Fraction
    qualification: Annotated[float, Field(ge=0.0)]
    lag: Annotated[int, Field(ge=0, le=6)]
    hs: tuple[str, ...] = ()
    card: str | tuple[str, ...] = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ProcessText:
    """A recipe: tonnes of input and output per tonne of the first output."""

    process: str
    title: str
    outputs: dict[str, Positive]
    inputs: dict[str, Positive] = field(default_factory=dict)
    utilisation: Assumed
    elasticity: Assumed
    byproduct_of: dict[str, Any] | None = None
    card: str | tuple[str, ...] = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class UseText:
    """A final use: the material it takes, its NACE section and its end use for permits.

    A use that is not `counted` (building of inventories, say) is left out of unmet use.
    """

    use: str
    title: str
    material: str
    sector: str = ""
    end_use: str = "civil"
    counted: bool = True
    card: str | tuple[str, ...] = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SplitText:
    """Share of a destination's imports that goes to military and listed users."""

    material: str
    region: str
    military: Fraction
    listed: Fraction = 0.0
    card: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ConduitText:
    """A region through which trade can be re-routed, and the premium it costs."""

    region: str
    premium: Annotated[float, Field(ge=0.0)]
    materials: tuple[str, ...] = ()
    card: str = ""


@dataclass(frozen=True, kw_only=True)
class RestartText:
    """Idle capacity that can be restarted some months after prices rise."""

    process: str
    region: str
    tonnes_per_year: Positive
    notice: Annotated[int, Field(ge=0)]
    card: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """The window before the chain's first control, and an alternative start for the band."""

    first: Month
    last: Month
    alternative_from: Month
    reason: str
    alternative_base: dict[str, Positive] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class GradeCap:
    """The best grade that an account may print, where its rows were set from its own balance."""

    grade: Annotated[str, Field(pattern="^[ABC]$")]
    reason: str


@dataclass(frozen=True, kw_only=True)
class ChainText:
    """The content of ``chain.yaml``."""

    format: str
    chain: str
    title: str
    mineral: str
    exporter: str
    calibration: Calibration
    materials: tuple[MaterialText, ...]
    processes: tuple[ProcessText, ...]
    uses: tuple[UseText, ...]
    end_use_split: tuple[SplitText, ...] = ()
    conduits: tuple[ConduitText, ...] = ()
    restartable: tuple[RestartText, ...] = ()
    exporter_stock: str = "not modelled"
    grade_cap: GradeCap | None = None
    note: str = ""


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

    def price(self, material: str) -> float:
        """Return a material's base price (USD/t)."""
        found = next(item for item in self.text.materials if item.material == material)
        return convert(found.base_price.value, found.base_price.unit, "USD/t")


_NOTES = {"period": "text", "edition": "text", "confidence": "text", "note": "text"}


def read_chain(folder: Path, regions: tuple[str, ...], sources: tuple[str, ...]) -> Chain:
    """Read a chain's folder; `regions` and `sources` are the names that may be used.

    Raises `InputError` with every problem of every file.
    """
    document = read_yaml(folder / "chain.yaml", kind="chain", root=folder)
    _rename_calibration(document)
    text = parse(ChainText, document)
    cards = _read_cards(folder)
    tables = _read_tables(folder)
    problems = [
        *_text_problems(document, text, regions, cards),
        *_table_problems(text, tables, regions),
    ]
    problems += _citation_problems(tables["accounts"], sources, cards)
    if problems:
        raise InputError(problems)
    accounts = tables["accounts"].frame.with_columns(
        (pl.col("tonnes_per_year") / 12.0).alias("tonnes")
    )
    return Chain(
        text,
        folder,
        accounts.drop("tonnes_per_year"),
        tables["supply_path"].frame,
        tables["demand_path"].frame,
        tables["observed"].frame,
        tables["prices"].frame,
        cards,
    )


def _rename_calibration(document: Document) -> None:
    """`from` is a Python word: the file's ``from``/``to`` become ``first``/``last``."""
    block = document.value.get("calibration")
    if isinstance(block, dict):
        for old, new in (("from", "first"), ("to", "last")):
            if old in block:
                block[new] = block.pop(old)


def _read_cards(folder: Path) -> tuple[Card, ...]:
    document = read_yaml(folder / "cards.yaml", kind="cards", root=folder)
    cards: list[Card] = []
    problems: list[Problem] = []
    for number, item in enumerate(document.value.get("cards") or []):
        try:
            card = parse(Card, document, item, ("cards", number))
        except InputError as error:
            problems += error.problems
            continue
        if not card.low <= card.value <= card.high:
            problems.append(
                document.problem(
                    ("cards", number),
                    "value outside its range",
                    found=f"{card.value} in {card.low}..{card.high}",
                    expected="low <= value <= high",
                )
            )
        cards.append(card)
    if problems:
        raise InputError(problems)
    return tuple(cards)


def _read_tables(folder: Path) -> dict[str, Table]:
    path: dict[str, Any] = {"region": "text", "month": "month", "factor": "non-negative"}
    extra: dict[str, Any] = {"source": "text", "confidence": "text", "card": "text", "note": "text"}
    return {
        "accounts": read_table(
            folder / "accounts.csv",
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
            optional=_NOTES,
            root=folder,
        ),  # pyright: ignore[reportArgumentType]
        "supply_path": read_table(
            folder / "supply_path.csv", {"process": "text", **path}, optional=extra, root=folder
        ),
        "demand_path": _optional_table(
            folder / "demand_path.csv", {"use": "text", **path}, extra, folder
        ),
        "observed": read_table(
            folder / "observed.csv",
            {
                "material": "text",
                "month": "month",
                "tonnes": "non-negative",
                "relative_to_base": "non-negative",
                "destination": "text",
                "source": "text",
            },
            optional={"verification": "text", "note": "text"},
            root=folder,
        ),
        "prices": read_table(
            folder / "prices.csv",
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
            optional={"note": "text", "card": "text"},
            root=folder,
        ),
    }


def _optional_table(
    path: Path, columns: dict[str, Any], extra: dict[str, Any], folder: Path
) -> Table:
    if path.exists():
        return read_table(path, columns, optional=extra, root=folder)
    return Table(
        path,
        pl.DataFrame(
            schema={
                "use": pl.String,
                "region": pl.String,
                "month": pl.String,
                "factor": pl.Float64,
                "line": pl.Int64,
            }
        ),
    )


def _text_problems(
    document: Document, text: ChainText, regions: tuple[str, ...], cards: tuple[Card, ...]
) -> list[Problem]:
    materials = [item.material for item in text.materials]
    problems: list[Problem] = []

    def check(at: tuple[str | int, ...], value: str, known: list[str]) -> None:
        if value not in known:
            problems.append(
                document.problem(
                    at,
                    "unknown name",
                    found=value,
                    expected="one of " + ", ".join(known[:8]),
                    near=nearest(value, known),
                )
            )

    check(("exporter",), text.exporter, list(regions))
    for number, process in enumerate(text.processes):
        for part in ("inputs", "outputs"):
            for material in getattr(process, part):
                check(("processes", number, part, material), material, materials)
    for number, use in enumerate(text.uses):
        check(("uses", number, "material"), use.material, materials)
        check(("uses", number, "end_use"), use.end_use, ["civil", "military", "listed"])
    for number, split in enumerate(text.end_use_split):
        check(("end_use_split", number, "material"), split.material, materials)
        check(("end_use_split", number, "region"), split.region, [*regions, "ALL"])
    for number, material in enumerate(text.materials):
        check(
            ("materials", number, "base_price", "unit"),
            material.base_price.unit,
            list(known_units()),
        )
        if not (material.base_price.source or material.base_price.card):
            problems.append(
                document.problem(
                    ("materials", number, "base_price"),
                    "a number without a source",
                    expected="a source or a card",
                )
            )
    longest = max((_cover_along(text, item.material, ()) for item in text.materials), default=0.0)
    if abs(longest - 1.0) > 1e-6:
        problems.append(
            document.problem(
                ("materials",),
                "cover shares do not add up to 1 along the longest path from ore to product",
                found=f"{longest:g}",
                expected="1",
            )
        )
    known = {card.card for card in cards}
    for number, material in enumerate(text.materials):
        if material.base_price.card and material.base_price.card not in known:
            check(
                ("materials", number, "base_price", "card"), material.base_price.card, sorted(known)
            )
    return problems


def _table_problems(
    text: ChainText, tables: dict[str, Table], regions: tuple[str, ...]
) -> list[Problem]:
    materials = [item.material for item in text.materials]
    processes = [item.process for item in text.processes]
    uses = [item.use for item in text.uses]
    accounts = tables["accounts"]
    return [
        *accounts.unknown("kind", ["production", "trade", "use"]),
        *accounts.unknown("material", materials),
        *accounts.unknown("process", processes, empty=True),
        *accounts.unknown("region", regions),
        *accounts.unknown("partner", regions, empty=True),
        *accounts.unknown("use", uses, empty=True),
        *accounts.repeated(["kind", "material", "process", "region", "partner", "use"]),
        *tables["supply_path"].unknown("process", processes),
        *tables["supply_path"].unknown("region", regions),
        *tables["demand_path"].unknown("region", [*regions, "ALL"]),
        *tables["demand_path"].unknown("use", uses),
    ]


def _citation_problems(
    accounts: Table, sources: tuple[str, ...], cards: tuple[Card, ...]
) -> list[Problem]:
    known = [card.card for card in cards]
    problems = [
        *accounts.unknown("source", sources, empty=True),
        *(problem for problem in accounts.unknown("card", known, empty=True)),
    ]
    bare = accounts.frame.filter((pl.col("source") == "") & (pl.col("card") == ""))
    problems += [
        accounts.problem(
            line, "source", "a number without a source", expected="a source id or a card"
        )
        for line in bare["line"]
    ]
    return problems


def _cover_along(text: ChainText, material: str, trail: tuple[str, ...]) -> float:
    """Return the largest sum of cover shares on a way from a material to a product.

    The way follows the main, first output of each process.
    """
    own = next(item.cover_share for item in text.materials if item.material == material)
    mains = {next(iter(item.outputs)) for item in text.processes if material in item.inputs}
    known = {item.material for item in text.materials} - {*trail, material}
    ahead = (_cover_along(text, name, (*trail, material)) for name in mains & known)
    return own + max(ahead, default=0.0)
