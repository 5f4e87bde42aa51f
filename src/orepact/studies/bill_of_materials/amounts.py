"""What a bill amounts to in a year: tonnes of every mineral by row, and what keeps a row out.

``tonnes = quantity × annual volume × content``, each in its unit; the content is the one the bill
states, else that of the product template which the row names or whose name the part bears. A row
without either is a gap with the nearest template as a suggestion, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orepact.errors import InputError
from orepact.indicators.figure import Input
from orepact.indicators.span import Span, exact
from orepact.studies.bill_of_materials.matching import Match, Names, match_part, names_of
from orepact.studies.bill_of_materials.products import Content, ProductText, contents_of
from orepact.studies.bill_of_materials.reading import Bill, BillRow
from orepact.studies.bill_of_materials.units import FRACTIONS, measures
from orepact.units import convert

__all__ = ["Gap", "Line", "Worked", "work_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something the report lacks: its kind, the row and part or the mineral, what would close it.

    `row` is 0 for a gap of a mineral rather than of a row.
    """

    kind: str
    text: str
    row: int = 0
    part: str = ""
    mineral: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One mineral in one row: tonnes a year with range, and the own stock of the part if given.

    `stock` is in tonnes of the mineral; `days` is how long the stock lasts at the year's use.
    `how` says where the content comes from; `items` are goods of the register that the part is.
    """

    row: int
    part: str
    mineral: str
    tonnes: Span
    how: str
    supplier: str
    country: str
    arithmetic: str
    stock: Span | None = None
    items: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Worked:
    """Lines and gaps of a bill, and the template of every row that has one."""

    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    templates: Mapping[int, Match] = field(repr=False)


def work_out(bill: Bill, products: Mapping[str, ProductText]) -> Worked:
    """Return the tonnes a year of every mineral in every row, and every gap of a row."""
    names = names_of(products)
    lines: list[Line] = []
    gaps: list[Gap] = []
    templates: dict[int, Match] = {}
    for row in bill.rows:
        found, missing, match = _row(bill, row, products, names)
        lines += found
        gaps += missing
        if match is not None:
            templates[row.row] = match
        if not row.country:
            text = "supplier country is missing: no act of that country can be matched"
            gaps.append(Gap(kind="supplier country", text=text, row=row.row, part=row.part))
    return Worked(tuple(lines), tuple(gaps), templates)


def _row(
    bill: Bill, row: BillRow, products: Mapping[str, ProductText], names: Names
) -> tuple[list[Line], list[Gap], Match | None]:
    if bill.has_volume and row.volume is None:
        text = "annual volume is missing: the year's quantity is not known"
        return [], [_gap("annual volume", row, text)], None
    match = match_part(names, row.template or row.part)
    if row.mineral and row.content is not None:
        lines, gaps = _stated(row)
        return lines, [*gaps, *_not_stated(bill, row, products, match)], None
    gaps = [_unknown(row)] if row.material and not match.product else []
    if not match.product:
        return [], [*gaps, _unmatched(row, match)], None
    product = products[match.product]
    per_unit, words = _in_units(row, product)
    if per_unit is None:
        return [], [*gaps, _gap("unit", row, words)], match
    contents = contents_of(products, match.product)
    if row.mineral and row.mineral not in {content.mineral for content in contents}:
        text = f"the template {match.product} does not hold {row.mineral}, no content is stated"
        gaps.append(_gap("missing content", row, text, suggestion="state the content"))
    how = f"template {match.product} ({match.how})"
    return [_line(row, product, per_unit, words, each, how) for each in contents], gaps, match


def _stated(row: BillRow) -> tuple[list[Line], list[Gap]]:
    """Return the line of a row that states its content."""
    content = row.content or 0.0
    source = Input(
        name=f"content of {row.mineral} in {row.part}",
        value=content,
        unit=row.content_unit,
        source="bill",
        where=f"row {row.row}",
    )
    if row.content_unit in FRACTIONS:
        tonnes, words = _tonnes_of(row)
        if tonnes is None:
            return [], [_gap("unit", row, words, suggestion="add mass and unit of mass")]
        each = tonnes * convert(content, row.content_unit, "1")
        text = f"{words} × {content:g} {row.content_unit}"
    else:
        each = _annual(row) * convert(content, row.content_unit, "t")
        text = f"{_said(row)} × {content:g} {row.content_unit}"
    line = Line(
        row=row.row,
        part=row.part,
        mineral=row.mineral,
        tonnes=exact(each),
        how="stated in the bill",
        supplier=row.supplier,
        country=row.country,
        arithmetic=text,
        stock=_stock(row, exact(each)),
        inputs=(source,),
    )
    return [line], []


def _not_stated(
    bill: Bill, row: BillRow, products: Mapping[str, ProductText], match: Match
) -> list[Gap]:
    """Return a gap for the minerals of a part's template that no row of the part states."""
    same = [each for each in bill.rows if (each.part, each.template) == (row.part, row.template)]
    if not match.product or same[0].row != row.row:
        return []
    stated = {each.mineral for each in same}
    others = [
        content.mineral
        for content in contents_of(products, match.product)
        if content.mineral not in stated
    ]
    text = f"the template {match.product} also holds {', '.join(others)}; the bill states none"
    return [_gap("content not stated", row, text, suggestion="state it")] if others else []


def _line(
    row: BillRow, product: ProductText, amount: Span, words: str, content: Content, how: str
) -> Line:
    tonnes = amount * content.tonnes
    return Line(
        row=row.row,
        part=row.part,
        mineral=content.mineral,
        tonnes=tonnes,
        how=how,
        supplier=row.supplier,
        country=row.country,
        arithmetic=f"{words} × {content.words}",
        stock=_stock(row, tonnes),
        items=product.items,
        inputs=content.inputs,
    )


def _stock(row: BillRow, tonnes: Span) -> Span | None:
    """Return the own stock of a part as tonnes of a mineral, by the same content."""
    annual = _annual(row)
    if row.stock is None or annual <= 0.0:
        return None
    try:
        stock = convert(row.stock, row.stock_unit, row.unit)
    except InputError:
        mass = _piece_mass(row)
        if mass is None:
            return None
        stock = convert(row.stock, row.stock_unit, "t") / mass
    return tonnes.times(stock / annual)


def _in_units(row: BillRow, product: ProductText) -> tuple[Span | None, str]:
    """Return the year's quantity in the unit of a template, or None and why not."""
    annual = _annual(row)
    try:
        factor = convert(1.0, row.unit, product.unit)
    except InputError:
        return _through_mass(row, product)
    return exact(annual * factor), _said(row)


def _through_mass(row: BillRow, product: ProductText) -> tuple[Span | None, str]:
    """Return pieces as mass or mass as pieces, by the mass of the bill or of the template."""
    piece, source = _piece_span(row, product)
    other = f"the template {product.product} counts by {product.unit}, the bill by {row.unit}"
    said = f"{_said(row)} {{}} {piece.value * 1e3:g} kg ({source})" if piece else ""
    if row.unit == "piece" and measures(product.unit, "t"):
        if piece is None:
            return None, f"{other}; add the columns mass and unit of mass"
        units = piece.times(1.0 / convert(1.0, product.unit, "t"))
        return exact(_annual(row)) * units, said.format("×")
    if product.unit == "piece" and measures(row.unit, "t"):
        tonnes = exact(_annual(row) * convert(1.0, row.unit, "t"))
        pieces = tonnes.over(piece) if piece else None
        hint = "; give the quantity in pieces, or mass and unit of mass"
        return pieces, other + hint if pieces is None else said.format("/")
    return None, other


def _piece_span(row: BillRow, product: ProductText) -> tuple[Span | None, str]:
    """Return the mass of one piece (t) and whether the bill or the template gives it."""
    mass = _piece_mass(row)
    if mass is not None:
        return exact(mass), "bill"
    if product.mass is not None:
        return product.mass.span.times(convert(1.0, product.mass.unit, "t")), "template"
    return None, ""


def _tonnes_of(row: BillRow) -> tuple[float | None, str]:
    """Return the year's quantity as tonnes of the part, or None and why not."""
    try:
        return _annual(row) * convert(1.0, row.unit, "t"), _said(row)
    except InputError:
        mass = _piece_mass(row)
    if mass is None or row.unit != "piece":
        return None, f"the content is a share and the mass of the part is not known ({row.unit})"
    return _annual(row) * mass, f"{_said(row)} × {row.mass:g} {row.mass_unit}"


def _piece_mass(row: BillRow) -> float | None:
    if row.mass is None or not row.mass_unit or row.mass <= 0.0:
        return None
    return convert(row.mass, row.mass_unit, "t")


def _annual(row: BillRow) -> float:
    return row.quantity * (1.0 if row.volume is None else row.volume)


def _said(row: BillRow) -> str:
    volume = "" if row.volume is None else f" × {row.volume:g}"
    return f"{row.quantity:g} {row.unit}{volume}"


def _unknown(row: BillRow) -> Gap:
    text = f"the material {row.material!r} is none of the dataset's minerals"
    return _gap("unknown material", row, text, suggestion=f"{row.near}?" if row.near else "")


def _unmatched(row: BillRow, match: Match) -> Gap:
    names = ", ".join(match.candidates)
    if row.mineral and not row.template:
        text = f"no content of {row.mineral} is stated and no template bears the part's name"
        hint = f"state it (100 % if the part is {row.mineral}), or name a template"
        return _gap("missing content", row, text, suggestion=hint + (f": {names}" if names else ""))
    if match.how == "ambiguous":
        text = f"several templates bear this name: {names}"
        return _gap("ambiguous template", row, text, suggestion="name one in the column template")
    said = row.template or row.part
    hint = f"nearest: {names}; name it in the column template" if names else "state the content"
    return _gap("no template", row, f"no template bears the name {said!r}", suggestion=hint)


def _gap(kind: str, row: BillRow, text: str, *, suggestion: str = "") -> Gap:
    return Gap(
        kind=kind,
        text=text,
        row=row.row,
        part=row.part,
        mineral=row.mineral,
        suggestion=suggestion,
    )
