"""GeoPolRisk of a country or a group of countries from the dataset, as figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.criticality.geopolrisk import (
    COPPER,
    DEFAULT,
    METHOD,
    GeoPolRisk,
    geopolrisk_of,
)
from orepact.indicators.criticality.geopolrisk_coverage import (
    customs_codes,
    stage_of_output,
    trade_of,
)
from orepact.indicators.criticality.governance import Governance, political_stability
from orepact.indicators.figure import Figure, Input
from orepact.indicators.tables.region_members import region_members
from orepact.indicators.tables.shares import (
    UNNAMED,
    age_of,
    concentration_of,
    production_rows,
    production_shares,
)

__all__ = [
    "as_figures",
    "flow_inputs",
    "geopolrisk",
    "world_concentration",
]

SCORE, MIDPOINT, FACTOR = (
    "GeoPolRisk score",
    "GeoPolRisk midpoint",
    "GeoPolRisk characterisation factor",
)
Span = tuple[float, float]


def world_concentration(bundle: Bundle, mineral: str, stage: str, year: int) -> Figure:
    """Return the HHI of world output, unnamed and withheld countries split among many.

    `high` counts them as one country. Leaving them out of the total as well, as a table that names
    every country allows, would overstate the index.
    """
    about = Figure(
        indicator="HHI",
        value=None,
        unit="1",
        region="WLD",
        mineral=mineral,
        stage=stage,
        form="(quantity) computed",
        period=str(year),
        method="Herfindahl 1950, Hirschman 1964: sum of squared shares",
    )
    shares = production_shares(bundle, mineral, stage, year) if stage else pl.DataFrame()
    if shares.is_empty() or not shares["value"].drop_nulls().sum():
        return replace(about, missing=f"no output by country in {year}")
    low, high = concentration_of(shares)
    return replace(
        about,
        value=low,
        low=low,
        high=high,
        arithmetic="sum of squared shares of the named countries",
        inputs=tuple(
            Input(
                name=f"output {row['country']}",
                value=row["numerator"],
                unit=row["unit"],
                source=row["source"],
                edition=row["edition"],
                period=str(year),
                flag=row["flag"],
            )
            for row in shares.iter_rows(named=True)
        ),
        coverage={"unmapped": shares["unmapped"][0], "withheld": shares["withheld"][0]},
    )


@dataclass(frozen=True, slots=True)
class _Own:
    """A region's own output in tonnes: None where withheld; `low` and `high` what it may be."""

    value: float | None
    span: Span | None
    words: str
    inputs: tuple[Input, ...] = ()
    basis: str = ""


@dataclass(frozen=True)
class _Trade:
    """What a region imported in one form: tonnes and kUSD by origin."""

    code: str
    rows: pl.DataFrame = field(repr=False)
    factor: float | None = None
    basket: str = ""


def geopolrisk(
    bundle: Bundle,
    region: str,
    mineral: str,
    year: int,
    *,
    form: str = "",
    stage: str = "",
    countries: Sequence[str] = (),
) -> list[Figure]:
    """Return score (1), midpoint (kUSD/t) and characterisation factor (kg Cu-eq/kg) by form.

    `region` is a country, EU27, G7 or PARTNERS, or any name with its `countries`; trade between
    members does not count. World output is that of `stage`, by default the first that the dataset
    has. Tonnes of trade are product weight, as in the published method; where the content is known
    `low` and `high` hold the result in content as well, and what unnamed producers allow. Three
    figures without a value say what is missing. Raises `InputError` for an unknown region.
    """
    codes = customs_codes(bundle, mineral)
    wanted = {name: each for name, each in codes.items() if form in {"", name}}
    inside = tuple(dict.fromkeys(countries)) or tuple(sorted(region_members(bundle, region)))
    at = stage or stage_of_output(bundle, mineral)
    about = Figure(
        indicator=SCORE,
        value=None,
        unit="1",
        region=region,
        mineral=mineral,
        stage=at,
        form=form,
        period=str(year),
        method=METHOD,
    )
    if not wanted:
        return as_figures(replace(about, missing="no bilateral trade of this mineral or form"))
    world = world_concentration(bundle, mineral, at, year)
    own = _own(bundle, mineral, at, year, inside, about.region)
    weights = political_stability(bundle, year)
    return [
        figure
        for name, each in wanted.items()
        for figure in _form(
            replace(about, form=name),
            _imports(bundle, mineral, name, each, year, inside),
            world,
            own,
            weights,
            age_of(bundle, str(year)),
        )
    ]


def _imports(
    bundle: Bundle,
    mineral: str,
    form: str,
    codes: Sequence[tuple[str, str]],
    year: int,
    inside: Sequence[str],
) -> _Trade:
    code, rows = trade_of(bundle, codes, year)
    entering = rows.filter(pl.col("importer").is_in(inside) & ~pl.col("exporter").is_in(inside))
    by_origin = (
        entering.group_by("exporter")
        .agg(
            pl.col("tonnes").sum(),
            pl.col("kusd").filter(pl.col("tonnes").is_not_null()).sum(),
            pl.col("kusd").filter(pl.col("tonnes").is_null()).sum().alias("hidden"),
            (pl.col("coverage") != "").any().alias("partial"),
            pl.col("source").first(),
            pl.col("nomenclature").first(),
        )
        .sort("tonnes", "exporter", descending=[True, False])
    )
    row = bundle.table("concordance").filter(mineral=mineral, form=form).row(0, named=True)
    return _Trade(code, by_origin, row["content_factor"], row["basket"])


def _own(
    bundle: Bundle, mineral: str, stage: str, year: int, inside: Sequence[str], region: str
) -> _Own:
    rows = production_rows(bundle, mineral, stage, year)
    named = rows.filter(pl.col("country").is_in(inside))
    inputs = tuple(
        Input(
            name=f"own output {row['country']}",
            value=row["quantity"],
            unit=row["unit"],
            source=row["source"],
            edition=row["edition"],
            period=str(year),
            flag=row["flag"],
        )
        for row in named.iter_rows(named=True)
    )
    basis = "|".join(sorted(set(rows["basis"])))
    sure = float(named["quantity"].drop_nulls().sum())
    other = float(rows.filter(pl.col("country").is_in(UNNAMED))["quantity"].drop_nulls().sum())
    if named["quantity"].null_count():
        shares = production_shares(bundle, mineral, stage, year)
        hidden = shares.filter(pl.col("country").is_in(inside))["most"]
        total = shares["denominator"][0] or 0.0
        most = sum(float(part) for part in hidden.drop_nulls()) * total
        return _Own(None, (sure, max(sure, most)), "own output is withheld", inputs, basis)
    if sure and set(named["unit"]) != {"t"}:
        return _Own(None, None, f"own output is in {named['unit'][0]}", inputs, basis)
    if named.is_empty() and other:
        words = (
            f"{region} is not named among the producers, so its output may be up to "
            f"{other:,.0f} t, that of all countries not named"
        )
        return _Own(0.0, (0.0, other), words, inputs, basis)
    return _Own(sure, (sure, sure), "", inputs, basis)


def _form(
    about: Figure,
    trade: _Trade,
    world: Figure,
    own: _Own,
    weights: Governance,
    age: int | None,
) -> list[Figure]:
    flows = [
        (weights.weights.get(str(place), DEFAULT), float(tonnes))
        for place, tonnes in trade.rows.select("exporter", "tonnes").iter_rows()
    ]
    imports = sum(tonnes for _, tonnes in flows)
    value = float(trade.rows["kusd"].sum())
    hidden = float(trade.rows["hidden"].sum())
    found = geopolrisk_of(
        flows,
        concentration=world.value,
        production=own.value,
        price=value / imports if imports else None,
    )
    reasons = [f"HHI of world output: {world.missing}"] if world.value is None else []
    reasons += [] if imports else ["no imports in tonnes are recorded"]
    reasons += [own.words] if own.value is None else []
    span = _span(flows, world, own, trade.factor) if imports else None
    defaulted = sum(
        float(tonnes)
        for place, tonnes in trade.rows.select("exporter", "tonnes").iter_rows()
        if place not in weights.weights
    )
    head = replace(
        about,
        value=None if reasons else found.score,
        low=span[0] if span else None,
        high=span[1] if span else None,
        arithmetic="" if reasons else _arithmetic(found),
        missing="; ".join(reasons),
        note=own.words if own.value is not None else "",
        inputs=(world, *own.inputs, *flow_inputs(trade.rows, weights, str(about.period))),
        coverage={
            "code": trade.code,
            "basket": trade.basket,
            "governance_defaulted": defaulted / imports if imports else None,
            "value_without_tonnes": hidden / (value + hidden) if value + hidden else None,
            "weight": "product weight"
            + (f" beside output in {own.basis}" if own.basis not in {"", "gross"} else ""),
            "partial": "yes" if bool(trade.rows["partial"].any()) else "",
            "governance": weights.note,
            "age": age,
        },
    )
    return as_figures(head, found, _price(trade, value, imports, about))


def _span(
    flows: Sequence[tuple[float, float]], world: Figure, own: _Own, factor: float | None
) -> Span | None:
    """Return what unnamed producers, a withheld own output and content weight allow."""
    if world.low is None or world.high is None or own.span is None:
        return None
    found = [
        geopolrisk_of(
            [(weight, tonnes * scale) for weight, tonnes in flows],
            concentration=index,
            production=output,
        ).score
        for index, output, scale in product((world.low, world.high), own.span, (1.0, factor or 1.0))
    ]
    known = [score for score in found if score is not None]
    return (min(known), max(known)) if known else None


def flow_inputs(rows: pl.DataFrame, weights: Governance, period: str) -> tuple[Input, ...]:
    """Return tonnes and governance weight of every origin as inputs of a figure."""
    return tuple(
        item
        for row in rows.iter_rows(named=True)
        for item in (
            Input(
                name=f"imports from {row['exporter']}",
                value=row["tonnes"],
                unit="t",
                source=row["source"],
                edition=row["nomenclature"],
                period=period,
            ),
            weights.input(row["exporter"])
            if row["exporter"] in weights.weights
            else Input(
                name=f"governance {row['exporter']}",
                value=DEFAULT,
                unit="1",
                source=weights.source,
                period=period,
                flag="default",
                where="no figure: the method's default",
            ),
        )
    )


def _price(trade: _Trade, value: float, imports: float, about: Figure) -> Input:
    return Input(
        name="price",
        value=value / imports if imports else None,
        unit="kUSD/t",
        source=str(trade.rows["source"][0]) if trade.rows.height else "",
        period=about.period,
        where="unit value of the imports",
    )


def _arithmetic(found: GeoPolRisk) -> str:
    return (
        f"{found.hhi or 0.0:.4f} x {found.weighted_imports:,.6g} / "
        f"({found.production or 0.0:,.6g} + {found.imports:,.6g})"
    )


def as_figures(
    score: Figure, found: GeoPolRisk | None = None, price: Input | None = None
) -> list[Figure]:
    """Return score, midpoint and characterisation factor; the last two from the score and price."""
    known: Mapping[str, float | None] = {
        MIDPOINT: None if found is None or score.value is None else found.midpoint,
        FACTOR: None if found is None or score.value is None else found.factor,
    }
    at = price.value if price is not None else None
    missing = score.missing or ("" if at is not None else "no price")
    midpoint = replace(
        score,
        indicator=MIDPOINT,
        unit="kUSD/t",
        value=known[MIDPOINT],
        low=None if score.low is None or at is None else score.low * at,
        high=None if score.high is None or at is None else score.high * at,
        arithmetic="" if at is None or score.value is None else f"{score.value:.6g} x {at:.6g}",
        missing=missing,
        inputs=(score,) if price is None else (score, price),
    )
    factor = replace(
        midpoint,
        indicator=FACTOR,
        unit="kg Cu-eq/kg",
        value=known[FACTOR],
        low=None if midpoint.low is None else midpoint.low / COPPER,
        high=None if midpoint.high is None else midpoint.high / COPPER,
        arithmetic="" if midpoint.value is None else f"{midpoint.value:.6g} / {COPPER} (copper)",
        inputs=(midpoint,),
    )
    return [score, midpoint, factor]
