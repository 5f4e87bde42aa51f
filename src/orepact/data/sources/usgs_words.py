"""What the Mineral Commodity Summaries write: products, columns, units, figures.

The names differ between editions (chapters by file name to 2024, ``Gemanium`` in 2025, upper-case
chapters in 2026), so each rule is a pattern of the commodity and one of the type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = [
    "Figure",
    "Header",
    "Product",
    "basis_of_reserves",
    "commodity_of_file",
    "figure_of",
    "header_of",
    "product_of",
    "unit_of",
]


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell: a quantity as printed, None where words or codes replace it, and its flags."""

    quantity: float | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What a column holds: ``production``, ``capacity``, ``reserves``, a note of one, or a key."""

    holds: str
    year: int | None = None
    unit: str = ""
    estimated: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """A mineral at a stage, and what a quantity of it counts."""

    mineral: str
    stage: str
    basis: str
    product: str = ""


_CHAPTERS = {
    "alumi": "Aluminum",
    "antim": "Antimony",
    "arsen": "Arsenic",
    "barit": "Barite",
    "bauxi": "Bauxite and Alumina",
    "beryl": "Beryllium",
    "bismu": "Bismuth",
    "boron": "Boron",
    "chrom": "Chromium",
    "cobal": "Cobalt",
    "coppe": "Copper",
    "felds": "Feldspar",
    "fluor": "Fluorspar",
    "galli": "Gallium",
    "germa": "Germanium",
    "graph": "Graphite",
    "heliu": "Helium",
    "indiu": "Indium",
    "lead": "Lead",
    "lithi": "Lithium",
    "manga": "Manganese",
    "mgcomp": "Magnesium Compounds",
    "mgmet": "Magnesium Metal",
    "molyb": "Molybdenum",
    "nicke": "Nickel",
    "niobi": "Niobium",
    "phosp": "Phosphate Rock",
    "plati": "Platinum-Group Metals",
    "potas": "Potash",
    "raree": "Rare Earths",
    "rheni": "Rhenium",
    "scand": "Scandium",
    "scandi": "Scandium",
    "selen": "Selenium",
    "silve": "Silver",
    "simet": "Silicon",
    "stron": "Strontium",
    "tanta": "Tantalum",
    "tellu": "Tellurium",
    "timin": "Titanium Mineral Concentrates",
    "tin": "Tin",
    "titan": "Titanium and Titanium Dioxide",
    "tungs": "Tungsten",
    "vanad": "Vanadium",
    "yttri": "Yttrium",
    "zinc": "Zinc",
    "zirco": "Zirconium and Hafnium",
    "zirco-hafni": "Zirconium and Hafnium",
}

_ANY = ".*"
_MINE = r"m(i)?ne|production|concentrates"
_METAL = "smelter|refiner|primary|plant|production"


def _content(commodity: str, mineral: str, kind: str = _MINE, stage: str = "mine") -> _Rule:
    return _Rule(commodity, kind, Product(mineral, stage, "content"))


def _gross(commodity: str, mineral: str, kind: str = _MINE, stage: str = "mine") -> _Rule:
    return _Rule(commodity, kind, Product(mineral, stage, "gross"))


@dataclass(frozen=True, slots=True)
class _Rule:
    commodity: str
    kind: str
    product: Product


_RULES = (
    _content("alumin(i)?um", "aluminium", "smelter|capacity", "refined"),
    _gross("alumina|bauxite.*", "alumina", ".*alumina", "refined"),
    _gross("bauxite.*", "bauxite", ".*bauxite|mine"),
    _content("antimony", "antimony"),
    _Rule("arsenic", _ANY, Product("arsenic", "refined", "gross", "arsenic trioxide")),
    _gross("barite", "barite"),
    _content("beryllium", "beryllium"),
    _content("bismuth", "bismuth", _METAL, "refined"),
    _gross("boron", "boron", _ANY),
    _gross("chromium", "chromium"),
    _content("cobalt", "cobalt"),
    _content("copper", "copper", ".*mine"),
    _content("copper", "copper", ".*refiner", "refined"),
    _gross("feldspar.*", "feldspar"),
    _gross("fluorspar", "fluorspar"),
    _content("gallium", "gallium", _METAL, "refined"),
    _content("ger?manium", "germanium", _METAL, "refined"),
    _gross(r"graphite( \(natural\))?", "graphite_natural"),
    _Rule("helium", _ANY, Product("helium", "mine", "volume")),
    *(_Rule(gas, _ANY, Product(gas, "refined", "volume")) for gas in ("krypton", "neon", "xenon")),
    _content("indium", "indium", _METAL, "refined"),
    _content("lead", "lead", ".*mine"),
    _content("lithium", "lithium"),
    _Rule(
        "magnesium compounds|magnesite",
        r".*\(mgo\)|.*magnesium oxide",
        Product("magnesite", "mine", "MgO"),
    ),
    _gross("magnesium compounds|magnesite", "magnesite"),
    _content("magnesium( metal)?", "magnesium", _METAL, "refined"),
    _content("manganese", "manganese"),
    _content("molybdenum", "molybdenum"),
    _content("nickel", "nickel", ".*mine"),
    _content(r"niobium( \(columbium\))?", "niobium"),
    *(
        _content("platinum-group metals|" + metal, metal, f".*{metal}")
        for metal in ("palladium", "platinum")
    ),
    _content("platinum-group metals", "pgm", "reserves|world total"),
    _gross("phosphate rock", "phosphate_rock"),
    _Rule("potash", _ANY, Product("potash", "mine", "K2O")),
    _Rule("rare earths", _ANY, Product("rare_earths", "mine", "REO")),
    _content("rhenium", "rhenium"),
    _Rule("scandium", _ANY, Product("scandium", "refined", "Sc2O3")),
    _content("selenium", "selenium", _METAL, "refined"),
    _content("silicon", "silicon_total", ".*(combined|and silicon metal)", "refined"),
    _content("silicon", "ferrosilicon", ".*fer+o+silicon", "refined"),
    _content("silicon", "silicon_metal", ".*silicon( metal)?", "refined"),
    _content("silver", "silver"),
    _content("strontium", "strontium"),
    _content("tantalum", "tantalum"),
    _content("tellurium", "tellurium", _METAL, "refined"),
    _content("tin", "tin", ".*mine"),
    _Rule(
        "titanium mineral concentrates",
        r".*ilmen[it]+e",
        Product("titanium_ilmenite", "mine", "TiO2"),
    ),
    _Rule("titanium mineral concentrates", ".*rutile", Product("titanium_rutile", "mine", "TiO2")),
    _Rule(
        "titanium.*",
        ".*pigment$",
        Product("titanium_dioxide_pigment", "refined", "gross"),
    ),
    _content("titanium.*", "titanium_sponge", ".*sponge", "refined"),
    _content("tungsten", "tungsten"),
    _content("vanadium", "vanadium"),
    _Rule("yttrium", _ANY, Product("yttrium", "mine", "Y2O3")),
    _content("zinc", "zinc", ".*mine"),
    _gross("zirconium.*", "zirconium", _MINE + "|.*zirc"),
)

_WITH_ILMENITE = re.compile(r"ilmen[it]+e and rutile")
_BORON = re.compile(r"boron total all types|boron,? |^borates$|production,? ?")
_RESERVES = (
    (re.compile(r"\bZrO2\b"), "ZrO2"),
    (re.compile(r"\bCr2O3 content\b"), "Cr2O3"),
    (re.compile(r"magnesium oxide|\bMgO\b"), "MgO"),
)


def commodity_of_file(name: str) -> str:
    """Return the commodity of a file of the editions 2023 and 2024, empty for none of ours."""
    match = re.search(r"mcs20[0-9]{2}-([a-z-]+)_world", name.lower())
    return _CHAPTERS.get(match[1], "") if match else ""


def product_of(commodity: str, kind: str) -> Product | None:
    """Return the product that a commodity and a type of production name, None for none of ours."""
    name = " ".join(commodity.casefold().replace("&", "and").split())
    text = " ".join(kind.casefold().split())
    for rule in _RULES:
        if re.fullmatch(rule.commodity, name) and re.search(rule.kind, text):
            return _detailed(rule.product, text)
    return None


def _detailed(product: Product, kind: str) -> Product:
    """Return the product with what the type says beyond it, where countries report several."""
    if product.mineral == "titanium_ilmenite" and _WITH_ILMENITE.search(kind):
        return Product(product.mineral, product.stage, product.basis, "ilmenite and rutile")
    if product.mineral == "boron":
        detail = _BORON.sub("", kind).strip(" ,:")
        return Product(product.mineral, product.stage, product.basis, detail)
    return product


def basis_of_reserves(product: Product, column: str, note: str) -> Product:
    """Return the product that a figure of reserves counts, by its column and its note."""
    if product.mineral == "platinum" and "platinum-group" in note.casefold():
        return Product("pgm", "", "content")
    if (
        product.mineral == "potash"
        and "ore" in column.casefold()
        and "k2o" not in column.casefold()
    ):
        return Product("potash", "", "recoverable_ore")
    for pattern, basis in _RESERVES:
        if product.mineral in {"zirconium", "magnesite"} and pattern.search(note):
            return Product(product.mineral, "", basis)
    return product


_KEYS = {
    "source": "source",
    "commodity": "commodity",
    "country": "country",
    "type": "type",
    "unit_meas": "unit",
}
_TABLES = {"prod": "production", "cap": "capacity", "reserve": "reserves", "reserves": "reserves"}
_NOTES = re.compile(r"(prod|cap|reserves?)_notes?")
_YEARLY = re.compile(
    r"(prod|cap)(?:_(sponge|pigment))?(?:_(t|kg|kt|mmt|mcm))?(?:_(est)_?)? ?_?([0-9]{4})"
)
_RESERVED = re.compile(r"reserves(_ore)?(_k2o_equiv)?(?:_(t|kg|kt|mmt|mcm))?(?:_([0-9]{4}))?")


def header_of(column: str) -> Header | None:
    """Return what a column of the editions 2023 to 2025 holds, None if it is not known."""
    name = column.casefold().strip()
    if name in _KEYS:
        return Header(_KEYS[name])
    if match := _NOTES.fullmatch(name):
        return Header(f"note of {_TABLES[match[1]]}")
    if match := _YEARLY.fullmatch(name):
        table, detail, unit, estimated, year = match.groups()
        return Header(_TABLES[table], int(year), unit or "", bool(estimated), detail or "")
    if match := _RESERVED.fullmatch(name):
        ore, potash, unit, year = match.groups()
        detail = "ore" if ore and not potash else ""
        return Header("reserves", int(year) if year else None, unit or "", detail=detail)
    return None


_UNIT = re.compile(
    r"(thousand |million )?(metric tons?|kilograms?|cubic meters|liters)(,.*| [a-z(].*)?"
)
_SHORT = {
    "t": ("t", 1.0),
    "kg": ("t", 1e-3),
    "kt": ("t", 1e3),
    "mmt": ("t", 1e6),
    "mcm": ("million_m3", 1.0),
}
_SCALE = {"": 1.0, "thousand ": 1e3, "million ": 1e6}
_LONG = {
    "metric ton": ("t", 1.0),
    "kilogram": ("t", 1e-3),
    "cubic meter": ("million_m3", 1e-6),
    "liter": ("million_L", 1e-6),
}


def unit_of(text: str) -> tuple[str, float] | None:
    """Return the unit we keep (t, million_m3, million_L) and the factor to it, None if unknown."""
    name = " ".join(text.casefold().split())
    if name in _SHORT:
        return _SHORT[name]
    match = _UNIT.fullmatch(name)
    if not match:
        return None
    unit, factor = _LONG[match[2].removesuffix("s")]
    return unit, factor * _SCALE[match[1] or ""]


_AMOUNT = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_PRINTED = re.compile(rf"(e)?([<>])?({_AMOUNT})(e)?", re.IGNORECASE)
_RANGE = re.compile(rf"(e)?({_AMOUNT})(?:[-\u2013]| to )({_AMOUNT})", re.IGNORECASE)
_CODES = {"W", "NA", "XX"}
_SMALL = re.compile(r"less than (\u00bd|1/2|half)( of)?( a| the)? unit\.?", re.IGNORECASE)
_ELSEWHERE = re.compile(r"included (with|in) .*", re.IGNORECASE)
_SIZES = {"small", "moderate", "large"}
_NONE = {"-", "--", "\u2013", "\u2014"}


def figure_of(text: str) -> Figure | None:
    """Return what a cell prints, None if it is nothing that the editions are known to print.

    ``W`` withheld, ``NA`` not available, ``XX`` not applicable, ``e`` estimated; a dash is zero.
    ``<100`` keeps 100 with the flag upper_bound, a range its middle.
    """
    cell = " ".join(text.split())
    if match := _PRINTED.fullmatch(cell):
        bound = {"<": ("upper_bound",), ">": ("lower_bound",)}.get(match[2] or "", ())
        estimate = ("e",) if match[1] or match[4] else ()
        return Figure(_amount(match[3]), (*bound, *estimate))
    if match := _RANGE.fullmatch(cell):
        low, high = _amount(match[2]), _amount(match[3])
        return Figure((low + high) / 2, (f"midpoint_of_range_{low:g}-{high:g}",))
    if cell in _NONE:
        return Figure(0.0)
    flag = _flag(cell)
    return Figure(None, (flag,)) if flag else None


def _flag(cell: str) -> str:
    """Return the flag of a word that stands in place of a number."""
    if cell in _CODES:
        return cell
    if _SMALL.fullmatch(cell):
        return "less_than_half_unit"
    if _ELSEWHERE.fullmatch(cell):
        return "included_elsewhere"
    return f"text_{cell.capitalize()}" if cell.casefold() in _SIZES else ""


def _amount(text: str) -> float:
    return float(text.replace(",", ""))
