"""The largest third country: its share of Union consumption and its share of Union imports.

Regulation (EU) 2024/1252, Art. 5(1)(b): by 2030 no third country accounts for more than 65 % of
Union *consumption* of a strategic raw material at any relevant stage of processing. Reports often
print the share of *imports*; both stand side by side here, per stage and per source of data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import polars as pl

from orepact.indicators.figure import Figure, Input
from orepact.indicators.rounding import half_unit
from orepact.indicators.span import ZERO, Span, total
from orepact.indicators.tables.shares import UNNAMED
from orepact.indicators.union.benchmark_case import (
    CEILING_VERDICTS,
    UNION,
    Case,
    members,
    reason_of,
    verdict_of,
)
from orepact.indicators.union.projects_ahead import additions
from orepact.indicators.union.strategic import Benchmarked, Origin, Strategic
from orepact.indicators.union.union_capacity import account_span, coverage_of
from orepact.network.accounts.balance import ASSUMED

__all__ = [
    "CONSUMPTION",
    "IMPORTS",
    "displaced",
    "largest",
    "third_country",
    "third_country_verdict",
    "widened",
]

CONSUMPTION = "share of consumption from one third country"
IMPORTS = "share of imports from one third country"


def third_country(case: Case, material: str, year: int | None = None) -> list[Figure]:
    """Return the largest third country's share of Union consumption and imports of a material.

    One pair of figures per reading and stage; the form names stage and country. Readings (period):
    ``account`` from the chain, ``study`` from the Union's study (2016-2020), ``customs`` from the
    Union's customs codes (imports only). With `year` the account's shares are those after listed
    projects displaced imports evenly; the study's stay as printed. Flows that rest on cards alone
    may be of any country: none counts at the low end, all count at the high end. Exports are taken
    to be drawn evenly from domestic and foreign supply; groups of countries are not one country and
    only raise the high end. Shares are fractions. Raises `InputError` for a material that is not
    strategic.
    """
    entry = case.listed.material(material)
    figures = [figure for origin in entry.origins for figure in _account(case, entry, origin, year)]
    figures += _study(case, entry)
    if year is None:
        figures += _customs(case, entry)
    return figures or [
        Figure(
            indicator=CONSUMPTION,
            value=None,
            unit="1",
            region=UNION,
            mineral=entry.material,
            missing="no origin is published",
            coverage={"verdict": CEILING_VERDICTS[2]},
        )
    ]


def third_country_verdict(figures: Iterable[Figure]) -> str:
    """Return the verdict on a material from its readings, by `RULE_THIRD_COUNTRY`."""
    found: dict[str, dict[str, set[str]]] = {}
    for one in figures:
        if one.indicator == CONSUMPTION and one.coverage.get("grade") != ASSUMED:
            sources = found.setdefault(one.stage, {})
            sources.setdefault(one.period, set()).add(str(one.coverage["verdict"]))
    within, above, cannot_tell = CEILING_VERDICTS
    stages = [
        {above if above in said else within if said == {within} else "" for said in each.values()}
        for stage, each in found.items()
        if stage
    ]
    if any(words == {above} for words in stages):
        return above
    return within if stages and all(words == {within} for words in stages) else cannot_tell


def largest(amounts: Sequence[tuple[str, Span]]) -> tuple[str, Span] | None:
    """Return the country with the largest value, and the first by name among equals."""
    found = sorted(amounts, key=lambda pair: (-pair[1].value, pair[0]))
    return found[0] if found and found[0][1].value > 0.0 else None


def displaced(share: Span, imports: float, added: Span) -> Span:
    """Return a share of consumption after new output displaced imports from all origins evenly.

    ``share × max(0, 1 − added / imports)``. The low end takes the most new output, the high end
    none, because new output may be exported. Without imports the share stays.
    """
    if imports <= 0.0:
        return share
    left = [max(0.0, 1.0 - tonnes / imports) for tonnes in (added.value, added.high)]
    return Span(share.value * left[0], share.low * left[1], share.high)


def widened(share: Span, own: float, others: float) -> Span:
    """Return a country's share if flows that rest on cards alone may be of any country.

    `own` is the part of the country's supply that does (fraction), `others` what they are of all
    supply that is booked to others (fraction).
    """
    return Span(share.value, share.low * (1.0 - own), min(1.0, share.high + others))


def _on_cards(trade: pl.DataFrame, country: str) -> tuple[float, float]:
    """Return the flows from a country, and from all others, that no source states (t/year)."""
    cards = trade.filter(pl.col("source").fill_null("") == "")
    own = pl.col("region") == country
    return account_span(cards.filter(own)).value, account_span(cards.filter(~own)).value


def _account(case: Case, entry: Strategic, origin: Origin, year: int | None) -> list[Figure]:
    rows = case.world.accounts[entry.chain].entries.filter(pl.col("material") == origin.material)
    made = account_span(rows.filter(pl.col("kind") == "production", pl.col("region") == UNION))
    trade = rows.filter(pl.col("kind") == "trade", pl.col("partner") == UNION)
    countries = {one.name for one in case.world.regions if one.members == (one.name,)}
    by_origin = {str(place): account_span(part) for (place,), part in trade.group_by("region")}
    imports = total(by_origin[place] for place in sorted(by_origin))
    supply = made + imports
    common = Figure(
        indicator=CONSUMPTION,
        value=None,
        unit="1",
        region=UNION,
        mineral=entry.material,
        stage=_stage(case, entry, origin),
        form=origin.stage,
        period="account" if year is None else str(year),
        method=f"{case.listed.act.split(',')[0]}, {case.listed.third_country.article}",
        coverage={
            **coverage_of(case.world, entry, ()),
            "grade": case.world.accounts[entry.chain].grades[origin.material],
        },
    )
    top = largest([(place, by_origin[place]) for place in by_origin if place in countries])
    if supply.value <= 0.0 or top is None:
        reason = "no supply in the account" if supply.value <= 0.0 else "no import from one country"
        return [_judged(case, replace(common, missing=reason), None)]
    name, amount = top
    group = max(
        (by_origin[place].value for place in by_origin if place not in countries), default=0.0
    )
    own, others = _on_cards(trade, name)
    added = _added(case, entry, origin, year)
    grown = imports.value * (1.0 if year is None else case.cards[entry.growth].value)
    return [
        _judged(
            case,
            replace(
                common,
                indicator=indicator,
                form=f"{origin.stage}: {name}",
                arithmetic=f"{amount.value:,.4g} / {whole.value:,.4g} t/year",
                inputs=tuple(_rows(trade)),
                coverage={
                    **common.coverage,
                    "country": name,
                    "largest_group": group / whole.value,
                    "on_cards": (own + others) / whole.value,
                },
            ),
            displaced(
                widened(_share(amount, whole, group), own / amount.value, others / whole.value),
                grown,
                added,
            ),
        )
        for indicator, whole in ((CONSUMPTION, supply), (IMPORTS, imports))
    ]


def _share(amount: Span, whole: Span, group: float) -> Span:
    """Return a country's share of a sum that holds it; a group may be one country at the most."""
    rest, low_rest = whole.value - amount.value, whole.low - amount.low
    high_rest = whole.high - amount.high
    value = amount.value / whole.value
    low = amount.low / (amount.low + max(high_rest, rest)) if amount.low else 0.0
    high = amount.high / (amount.high + max(0.0, min(low_rest, rest)))
    return Span(value, min(low, value), min(1.0, max(value, high, group / whole.value)))


def _stage(case: Case, entry: Strategic, origin: Origin) -> str:
    """Return extraction for ores and concentrates, else processing."""
    texts = {one.material: one.stage for one in case.world.chains[entry.chain].text.materials}
    return "extraction" if texts[origin.material] == "mine" else "processing"


def _added(case: Case, entry: Strategic, origin: Origin, year: int | None) -> Span:
    """Return what projects add by a year at the step of an origin (t/year)."""
    if year is None or not origin.step:
        return ZERO
    found = additions(
        case.bundle,
        case.listed,
        case.cards,
        entry.material,
        origin.step,
        year,
        members(case.bundle),
    )
    return total(one.tonnes for one in found)


def _judged(case: Case, figure: Figure, span: Span | None) -> Figure:
    share = case.listed.third_country.share
    assumed = figure.coverage.get("grade") == ASSUMED
    verdict = CEILING_VERDICTS[2] if assumed else verdict_of(span, share, upper=True)
    reason = "an account that is assumed (grade D) decides nothing"
    return replace(
        figure,
        value=span.value if span else None,
        low=span.low if span else None,
        high=span.high if span else None,
        note=reason if assumed else reason_of(span, share, upper=True),
        coverage={**figure.coverage, "benchmark": share, "verdict": verdict},
    )


def _rows(trade: pl.DataFrame) -> Iterable[Input]:
    for row in trade.iter_rows(named=True):
        yield Input(
            name=f"{row['material']} from {row['region']}",
            value=12.0 * row["balanced"],
            unit="t/year",
            source=row["source"] or f"card:{row['card']}",
            edition=row["edition"] or "",
            period=row["period"] or "",
            where="account, balanced",
        )


def _study(case: Case, entry: Strategic) -> list[Figure]:
    stages: tuple[Benchmarked, ...] = ("extraction", "processing")
    figures: list[Figure] = []
    for stage in stages:
        for mineral in entry.study.get(stage, ()):
            rows = case.bundle.table("sourcing").filter(
                importer="E27", mineral=mineral, stage=stage, kind="ec_study"
            )
            figures += _cited(case, entry, stage, rows, "study")
    return figures


def _customs(case: Case, entry: Strategic) -> list[Figure]:
    rows = case.bundle.table("sourcing").filter(
        pl.col("importer") == "E27",
        pl.col("mineral").is_in(entry.minerals),
        pl.col("kind") == "customs",
        pl.col("measure") == "quantity",
    )
    figures: list[Figure] = []
    for (_code,), part in rows.group_by("code", maintain_order=True):
        last = part.filter(pl.col("period") == pl.col("period").max())
        ore = bool(last["product"].str.contains("ore|borates").any())
        found = _cited(case, entry, "extraction" if ore else "processing", last, "customs")
        figures += [figure for figure in found if figure.indicator == IMPORTS]
    return figures


def _cited(
    case: Case, entry: Strategic, stage: Benchmarked, rows: pl.DataFrame, period: str
) -> list[Figure]:
    """Return the shares that a publisher prints; imports are what no member state supplies."""
    named = rows.filter(~pl.col("origin").is_in(UNNAMED), pl.col("share").is_not_null())
    inside = set(members(case.bundle)) | {"E27"}
    third = named.filter(~pl.col("origin").is_in(sorted(inside)))
    if third.is_empty():
        return [_unnamed(case, entry, stage, named, period)] if named.height else []
    half = half_unit(1, whole=True) / 100.0 if period == "study" else half_unit(0.0001)
    top = third.sort("share", "origin", descending=[True, False]).row(0, named=True)
    home, rest = _home(named, third), max(0.0, 1.0 - _home(named))
    common = Figure(
        indicator=CONSUMPTION,
        value=None,
        unit="1",
        region=UNION,
        mineral=entry.material,
        stage=stage,
        form=f"{top['product']}: {top['origin']}",
        period=period,
        method=f"{case.listed.act.split(',')[0]}, {case.listed.third_country.article}",
        inputs=tuple(_printed(named)),
        coverage={
            "country": top["origin"],
            "of_the_union": home,
            "unnamed": rest,
            "years": top["period"],
            "code": top["code"],
            "listed_grade": entry.listed_grade,
            "data_grade": entry.data_grade or "all grades",
        },
    )
    figures: list[Figure] = []
    for indicator, whole in ((CONSUMPTION, 1.0), (IMPORTS, 1.0 - home)):
        value = min(1.0, top["share"] / whole) if whole > 0.0 else 0.0
        low = max(0.0, top["share"] - half) / whole if whole > 0.0 else 0.0
        high = (top["share"] + half + rest) / whole if whole > 0.0 else 1.0
        figure = replace(
            common, indicator=indicator, arithmetic=f"{top['share']:.4g} / {whole:.4g}"
        )
        figures.append(
            _judged(case, figure, Span(value, min(low, value), min(1.0, max(high, value))))
        )
    return figures


def _unnamed(
    case: Case, entry: Strategic, stage: Benchmarked, named: pl.DataFrame, period: str
) -> Figure:
    """Return a share of which only the most is known: what member states do not supply."""
    rest = max(0.0, 1.0 - _home(named))
    share = case.listed.third_country.share
    return Figure(
        indicator=CONSUMPTION,
        value=None,
        unit="1",
        region=UNION,
        mineral=entry.material,
        stage=stage,
        period=period,
        missing=f"no third country is named; the unnamed rest is {rest:.3g}",
        inputs=tuple(_printed(named)),
        coverage={
            "unnamed": rest,
            "benchmark": share,
            "verdict": verdict_of(Span(0.0, 0.0, rest), share, upper=True),
        },
    )


def _home(named: pl.DataFrame, third: pl.DataFrame | None = None) -> float:
    """Return the sum of shares, less those of third countries if given."""
    whole = sum(float(share) for share in named["share"])
    return whole - (0.0 if third is None else sum(float(share) for share in third["share"]))


def _printed(rows: pl.DataFrame) -> Iterable[Input]:
    for row in rows.iter_rows(named=True):
        yield Input(
            name=f"share of {row['origin']}",
            value=row["share"],
            unit="1",
            source=row["source"],
            edition=row["edition"],
            period=row["period"],
            flag=row["flag"],
            where="sourcing",
        )
