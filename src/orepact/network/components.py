"""The components of a network: frozen, typed, each with its unit, its meaning and its source.

Volumes are tonnes of contained metal (or of product, where a material says so) and months;
prices are constant US dollars per tonne.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from orepact.units import Doc, Unit

__all__ = [
    "COMPONENTS",
    "Component",
    "Demand",
    "Material",
    "Process",
    "Region",
    "Reserve",
    "Route",
    "Stock",
]

NonNegative = Annotated[float, Field(ge=0.0, allow_inf_nan=True)]
Name = Annotated[str, Field(min_length=1, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:>@+/-]*$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """What every component has: a name that is unique in its kind, and a source."""

    name: Annotated[Name, Doc("unique among components of its kind")]
    source: Annotated[str, Doc("source id, or `card:<id>` for an assumption")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region(Component):
    """A country, bloc or group of countries that produces, trades or uses."""

    title: Annotated[str, Doc("as printed")] = ""
    members: Annotated[tuple[str, ...], Doc("ISO 3166-1 alpha-3 codes inside")] = ()
    bloc: Annotated[str, Doc("bloc or group whose figures hold where it has none of its own")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material(Component):
    """A mineral at one stage and in one form; stages are never merged."""

    price: Annotated[NonNegative, Unit("USD/t"), Doc("price in the calibration window")]
    title: Annotated[str, Doc("as printed")] = ""
    chain: Annotated[str, Doc("the chain it belongs to")] = ""
    stage: Annotated[str, Doc("mine, concentrate, refined, separated, metal, component, scrap")] = (
        ""
    )
    unit: Annotated[str, Doc("what a tonne is a tonne of")] = "t"
    mineral: Annotated[str, Doc("the mineral that the register of controls knows it by")] = ""
    codes: Annotated[tuple[str, ...], Doc("customs codes, HS 2022 or longer")] = ()
    grade: Annotated[
        str, Doc("grade of its account, A to D; D: trade by partner is assumed, no regional price")
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process(Component):
    """A mine, refinery, by-product recovery, plant or recycler in one region.

    Activity is counted in tonnes of the first output.
    """

    region: Annotated[str, Doc("where it stands")]
    outputs: Annotated[
        dict[str, NonNegative], Unit("t/t"), Doc("tonnes made per tonne of activity")
    ]
    inputs: Annotated[
        dict[str, NonNegative], Unit("t/t"), Doc("tonnes used per tonne of activity")
    ] = field(default_factory=dict[str, NonNegative])
    base: Annotated[NonNegative, Unit("t/month"), Doc("activity in the calibration window")] = 0.0
    capacity: Annotated[NonNegative, Unit("t/month"), Doc("largest activity")] = float("inf")
    cost: Annotated[
        float, Unit("USD/t"), Doc("cost per tonne of activity at base, inputs apart")
    ] = 0.0
    elasticity: Annotated[NonNegative, Unit("1"), Doc("supply response above base, 0 = none")] = 0.0
    floor: Annotated[
        NonNegative, Unit("1"), Doc("multiple of the base price under which supply withdraws")
    ] = 0.0
    margin_slope: Annotated[
        NonNegative, Unit("1"), Doc("rise of the processing margin per 100 % of activity, ÷ price")
    ] = 0.0
    grows: Annotated[bool, Doc("whether capacity is added while the price is high")] = False
    notice: Annotated[
        int,
        Unit("month"),
        Doc("months after the first control before idle capacity runs"),
        Field(ge=0),
    ] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Component):
    """A trade flow of one material from an exporter to an importer."""

    material: Annotated[str, Doc("what is shipped")]
    exporter: Annotated[str, Doc("region of departure")]
    importer: Annotated[str, Doc("region of arrival")]
    base: Annotated[NonNegative, Unit("t/month"), Doc("flow in the calibration window")] = 0.0
    capacity: Annotated[NonNegative, Unit("t/month"), Doc("largest flow")] = float("inf")
    cost: Annotated[float, Unit("USD/t"), Doc("transport, tariff and premium at base flow")] = 0.0
    qualification: Annotated[
        NonNegative, Unit("1"), Doc("calibrated re-routing cost: rise per 100 % of flow, ÷ price")
    ] = 0.0
    lag: Annotated[int, Unit("month"), Doc("months between dispatch and arrival"), Field(ge=0)] = 0
    kind: Annotated[
        Literal["declared", "controlled", "surge", "undeclared", "new", "conduit"],
        Doc(
            "declared trade; declared trade under the exporter's controls, up to its base flow; "
            "what goes beyond it; trade that evades a control; a route without trade so far; "
            "blocked trade that goes through a third country"
        ),
    ] = "declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock(Component):
    """Material held by traders, consumers or the public in one region."""

    region: Annotated[str, Doc("where it lies")]
    material: Annotated[str, Doc("what is held")]
    initial: Annotated[NonNegative, Unit("t"), Doc("level before the first month")] = 0.0
    capacity: Annotated[NonNegative, Unit("t"), Doc("largest level")] = float("inf")
    carrying_cost: Annotated[NonNegative, Unit("USD/t/month"), Doc("interest and storage")] = 0.0
    wanted: Annotated[
        NonNegative, Unit("t"), Doc("level wanted at the base price; 0 = no storage curve")
    ] = 0.0
    slope: Annotated[
        NonNegative, Unit("1"), Doc("storage curve: price = base·(wanted/level)^slope")
    ] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve(Component):
    """Material that somebody holds against a crisis, and may buy before it is known.

    It is no `Stock`: nothing leaves it because of a price, only because it is released.
    """

    owner: Annotated[str, Doc("who decides on it")]
    region: Annotated[str, Doc("where it lies")]
    material: Annotated[str, Doc("the form that is held")]
    held: Annotated[NonNegative, Unit("t"), Doc("tonnes before the first month")] = 0.0
    capacity: Annotated[NonNegative, Unit("t"), Doc("largest level")] = float("inf")
    release: Annotated[NonNegative, Unit("t/month"), Doc("largest release")] = float("inf")
    lead: Annotated[
        int,
        Unit("month"),
        Doc("notice and re-processing before released tonnes arrive"),
        Field(ge=0),
    ] = 0
    carrying_cost: Annotated[NonNegative, Unit("USD/t/month"), Doc("interest and storage")] = 0.0
    shelf_life: Annotated[
        int, Unit("month"), Doc("months until it is no longer usable, 0 = it keeps"), Field(ge=0)
    ] = 0
    entitled: Annotated[
        tuple[str, ...], Doc("regions that may draw on it; none named = the region where it lies")
    ] = ()
    price: Annotated[
        float, Unit("USD/t"), Doc("price paid in buying; nan = the material's base price")
    ] = float("nan")
    largest: Annotated[
        NonNegative, Unit("t"), Doc("most that may be bought before the future is known")
    ] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand(Component):
    """Final use of one material in one region, along an inverse demand curve."""

    region: Annotated[str, Doc("where it is used")]
    material: Annotated[str, Doc("what is used")]
    base: Annotated[NonNegative, Unit("t/month"), Doc("use in the calibration window")]
    elasticity: Annotated[
        NonNegative, Unit("1"), Doc("share of use lost per unit of log price")
    ] = 0.25
    uses: Annotated[
        dict[str, NonNegative], Unit("1"), Doc("share of each use; labels on the curve")
    ] = field(default_factory=dict[str, NonNegative])


COMPONENTS: tuple[type[Component], ...] = (Region, Material, Process, Route, Stock, Reserve, Demand)
