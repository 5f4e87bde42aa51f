"""Product templates: what a part holds of each mineral, as assumption cards with ranges.

A template states its content per one unit of the product (kilogram, piece, kWh, MW), directly or
through parts that have templates of their own. Nothing here is measured on anybody's part: every
content has a reason and, where one was read, a source.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from orepact.data.bundle import WORLD_FOLDER
from orepact.data.text import Document, parse, read_yaml
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.indicators.figure import Input
from orepact.indicators.span import Span, exact
from orepact.network.chains.text import Card
from orepact.units import convert

__all__ = [
    "PRODUCTS_FOLDER",
    "AmountText",
    "Content",
    "ContentText",
    "PartText",
    "ProductText",
    "contents_of",
    "minerals_by_sector",
    "product_cards",
    "read_products",
]

PRODUCTS_FOLDER = WORLD_FOLDER / "assess" / "products"
"""The templates that ship."""

FRACTIONS = ("%", "1")
_WHOLE = 1.0 + 1e-9


@dataclass(frozen=True, kw_only=True)
class AmountText:
    """An amount nobody published for this part: value, range, unit, reason, source if read."""

    value: float
    low: float
    high: float
    unit: str
    reason: str
    source: str = ""

    @property
    def span(self) -> Span:
        """The value with its range, in its unit."""
        return Span(self.value, self.low, self.high)


@dataclass(frozen=True, kw_only=True)
class ContentText(AmountText):
    """The content of a mineral in one unit of a product."""

    mineral: str


@dataclass(frozen=True, kw_only=True)
class PartText(AmountText):
    """The amount of another product in one unit of a product."""

    product: str


@dataclass(frozen=True, kw_only=True)
class ProductText:
    """A template: its unit, aliases, contents, parts, what it leaves out, the goods it is.

    `items` are materials of the register of export controls that the part as a whole is; `mass` is
    the weight of one piece, so that pieces and kilograms convert.
    """

    product: str
    title: str
    unit: str
    aliases: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    mass: AmountText | None = None
    left_out: str = ""
    parts: tuple[PartText, ...] = ()
    contents: tuple[ContentText, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _File:
    title: str
    products: tuple[ProductText, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A mineral in one unit of a product: tonnes with range, and the cards behind them."""

    mineral: str
    tonnes: Span
    words: str
    inputs: tuple[Input, ...] = field(repr=False)


@cache
def read_products(folder: Path = PRODUCTS_FOLDER) -> Mapping[str, ProductText]:
    """Read the templates of a folder by id.

    Raises `InputError` with every problem of every file: values outside their range, unknown units,
    fractions above one, unknown or circular parts, ids given twice, no files.
    """
    problems: list[Problem] = []
    found: dict[str, ProductText] = {}
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        problems.append(Problem("no product templates", file=str(folder), expected="*.yaml files"))
    for path in paths:
        document = attempt(problems, read_yaml, path, kind="products", root=folder)
        file = attempt(problems, parse, _File, document) if document else None
        if document is None or file is None:
            continue
        for number, product in enumerate(file.products):
            at = ("products", number)
            if product.product in found:
                problems.append(
                    document.problem((*at, "product"), "duplicate id", found=product.product)
                )
            problems += _problems(document, at, product)
            found[product.product] = product
    problems += _part_problems(folder, found)
    if problems:
        raise InputError(problems)
    return found


def _problems(document: Document, at: tuple[str | int, ...], product: ProductText) -> list[Problem]:
    problems: list[Problem] = []
    amounts: list[tuple[str, int | None, AmountText]] = [
        *(("contents", number, each) for number, each in enumerate(product.contents)),
        *(("parts", number, each) for number, each in enumerate(product.parts)),
        *([("mass", None, product.mass)] if product.mass else []),
    ]
    for name, number, amount in amounts:
        where = (*at, name) if number is None else (*at, name, number)
        if not 0.0 <= amount.low <= amount.value <= amount.high:
            problems.append(
                document.problem(
                    (*where, "value"),
                    "value outside its range",
                    found=f"{amount.value:g} in {amount.low:g} to {amount.high:g}",
                    expected="0 <= low <= value <= high",
                )
            )
        unit = product.unit if amount.unit in FRACTIONS and name == "contents" else amount.unit
        try:
            _ = convert(1.0, unit, "t")
        except InputError as error:
            if name != "parts":
                problems.append(
                    document.problem((*where, "unit"), error.problems[0].message, found=amount.unit)
                )
    total = sum(
        convert(each.value, each.unit, "1") for each in product.contents if each.unit in FRACTIONS
    )
    if total > _WHOLE:
        problems.append(
            document.problem((*at, "contents"), "contents exceed the whole", found=f"{total:.4g}")
        )
    if not product.contents and not product.parts:
        problems.append(document.problem((*at,), "a product without contents or parts"))
    return problems


def _part_problems(folder: Path, products: Mapping[str, ProductText]) -> Iterator[Problem]:
    for product in products.values():
        for part in product.parts:
            place = f"{product.product}.parts.{part.product}"
            inner = products.get(part.product)
            if inner is None:
                yield Problem(
                    "unknown product",
                    file=str(folder),
                    field=place,
                    found=part.product,
                    nearest=nearest(part.product, list(products)),
                )
                continue
            if product.product in _below(products, part.product):
                yield Problem("a product is a part of itself", file=str(folder), field=place)
            try:
                _ = convert(1.0, part.unit, inner.unit)
            except InputError as error:
                yield Problem(error.problems[0].message, file=str(folder), field=f"{place}.unit")


def _below(products: Mapping[str, ProductText], name: str) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in found and one in products:
            found.add(one)
            waiting += [part.product for part in products[one].parts]
    return found


def contents_of(products: Mapping[str, ProductText], name: str) -> tuple[Content, ...]:
    """Return the minerals in one unit of a product, through all its parts (t), largest first.

    A mineral that comes through several parts is added up. Ranges are multiplied end by end.
    """
    sums: dict[str, Content] = {}
    for content in _contents(products, name, exact(1.0), "", ()):
        before = sums.get(content.mineral)
        sums[content.mineral] = (
            content
            if before is None
            else Content(
                content.mineral,
                before.tonnes + content.tonnes,
                f"{before.words} + {content.words}",
                (*before.inputs, *content.inputs),
            )
        )
    return tuple(sorted(sums.values(), key=lambda each: (-each.tonnes.value, each.mineral)))


def _contents(
    products: Mapping[str, ProductText],
    name: str,
    factor: Span,
    words: str,
    above: tuple[Input, ...],
) -> Iterator[Content]:
    """Yield the contents of so many units of a product, deepest parts last."""
    product = products[name]
    for each in product.contents:
        scale = convert(1.0, product.unit, "t") if each.unit in FRACTIONS else 1.0
        to = "1" if each.unit in FRACTIONS else "t"
        tonnes = each.span.times(convert(1.0, each.unit, to) * scale) * factor
        said = f"{each.value:g} {each.unit}"
        card = _input(f"{each.mineral} in {product.title}", each, f"{name}.{each.mineral}")
        yield Content(each.mineral, tonnes, words + said, (*above, card))
    for part in product.parts:
        inner = products[part.product]
        amount = part.span.times(convert(1.0, part.unit, inner.unit)) * factor
        said = f"{words}{part.value:g} {part.unit} {part.product} × "
        card = _input(f"{inner.title} in {product.title}", part, f"{name}.{part.product}")
        yield from _contents(products, part.product, amount, said, (*above, card))


def _input(name: str, amount: AmountText, card: str) -> Input:
    return Input(
        name=name,
        value=amount.value,
        unit=amount.unit,
        source=amount.source or f"card:{card}",
        flag="" if amount.source else "assumption",
        where=f"{amount.low:g} to {amount.high:g} {amount.unit}: {amount.reason}",
    )


def product_cards(products: Mapping[str, ProductText]) -> tuple[Card, ...]:
    """Return every content, part and weight of the templates as an assumption card."""
    return tuple(
        Card(
            card=f"{product.product}.{name}",
            title=f"{name} in {product.title}",
            value=amount.value,
            low=amount.low,
            high=amount.high,
            unit=f"{amount.unit} per {product.unit}"
            if amount.unit not in FRACTIONS
            else "%"
            if amount.unit == "%"
            else "1",
            reason=amount.reason,
            evidence=amount.source,
            affects=("bills of materials",),
        )
        for product in products.values()
        for name, amount in (
            *((each.mineral, each) for each in product.contents),
            *((each.product, each) for each in product.parts),
            *((("mass", product.mass),) if product.mass else ()),
        )
    )


def minerals_by_sector(
    products: Mapping[str, ProductText], sector: str, *, known: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Return the minerals in a sector's products, each with the products that hold it.

    With `known` only minerals of that list.
    """
    found: dict[str, list[str]] = {}
    for product in products.values():
        if sector in product.sectors:
            for content in contents_of(products, product.product):
                if content.tonnes.high > 0.0 and (not known or content.mineral in known):
                    found.setdefault(content.mineral, []).append(product.product)
    return {mineral: tuple(names) for mineral, names in found.items()}
