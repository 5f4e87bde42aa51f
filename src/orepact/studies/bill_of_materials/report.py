"""The report of a company under Article 24 of Regulation (EU) 2024/1252, from a bill of materials.

Article 24(2) asks large companies that use strategic raw materials in the technologies of paragraph
1 to map where these are extracted, processed or recycled, to analyse the factors that may affect
their supply, and to assess their vulnerability to disruptions. The three parts are here, for every
mineral of the bill, strategic ones first: `stages` with the published origins, `acts` with prices
and concentration, `vulnerable` with own stocks. What cannot be told is a gap with its name.

The origin of a company's own purchases is not known: published shares of the region stand for them
and are called so. The supplier's country is where the part is bought, not where its minerals are
from.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orepact.data.bundle import Bundle
from orepact.errors import InputError
from orepact.indicators.dependence.supplier_dependence import (
    SOURCED,
    Suppliers,
    bottleneck,
    controlled_share,
    largest_share,
    origin_shares,
    supplier_hhi,
    suppliers_of,
)
from orepact.indicators.figure import Figure
from orepact.indicators.sector.controls_in_force import (
    IN_FORCE,
    RESTRICTING,
    controls_count,
    controls_on,
)
from orepact.indicators.tables.cited import CITED
from orepact.indicators.tables.sourcing import UNIONS
from orepact.policy import ActStatus, Register
from orepact.studies.assessment.grades import unpublished
from orepact.studies.bill_of_materials.amounts import Gap, Line, work_out
from orepact.studies.bill_of_materials.empty import nothing_found
from orepact.studies.bill_of_materials.figures import annual_use, days_of_cover, recycling_rate
from orepact.studies.bill_of_materials.prices import latest_prices
from orepact.studies.bill_of_materials.products import ProductText
from orepact.studies.bill_of_materials.reading import Bill

__all__ = ["ACT", "CompanyReport", "MineralReport", "StageReport", "company_report"]

ACT = "Regulation (EU) 2024/1252, Article 24(2)"
BENCHMARK = 0.65
"""Most that one third country may hold of the Union's consumption, Article 5(1)(b)."""

SMALL = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReport:
    """Where a mineral is extracted or processed: origins, largest share, concentration, controls.

    The first is the stage at which the largest outside supplier holds most.
    """

    stage: str
    basis: str
    origins: tuple[Figure, ...]
    largest: Figure
    concentration: Figure
    controlled: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class MineralReport:
    """All about one mineral of a bill.

    `amount` is tonnes a year, `cover` days; `traced` the origins traced through all stages where
    the caller gave them; `vulnerable` sentences that follow from the figures.
    """

    mineral: str
    name: str
    strategic: bool
    critical: bool
    amount: Figure
    cover: Figure
    lines: tuple[Line, ...]
    stages: tuple[StageReport, ...]
    traced: tuple[Figure, ...]
    recycling: Figure
    controls: Figure
    acts: tuple[ActStatus, ...]
    prices: tuple[Figure, ...]
    vulnerable: tuple[str, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReport:
    """The acts that meet a part as a good of its own, such as a magnet, whatever it holds."""

    row: int
    part: str
    supplier: str
    country: str
    items: tuple[str, ...]
    acts: tuple[ActStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyReport:
    """The report: what was read, on which day and dataset, its minerals and parts, gaps of rows.

    `yearly` says that the bill has no annual volume, so that its quantities are those of a year.
    """

    file: str
    sheet: str
    region: str
    on: datetime.date
    identity: Mapping[str, str]
    act: str
    rows: int
    rows_used: int
    yearly: bool
    unread: tuple[str, ...]
    minerals: tuple[MineralReport, ...]
    gaps: tuple[Gap, ...]
    parts: tuple[PartReport, ...] = ()

    @property
    def every_gap(self) -> tuple[Gap, ...]:
        """Gaps of the rows, then of the minerals."""
        return (*self.gaps, *(gap for each in self.minerals for gap in each.gaps))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the report."""
        return tuple(
            figure
            for each in self.minerals
            for figure in (
                each.amount,
                each.cover,
                each.recycling,
                each.controls,
                *(part for stage in each.stages for part in _of_stage(stage)),
                *each.traced,
                *each.prices,
            )
        )


def _of_stage(stage: StageReport) -> tuple[Figure, ...]:
    return (stage.largest, stage.concentration, stage.controlled, *stage.origins)


def company_report(
    bill: Bill,
    products: Mapping[str, ProductText],
    bundle: Bundle,
    register: Register,
    on: datetime.date,
    *,
    region: str = "EU27",
    traced: Mapping[str, Sequence[Figure]] | None = None,
) -> CompanyReport:
    """Return the report of a bill for a region on a day.

    `traced` may give, by mineral, origins of the region's use traced through all stages
    (module `look_through`). Raises `InputError` for a region that the register does
    not know, and for a bill of whose rows no mineral can be worked out, with every row's reason.
    """
    worked = work_out(bill, products)
    if not worked.lines:
        raise InputError(nothing_found(bill, worked.gaps))
    names = {row["mineral"]: row for row in bundle.table("minerals").iter_rows(named=True)}
    by_mineral: dict[str, list[Line]] = {}
    for line in worked.lines:
        by_mineral.setdefault(line.mineral, []).append(line)
    reports = [
        _mineral(lines, names[mineral], bundle, register, region, on, (traced or {}).get(mineral))
        for mineral, lines in by_mineral.items()
    ]
    return CompanyReport(
        file=bill.file,
        sheet=bill.sheet,
        region=region,
        on=on,
        identity=bundle.identity,
        act=ACT,
        rows=len(bill.rows),
        rows_used=len({line.row for line in worked.lines}),
        yearly=not bill.has_volume,
        unread=bill.unread,
        minerals=tuple(sorted(reports, key=_order)),
        gaps=worked.gaps,
        parts=tuple(_parts(worked.lines, register, region, on)),
    )


def _order(report: MineralReport) -> tuple[bool, float, float, str]:
    """Sort strategic minerals first, then by the largest share, then by tonnes."""
    largest = report.stages[0].largest.value if report.stages else None
    return not report.strategic, -(largest or 0.0), -(report.amount.value or 0.0), report.mineral


def _mineral(
    lines: Sequence[Line],
    names: Mapping[str, str],
    bundle: Bundle,
    register: Register,
    region: str,
    on: datetime.date,
    traced: Sequence[Figure] | None,
) -> MineralReport:
    mineral = names["mineral"]
    acts, unknown = controls_on(register, [mineral], region, on)
    missing = "the register does not know this mineral" if unknown else ""
    suppliers = suppliers_of(bundle, mineral, region)
    stages = [
        StageReport(
            stage=each.stage,
            basis=each.basis,
            origins=tuple(origin_shares(each)),
            largest=largest_share(each),
            concentration=supplier_hhi(each),
            controlled=controlled_share(each, acts),
        )
        for each in _bottleneck_first(suppliers)
    ]
    amount, cover = annual_use(lines, region), days_of_cover(lines, region)
    prices = tuple(latest_prices(bundle, mineral))
    recycling = recycling_rate(bundle, mineral, region)
    controls = controls_count(acts, mineral, region, on, missing=missing)
    return MineralReport(
        mineral=mineral,
        name=names["name"],
        strategic=names["eu_strategic_2024"] == "yes",
        critical=names["eu_critical_2024"] == "yes",
        amount=amount,
        cover=cover,
        lines=tuple(sorted(lines, key=lambda line: (-line.tonnes.value, line.row))),
        stages=tuple(stages),
        traced=tuple(traced or ()),
        recycling=recycling,
        controls=controls,
        acts=acts,
        prices=prices,
        vulnerable=tuple(_vulnerable(lines, stages, acts, cover)),
        gaps=(
            *_stage_gaps(bundle, mineral, stages),
            *_gaps(mineral, stages, cover, prices, missing, recycling),
        ),
    )


def _bottleneck_first(suppliers: Sequence[Suppliers]) -> list[Suppliers]:
    """Return the bottleneck, then the region's sourcing, then world supply, by largest share."""
    top = bottleneck(suppliers)
    return sorted(
        suppliers,
        key=lambda each: (
            each is not top,
            each.basis != SOURCED,
            -(each.outside[0][1] if each.outside else 0.0),
        ),
    )


def _parts(
    lines: Sequence[Line], register: Register, region: str, on: datetime.date
) -> list[PartReport]:
    """Return the parts that are goods of the register, with the acts that meet them as such."""
    found: dict[int, PartReport] = {}
    for line in lines:
        if line.items and line.row not in found:
            acts, _ = controls_on(register, line.items, region, on)
            found[line.row] = PartReport(
                row=line.row,
                part=line.part,
                supplier=line.supplier,
                country=line.country,
                items=line.items,
                acts=acts,
            )
    return [found[row] for row in sorted(found) if found[row].acts]


def _vulnerable(
    lines: Sequence[Line],
    stages: Sequence[StageReport],
    acts: Sequence[ActStatus],
    cover: Figure,
) -> list[str]:
    """Return what the figures say about vulnerability, one sentence each."""
    found: list[str] = []
    for stage in stages:
        share, where = stage.largest.value, stage.largest.partner
        if share is not None and share > BENCHMARK:
            found.append(
                f"{stage.stage}: {_percent(share)} of {stage.basis} from {where}, {_limit(stage)}"
            )
        held = stage.controlled.value
        if held:
            found.append(
                f"{stage.stage}: {_percent(held)} of {stage.basis} under an export control"
            )
    force = {act.issuer: act for act in acts if act.status == IN_FORCE and act.kind in RESTRICTING}
    for country in dict.fromkeys(line.country for line in lines if line.country in force):
        parts = ", ".join(dict.fromkeys(line.part for line in lines if line.country == country))
        found.append(f"supplier in {country}, which holds this mineral back by law: {parts}")
    if cover.value is not None:
        found.append(f"own stock lasts {cover.value:.3g} days ({cover.note})")
    elif cover.note:
        found.append(f"own stock, {cover.note}; {cover.missing}")
    return found


def _limit(stage: StageReport) -> str:
    """Return how a share above the benchmark stands to the law, which counts consumption.

    The shares of the Union's study are those of its supply, output at home included; customs count
    imports alone.
    """
    of_the_union = stage.largest.region in UNIONS and stage.basis == SOURCED
    if of_the_union and stage.largest.coverage["kind"] == CITED:
        return "above the 65 % that Article 5(1)(b) sets for the Union's consumption"
    return "above 65 %; Article 5(1)(b) sets that for the Union's consumption, which this is not"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= SMALL else "less than 1 %"


def _stage_gaps(bundle: Bundle, mineral: str, stages: Sequence[StageReport]) -> list[Gap]:
    """Return the stages without shares, and the account where that has suppliers."""
    named = {stage.stage for stage in stages}
    accounts = unpublished(bundle, mineral, named)
    lacking = {
        "extraction": "extraction" not in named,
        "processing": not named - {"extraction"} or "processing" in accounts,
    }
    hints = {
        stage: f"balanced account (grade {grade}): orepact assess dependence {mineral}"
        for stage, grade in accounts.items()
    }
    return [
        Gap(
            kind="stage",
            mineral=mineral,
            text=f"no data on where it is {_DONE[stage]}",
            suggestion=hints.get(stage, ""),
        )
        for stage, lacks in lacking.items()
        if stages and lacks
    ]


_DONE = {"extraction": "extracted", "processing": "processed"}


def _gaps(
    mineral: str,
    stages: Sequence[StageReport],
    cover: Figure,
    prices: Sequence[Figure],
    missing: str,
    recycling: Figure,
) -> list[Gap]:
    found: list[Gap] = []
    if not stages:
        text = "no shares of supply by country are published at any stage"
        found.append(Gap(kind="origin", mineral=mineral, text=text))
    elif all(stage.basis != SOURCED for stage in stages):
        text = "shares of the region's supply are not published; those of the world stand in"
        found.append(Gap(kind="origin", mineral=mineral, text=text))
    about = "" if recycling.value is None else f"; {_percent(recycling.value)} of input is recycled"
    text = f"no data on where it is recycled{about}"
    found.append(Gap(kind="stage", mineral=mineral, text=text))
    if cover.value is None:
        hint = "fill the column own stock"
        found.append(Gap(kind="own stock", mineral=mineral, text=cover.missing, suggestion=hint))
    if missing:
        found.append(Gap(kind="controls", mineral=mineral, text=missing))
    if all(price.value is None for price in prices):
        found.append(Gap(kind="price", mineral=mineral, text=prices[0].missing))
    return found
