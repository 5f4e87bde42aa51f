"""Exposure of a sector: how much of a mineral's use it takes, times how that use depends.

For every mineral of a sector the components stand side by side: the share of the mineral's use that
the sector takes, the largest supplier's share, the concentration of suppliers, the export controls
in force on a day and the share of supply they hold back, the grade of the account. `exposure` is
the first times the second: the part of all use of the mineral that is the sector's and comes from
one outside country, if the sector buys like everybody else. It says nothing about how much the
sector needs the mineral. Nothing else is multiplied or weighed unless `composite` is asked for,
and then with the weights of the cards.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from orepact.data.bundle import WORLD_FOLDER, Bundle
from orepact.errors import InputError, Problem
from orepact.indicators.dependence.supplier_dependence import (
    Suppliers,
    bottleneck,
    controlled_share,
    largest_share,
    own_bottleneck,
    supplier_hhi,
    suppliers_of,
)
from orepact.indicators.figure import Figure, Input
from orepact.indicators.sector.controls_in_force import controls_count, controls_on
from orepact.indicators.sector.sectors import SectorText, use_shares
from orepact.network.chains.cards import Card, read_cards
from orepact.policy import Register

__all__ = [
    "WEIGHTS",
    "Exposure",
    "composite",
    "exposure_table",
    "exposure_weights",
    "sector_exposure",
]

WEIGHTS: Mapping[str, str] = {
    "exposure-weight-largest-supplier": "largest_supplier_share",
    "exposure-weight-concentration": "supplier_hhi",
    "exposure-weight-controlled": "controlled_share",
}
"""Cards of the optional composite, and the component that each weighs."""

METHOD = (
    "share of use × largest share of one outside country at the stage where it is largest, of the "
    "region's own sourcing or, where none is published for the stage, of world supply"
)
COMPOSITE = "share of use × weighted mean of the components; weights are assumption cards"
_NONE = "no share of supply by country is published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A sector's exposure to one mineral: its components side by side, all `Figure`s.

    `stage` is where the largest supplier's share is largest, of the region's own sourcing or of
    world supply; `own` is the largest share of the region's own sourcing, None where that is the
    same or none is published. `grade` is that of the mineral's account, empty where none was given
    or no chain has the mineral; `acts` are the acts that meet it.
    """

    sector: str
    mineral: str
    form: str
    stage: str
    grade: str
    use: Figure
    largest: Figure
    concentration: Figure
    controls: Figure
    controlled: Figure
    exposure: Figure
    own: Figure | None = None
    acts: tuple[str, ...] = ()
    in_products: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The exposure, then its components."""
        return (
            self.exposure,
            self.use,
            self.largest,
            self.concentration,
            self.controls,
            self.controlled,
            *((self.own,) if self.own else ()),
        )


def sector_exposure(
    bundle: Bundle,
    register: Register,
    sector: SectorText,
    region: str,
    on: datetime.date,
    *,
    contained: Mapping[str, Sequence[str]] | None = None,
    grades: Mapping[str, str] | None = None,
    accounts: Sequence[Figure] = (),
) -> list[Exposure]:
    """Return the sector's exposure to every mineral it uses, largest first, unknown last.

    `contained` maps minerals to the sector's products that hold them: they are listed even without
    a published share of use. `grades` maps minerals to the grade of their account; `accounts` are
    further shares of use, from the accounts of chains (module `sector_accounts`). Among
    what has no value, upper bounds come first, then the largest supplier's share. Raises
    `InputError` for a region that the register does not know.
    """
    held = contained or {}
    uses = [*use_shares(bundle, sector, region, contained=tuple(held)), *accounts]
    asked = _Asked(bundle, register, sector, region, on)
    found = [
        replace(
            _one(asked, use),
            in_products=tuple(held.get(use.mineral, ())),
            grade=str(use.coverage.get("grade", "")) or (grades or {}).get(use.mineral, ""),
        )
        for use in uses
    ]
    return sorted(found, key=_order)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked: the sector and region, the tables, the register and the day."""

    bundle: Bundle
    register: Register
    sector: SectorText
    region: str
    on: datetime.date


def _one(asked: _Asked, use: Figure) -> Exposure:
    """Return the components for one mineral; grade and products are added by the caller."""
    mineral, region, on = use.mineral, asked.region, asked.on
    suppliers = suppliers_of(asked.bundle, mineral, region)
    supply, sourced = bottleneck(suppliers), own_bottleneck(suppliers)
    acts, unknown = controls_on(asked.register, [mineral], region, on, end_use=asked.sector.end_use)
    missing = "the register does not know this mineral" if unknown else ""
    largest, concentration, controlled = _components(supply, use, region)
    if supply is not None and not unknown:
        controlled = controlled_share(supply, acts)
    return Exposure(
        sector=asked.sector.sector,
        mineral=mineral,
        form=use.form if use.form != asked.sector.sector else "",
        stage=supply.stage if supply else "",
        grade="",
        use=use,
        largest=largest,
        concentration=concentration,
        controls=controls_count(acts, mineral, region, on, missing=missing),
        controlled=controlled,
        exposure=_product(use, largest, asked.sector.sector),
        own=largest_share(sourced) if sourced and sourced is not supply else None,
        acts=tuple(act.act for act in acts),
    )


def _components(
    supply: Suppliers | None, use: Figure, region: str
) -> tuple[Figure, Figure, Figure]:
    blank = Figure(
        indicator="", value=None, unit="1", region=region, mineral=use.mineral, missing=_NONE
    )
    return (
        largest_share(supply) if supply else replace(blank, indicator="largest_supplier_share"),
        supplier_hhi(supply) if supply else replace(blank, indicator="supplier_hhi"),
        replace(blank, indicator="controlled_share"),
    )


def _product(use: Figure, largest: Figure, sector: str) -> Figure:
    """Return the share of use times the largest share, with the range of both."""
    known = use.value is not None and largest.value is not None
    bounded = use.high is not None and largest.value is not None
    missing = "" if known else "; ".join(part for part in (use.missing, largest.missing) if part)
    low, high = (use.low or 0.0, largest.low or 0.0), (use.high, largest.high)
    return Figure(
        indicator="sector_exposure",
        value=use.value * largest.value
        if use.value is not None and largest.value is not None
        else None,
        unit="1",
        region=use.region,
        mineral=use.mineral,
        stage=largest.stage,
        form=sector,
        period=use.period,
        low=low[0] * low[1] if bounded else None,
        high=high[0] * (1.0 if high[1] is None else high[1])
        if bounded and high[0] is not None
        else None,
        arithmetic=f"{use.value:.4g} × {largest.value:.4g}" if known else "",
        method=METHOD,
        missing=missing,
        partner=largest.partner,
        inputs=(use, largest),
        coverage={
            "uses_of": use.coverage.get("uses_of", ""),
            "basis": largest.coverage.get("basis", ""),
            "age": largest.coverage.get("age"),
        },
    )


def _order(one: Exposure) -> tuple[int, float, float, str]:
    value = one.exposure.value
    bound = one.exposure.high or 0.0
    rank = 0 if value is not None else 1 if bound else 2
    size = value if value is not None else bound
    return rank, -size, -(one.largest.value or 0.0), f"{one.mineral}/{one.form}"


def exposure_weights(cards: Sequence[Card] | None = None) -> dict[str, Card]:
    """Return the cards of the composite's weights by component; those that ship by default.

    Raises `InputError` for a card that is missing.
    """
    path = WORLD_FOLDER / "assess" / "cards.yaml"
    known = {card.card: card for card in (cards or read_cards(path, WORLD_FOLDER))}
    problems = [
        Problem("card is missing", file=str(path), field=name)
        for name in WEIGHTS
        if name not in known
    ]
    if problems:
        raise InputError(problems)
    return {component: known[name] for name, component in WEIGHTS.items()}


def composite(exposure: Exposure, weights: Mapping[str, Card]) -> Figure:
    """Return an index that weighs an exposure's components (0 to 1); it is optional.

    ``use × Σ wᵢ·componentᵢ / Σ wᵢ``; low and high are the smallest and largest component in place
    of the mean, since any weights may be chosen. No value where a component has none, or where all
    weights are zero.
    """
    parts = {
        "largest_supplier_share": exposure.largest,
        "supplier_hhi": exposure.concentration,
        "controlled_share": exposure.controlled,
    }
    values = {name: figure.value for name, figure in parts.items()}
    lacking = [name for name, value in values.items() if value is None]
    total = sum(card.value for card in weights.values())
    use = exposure.use
    blank = replace(
        exposure.exposure,
        indicator="sector_exposure_composite",
        value=None,
        low=None,
        high=None,
        arithmetic="",
        method=COMPOSITE,
        inputs=(
            use,
            *parts.values(),
            *(
                Input(name=card.title, value=card.value, unit=card.unit, source=f"card:{card.card}")
                for card in weights.values()
            ),
        ),
    )
    if use.value is None or lacking or total <= 0.0:
        lacking += ["share of use"] if use.value is None else []
        lacking += ["weights above zero"] if total <= 0.0 else []
        return replace(blank, missing=f"needs {', '.join(lacking)}")
    known = {name: value for name, value in values.items() if value is not None}
    mean = sum(weights[name].value * value for name, value in known.items()) / total
    terms = " + ".join(f"{weights[name].value:.3g} × {value:.4g}" for name, value in known.items())
    return replace(
        blank,
        value=use.value * mean,
        low=use.value * min(known.values()),
        high=use.value * max(known.values()),
        arithmetic=f"{use.value:.4g} × ({terms}) / {total:.3g}",
        missing="",
    )


_EXPOSURE_WORDS = ("basis", "own_sourcing", "uses_of", "grade", "in_products", "missing")


def exposure_table(exposures: Sequence[Exposure]) -> pl.DataFrame:
    """Return exposures as a table: the components side by side, one row per mineral and form.

    Columns: sector, mineral, form, stage, exposure, exposure_low, exposure_high, use_share,
    largest_supplier, largest_share, hhi, controls (number), controlled_share (fractions), basis,
    own_sourcing (the region's own largest supplier in words, where another), uses_of, grade,
    in_products, missing.
    """
    schema: dict[str, type[pl.DataType]] = {
        **dict.fromkeys(("sector", "mineral", "form", "stage"), pl.String),
        **dict.fromkeys(("exposure", "exposure_low", "exposure_high", "use_share"), pl.Float64),
        "largest_supplier": pl.String,
        **dict.fromkeys(("largest_share", "hhi", "controls", "controlled_share"), pl.Float64),
        **dict.fromkeys(_EXPOSURE_WORDS, pl.String),
    }
    rows = [
        (
            one.sector,
            one.mineral,
            one.form,
            one.stage,
            one.exposure.value,
            one.exposure.low,
            one.exposure.high,
            one.use.value,
            one.largest.partner,
            one.largest.value,
            one.concentration.value,
            one.controls.value,
            one.controlled.value,
            one.largest.coverage.get("basis", ""),
            _own_words(one.own),
            one.use.coverage.get("uses_of", ""),
            one.grade,
            "|".join(one.in_products),
            one.exposure.missing,
        )
        for one in exposures
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _own_words(own: Figure | None) -> str:
    """Return the largest supplier of the region's own sourcing, as ``CAN 28 % (imports)``."""
    if own is None or own.value is None:
        return ""
    return f"{own.partner or 'none abroad'} {100 * own.value:.0f} % ({own.stage})"
