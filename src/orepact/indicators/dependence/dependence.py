r"""Dependence on imports: reliance, apparent consumption, sourcing, with coverage beside each.

For a region (a country or a group, trade inside it left out), a mineral, a stage and a year, in
tonnes of what production counts:

$$C = P + M - X, \qquad IR = \frac{M - X}{P + M - X}$$

| symbol | meaning (unit) | source |
|---|---|---|
| $P$ | output of the stage in the region (t) | table of production, preferred edition |
| $M$, $X$ | imports from and exports to countries outside (t of content) | bilateral trade |
| $C$ | apparent consumption; changes of stocks are not known but for the USA (t) | computed |
| $IR$ | import reliance, 0 for a net exporter (1) | computed |

Bilateral trade is screened first, customs codes are turned into content, baskets without a known
share are left out (`orepact.network.accounts`). Sources of the method: European Commission (2017),
*Methodology for establishing the EU list of critical raw materials*, doi:10.2873/769526 (import
reliance); the definition of net import reliance of the United States Geological Survey is in
`orepact.indicators.dependence.net_import_reliance`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from orepact.indicators.figure import Figure, Input
from orepact.indicators.rounding import half_unit
from orepact.indicators.tables.mineral_year import MineralYear
from orepact.indicators.tables.region_members import region_members
from orepact.indicators.tables.shares import UNNAMED, age_of, production_rows
from orepact.network.accounts.raw import RawStage

__all__ = [
    "IMPORTS",
    "apparent_consumption",
    "dependence",
    "import_reliance",
    "origins_of_imports",
]

RELIANCE = (
    "net imports / (domestic production + net imports): European Commission (2017), "
    "doi:10.2873/769526"
)
APPARENT = "production + imports - exports; stocks are not known"
SHARES = "share of an origin in imports from outside the region"

LATER_FORMS = ("unwrought", "metal", "oxide", "carbonate", "ferro", "compound", "semi-", "matte")
"""Words in the forms of the concordance that are not what mines put out."""

IMPORTS = "imports"
"""Stage of trade that belongs to none: the word that the overview has for it."""

UNLISTED = 0.05
"""Largest output of countries that no source lists, over net imports, that may count as none."""

_WORLD = "WLD"


@dataclass(frozen=True, slots=True)
class _Output:
    """A region's output (t), with the range that withheld and unlisted countries leave.

    `made` is null where a country's is withheld, or where none is listed and `unlisted` others may
    have more than `UNLISTED` of net imports; `most` where nothing limits it.
    """

    made: float | None
    least: float
    most: float | None
    words: str = ""
    unlisted: float = 0.0


@dataclass(frozen=True, slots=True)
class _Balance:
    """A region's output and its trade with countries outside at one stage (t)."""

    stage: RawStage
    output: _Output
    imports: float
    exports: float

    def net(self) -> float:
        """Return imports less exports."""
        return self.imports - self.exports


def dependence(item: MineralYear, region: str, *, stage: str = "") -> list[Figure]:
    """Return apparent consumption, import reliance and origins of imports, stage by stage."""
    return [
        *apparent_consumption(item, region, stage=stage),
        *import_reliance(item, region, stage=stage),
        *origins_of_imports(item, region, stage=stage),
    ]


def apparent_consumption(item: MineralYear, region: str, *, stage: str = "") -> list[Figure]:
    """Return a region's apparent consumption of a mineral (t), one figure for each stage."""
    return [
        _filled(replace(blank, indicator="apparent consumption", unit="t", method=APPARENT), own)
        for blank, own in _balances(item, region, stage)
    ]


def import_reliance(item: MineralYear, region: str, *, stage: str = "") -> list[Figure]:
    """Return a region's import reliance (1), one figure for each stage; a net exporter has 0."""
    return [
        _filled(replace(blank, indicator="import reliance", unit="1", method=RELIANCE), own)
        for blank, own in _balances(item, region, stage)
    ]


def origins_of_imports(item: MineralYear, region: str, *, stage: str = "") -> list[Figure]:
    """Return the share of each origin in a region's imports from outside, stage by stage (1).

    Of content, the stage's customs codes together; the largest origin comes first. Where the only
    trade beside mine output is of later forms, the stage of the figures is `IMPORTS`. By code and
    as published: `orepact.indicators.tables.sourcing_figures`.
    """
    members = region_members(item.bundle, region)
    figures: list[Figure] = []
    for each in item.stages:
        if stage in {"", each.stage}:
            blank = _of_later_forms(each, _blank(item, region, each))
            figures += _origin_figures(replace(blank, method=SHARES), each.trade.flows, members)
    return figures


def _of_later_forms(stage: RawStage, blank: Figure) -> Figure:
    """Return a figure of imports, not of the mine, where the forms traded are of later stages."""
    later = _later_forms(stage)
    note = f"forms traded: {', '.join(later)}; no bilateral table of ore"
    return replace(blank, stage=IMPORTS, note=note) if later else blank


def _blank(item: MineralYear, region: str, stage: RawStage) -> Figure:
    return Figure(
        indicator="",
        value=None,
        unit="",
        region=region,
        mineral=item.mineral,
        stage=stage.stage,
        form="+".join(code.code for code in stage.trade.codes),
        period=str(item.year),
        coverage=_trade_coverage(item, stage),
    )


def _trade_coverage(item: MineralYear, stage: RawStage) -> dict[str, object]:
    """Return what limits the trade of a stage."""
    codes = stage.trade.codes
    return {
        "age": age_of(item.bundle, str(item.year)),
        "basket": "yes" if any(code.basket for code in codes) else "no",
        "basket_share": round(stage.trade.basket_share, 4),
        "content": ", ".join(sorted({code.kind for code in codes})),
        "partial": "yes" if any(code.partial for code in codes) else "no",
        "codes_left_out": ", ".join(code for code, _ in item.left_out),
    }


def _balances(
    item: MineralYear, region: str, stage: str
) -> Iterator[tuple[Figure, _Balance | None]]:
    """Yield a figure to fill in and the balance behind it, for every stage; none if missing."""
    members = region_members(item.bundle, region)
    stages = [each for each in item.stages if stage in {"", each.stage}]
    for each in stages:
        blank = _blank(item, region, each)
        made, inputs = _output(item, each, members)
        if made is None:
            why = f"output of the stage {each.stage} is not counted in {item.year}"
            yield replace(blank, missing=why), None
        elif not each.trade.codes:
            codes = "; ".join(f"{code} {reason}" for code, reason in item.left_out)
            why = "no customs code of this stage has a bilateral table of its own"
            yield replace(blank, missing=f"{why} ({codes})" if codes else why, inputs=inputs), None
        else:
            imports, exports, screened = _trade(each.trade.flows, members)
            traded = _trade_inputs(item, each, imports, exports)
            limits = {**blank.coverage, "screened": screened, "withheld": made.words}
            own = _Balance(each, _judged(made, imports - exports), imports, exports)
            yield replace(blank, inputs=(*inputs, *traded), coverage=limits), own
    if not stages:
        why = item.missing or f"no figures of {stage or 'any stage'} in {item.year}"
        blank = Figure(indicator="", value=None, unit="", region=region, mineral=item.mineral)
        yield replace(blank, stage=stage, period=str(item.year), missing=why), None


def _judged(output: _Output, net: float) -> _Output:
    """Return the output, without a value where all of it may be among countries not listed."""
    if output.made == 0.0 and output.unlisted > UNLISTED * max(net, 0.0):
        return replace(output, made=None)
    return output


def _matched(stage: RawStage, blank: Figure) -> Figure:
    """Return a figure without its value where trade in later forms is set against mine output."""
    later = _later_forms(stage)
    if not later:
        return blank
    why = f"no bilateral table of ore; traded forms ({', '.join(later)}) are of later stages"
    told = "" if blank.value is None else f"set against the output of mines: {blank.value:.4g}"
    note = "; ".join(filter(None, (blank.note, told)))
    missing = "; ".join(filter(None, (why, blank.missing)))
    return replace(blank, value=None, low=None, high=None, missing=missing, note=note)


def _later_forms(stage: RawStage) -> list[str]:
    """Return the traded forms that are of later stages, where trade is set against mine output."""
    return [
        code.form
        for code in stage.trade.codes
        if stage.stage == "mine"
        and not code.ore
        and any(word in code.form for word in LATER_FORMS)
    ]


def _output(
    item: MineralYear, stage: RawStage, members: frozenset[str]
) -> tuple[_Output | None, tuple[Input, ...]]:
    """Return a region's output with its range, and the rows behind it; none if not counted."""
    rows = production_rows(item.bundle, item.mineral, stage.stage, item.year)
    if rows.is_empty() or not stage.counted:
        return None, ()
    own = rows.filter(pl.col("country").is_in(members))
    amounts = [float(amount) for amount in own["quantity"].drop_nulls()]
    hidden = own.filter(pl.col("quantity").is_null())["country"].to_list()
    others = float(rows.filter(pl.col("country").is_in(UNNAMED))["quantity"].sum())
    unlisted = others if members - set(own["country"]) else 0.0
    room = _room(rows) if hidden else 0.0
    halves = sum(half_unit(amount) for amount in amounts)
    known = sum(amounts)
    words = [f"{', '.join(sorted(hidden))} withheld"] if hidden else []
    words += [f"countries not listed have at most {others:,.6g} t"] if unlisted else []
    found = _Output(
        None if hidden else known,
        max(0.0, known - halves),
        None if room is None else known + halves + unlisted + room,
        "; ".join(words),
        unlisted,
    )
    return found, tuple(
        Input(
            name=f"output of {row['country']}",
            value=row["quantity"],
            unit=f"t ({row['basis']})",
            source=row["source"],
            edition=row["edition"],
            period=str(item.year),
            flag=row["flag"],
            where=f"production, stage {stage.stage}",
        )
        for row in own.iter_rows(named=True)
    )


def _room(rows: pl.DataFrame) -> float | None:
    """Return the most that withheld countries may have together; None without a world total."""
    printed = rows.filter(pl.col("country") == _WORLD)
    total = float(printed["quantity"].sum())
    if not total or any("excludes" in flag for flag in printed["flag"]):
        return None
    named = float(rows.filter(pl.col("country") != _WORLD)["quantity"].sum())
    return max(0.0, total + half_unit(total) - named)


def _trade(flows: pl.DataFrame, members: frozenset[str]) -> tuple[float, float, float]:
    """Return imports from and exports to outside (t), and the part estimated from values (1)."""
    bought, sold = pl.col("importer").is_in(members), pl.col("exporter").is_in(members)
    own = flows.filter(bought != sold).with_columns(pl.col("screened") * pl.col("tonnes"))
    imports = float(own.filter(bought)["tonnes"].sum())
    exports = float(own.filter(sold)["tonnes"].sum())
    total = imports + exports
    return imports, exports, float(own["screened"].sum()) / total if total else 0.0


def _trade_inputs(
    item: MineralYear, stage: RawStage, imports: float, exports: float
) -> tuple[Input, Input]:
    codes = stage.trade.codes
    where = ", ".join(f"{code.nomenclature} {code.code} x {code.factor:.4g}" for code in codes)
    common = Input(
        name="",
        value=None,
        unit=f"t ({stage.basis})",
        source="|".join(sorted({code.source for code in codes})),
        period=str(item.year),
        where=f"trade, {where}",
    )
    return (
        replace(common, name="imports from outside", value=imports),
        replace(common, name="exports to outside", value=exports),
    )


def _filled(blank: Figure, own: _Balance | None) -> Figure:
    """Fill in reliance (unit 1) or consumption (t), unless something is missing."""
    if own is None:
        return blank
    found = _relied(blank, own) if blank.unit == "1" else _consumed(blank, own)
    return _matched(own.stage, found)


def _consumed(blank: Figure, own: _Balance) -> Figure:
    """Fill in apparent consumption: output plus net imports."""
    made, net = own.output, own.net()
    low, high = made.least + net, None if made.most is None else made.most + net
    words = f"{{}} + {own.imports:,.6g} - {own.exports:,.6g}"
    if made.made is None:
        return replace(
            blank,
            low=None if high is None else max(0.0, low),
            high=high,
            arithmetic=words.format("not known"),
            missing=f"output not known: {made.words}",
        )
    value = made.made + net
    if value < 0.0:
        why = f"exports exceed output and imports by {-value:,.6g} t: one of them is incomplete"
        return replace(blank, arithmetic=words.format(f"{made.made:,.6g}"), missing=why)
    return replace(
        blank,
        value=value,
        low=max(0.0, low),
        high=high,
        arithmetic=words.format(f"{made.made:,.6g}"),
    )


def _relied(blank: Figure, own: _Balance) -> Figure:
    """Fill in import reliance: net imports over output plus net imports, 0 for net exporters."""
    made, net = own.output, own.net()
    if net <= 0.0:
        note = "; ".join(filter(None, (blank.note, "net exporter")))
        text = f"{own.imports:,.6g} - {own.exports:,.6g} is not above zero"
        return replace(blank, value=0.0, low=0.0, high=0.0, arithmetic=text, note=note)
    low = 0.0 if made.most is None else net / (made.most + net)
    high = net / (made.least + net)
    if made.made is None:
        why = f"output not known: {made.words}"
        return replace(blank, low=low, high=high, missing=why)
    text = f"{net:,.6g} / ({made.made:,.6g} + {net:,.6g})"
    return replace(blank, value=net / (made.made + net), low=low, high=high, arithmetic=text)


def _origin_figures(blank: Figure, flows: pl.DataFrame, members: frozenset[str]) -> list[Figure]:
    """Return the share of each origin in imports from outside, the largest first."""
    bought = pl.col("importer").is_in(members) & ~pl.col("exporter").is_in(members)
    by_origin = (
        flows.filter(bought)
        .group_by("exporter")
        .agg(
            pl.col("tonnes").sum(),
            ((pl.col("screened") * pl.col("tonnes")).sum() / pl.col("tonnes").sum()),
        )
        .sort("tonnes", "exporter", descending=[True, False])
    )
    total = float(by_origin["tonnes"].sum())
    if total <= 0.0:
        why = "no imports of this stage from outside are recorded"
        return [replace(blank, indicator="sourcing share", unit="1", missing=why)]
    unmapped = float(by_origin.filter(pl.col("exporter").is_in(UNNAMED))["tonnes"].sum())
    return [
        replace(
            blank,
            indicator="sourcing share",
            unit="1",
            partner=origin,
            value=tonnes / total,
            arithmetic=f"{tonnes:,.6g} / {total:,.6g} t",
            coverage={
                **blank.coverage,
                "unmapped": unmapped / total,
                "screened": screened,
            },
        )
        for origin, tonnes, screened in by_origin.iter_rows()
    ]
