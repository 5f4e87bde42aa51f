"""What a chain's text files say: materials, recipes, uses, calibration window, assumption cards."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field

__all__ = [
    "Assumed",
    "Calibration",
    "Card",
    "ChainText",
    "ConduitText",
    "GradeCap",
    "MaterialText",
    "Price",
    "ProcessText",
    "RestartText",
    "SplitText",
    "UseText",
    "Utilisation",
]

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
class Utilisation:
    """Activity over capacity in the base, with its range and card."""

    value: Annotated[float, Field(gt=0.0, le=1.0)]
    low: float | None = None
    high: float | None = None
    card: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class MaterialText:
    """A material of the chain; cover shares on a way from ore to product add up to 1.

    `trade_basis` is ``cards`` where no bilateral table of the stage exists: its regional pattern
    is assumed, its grade is D and no regional price is printed.
    """

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
    trade_basis: Literal["table", "cards"] = "table"
    card: str | tuple[str, ...] = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ProcessText:
    """A recipe: tonnes of input and output per tonne of the first output."""

    process: str
    title: str
    outputs: dict[str, Positive]
    inputs: dict[str, Positive] = field(default_factory=dict[str, Positive])
    utilisation: Utilisation
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
    """The window before the chain's first control, and alternatives for the band.

    `alternative_base` has the exporter's shipments (t/month) in other windows by their names,
    counted over the materials of `alternative_of`, all of the chain's if it is empty.
    """

    first: Annotated[Month, Field(alias="from")]
    last: Annotated[Month, Field(alias="to")]
    alternative_from: Month
    reason: str
    alternative_base: dict[str, Positive] = field(default_factory=dict[str, Positive])
    alternative_of: tuple[str, ...] = ()


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
