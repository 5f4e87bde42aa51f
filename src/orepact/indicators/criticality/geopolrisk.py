"""GeoPolRisk: the risk of what is imported from where, for one importer and for tables of many.

Source: Koyamparambath et al. 2024, *Resources, Conservation and Recycling* 209, 107801. For lists
of countries, groups and years use `geopolrisk_table`; the module `geopolrisk_figures` beside it
reads the dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from orepact.indicators.concentration import hhi

__all__ = [
    "COPPER",
    "DEFAULT",
    "METHOD",
    "TABLE_COLUMNS",
    "GeoPolRisk",
    "concentration_table",
    "geopolrisk_of",
    "geopolrisk_table",
    "hhi_of_amounts",
]

METHOD = (
    "Koyamparambath et al. 2024, Resources, Conservation and Recycling 209, 107801: "
    "HHI x sum(g f) / (p + F); midpoint = score x price; factor = midpoint / copper"
)
COPPER = 0.409412948
"""Midpoint of copper (kUSD/t), the reference of the characterisation factors."""

DEFAULT = 0.5
"""Governance weight, 0 to 1, of an exporter without figures."""

TABLE_COLUMNS = (
    "mineral",
    "importer",
    "year",
    "hhi",
    "imports_t",
    "production_t",
    "import_risk",
    "score",
    "price_kusd_per_t",
    "midpoint_kusd_per_t",
    "factor_kg_cu_eq_per_kg",
    "defaulted",
    "value_without_tonnes",
)


@dataclass(frozen=True, slots=True)
class GeoPolRisk:
    """The figures of one importer: import risk, score, price, midpoint, characterisation factor.

    `import_risk` and `score` are 0 to 1 for weights from 0 to 1; `price` and `midpoint` are in
    kUSD/t; `factor` in kg copper equivalent per kg. None where a divisor is zero or an input is
    not known.
    """

    hhi: float | None
    weighted_imports: float
    imports: float
    production: float | None
    import_risk: float | None
    score: float | None
    price: float | None
    midpoint: float | None
    factor: float | None


def hhi_of_amounts(amounts: Iterable[float]) -> float | None:
    """Return sum of squares over the square of the sum, 0 to 1; None for nothing or a zero sum."""
    known = list(amounts)
    total = sum(known)
    if total <= 0.0:
        return None
    return hhi(amount / total for amount in known)[0]


def geopolrisk_of(
    flows: Sequence[tuple[float, float]],
    *,
    concentration: float | None,
    production: float | None = 0.0,
    price: float | None = None,
) -> GeoPolRisk:
    """Return GeoPolRisk of one importer from pairs of governance weight (0 to 1) and tonnes.

    `concentration` is the HHI of world production (0 to 1), `production` the importer's own
    output in tonnes (zero for a company), `price` in kUSD/t.
    """
    weighted = sum(weight * tonnes for weight, tonnes in flows)
    imports = sum(tonnes for _, tonnes in flows)
    supply = None if production is None else production + imports
    risk = weighted / supply if supply else None
    score = None if concentration is None or risk is None else concentration * risk
    midpoint = None if score is None or price is None else score * price
    return GeoPolRisk(
        hhi=concentration,
        weighted_imports=weighted,
        imports=imports,
        production=production,
        import_risk=risk,
        score=score,
        price=price,
        midpoint=midpoint,
        factor=None if midpoint is None else midpoint / COPPER,
    )


def concentration_table(production: pl.DataFrame) -> pl.DataFrame:
    """Return the HHI (0 to 1) of world production by mineral and year.

    `production` has mineral, country, year and tonnes; rows without tonnes do not count. Columns:
    mineral, year, hhi. Minerals and years without output have no row.
    """
    return (
        production.lazy()
        .drop_nulls("tonnes")
        .group_by("mineral", "year", "country")
        .agg(pl.col("tonnes").sum())
        .group_by("mineral", "year")
        .agg(
            ((pl.col("tonnes") ** 2).sum() / pl.col("tonnes").sum() ** 2).alias("hhi"),
            pl.col("tonnes").sum().alias("total"),
        )
        .filter(pl.col("total") > 0.0)
        .select("mineral", "year", "hhi")
        .sort("mineral", "year")
        .collect()
    )


def geopolrisk_table(
    production: pl.DataFrame,
    trade: pl.DataFrame,
    governance: pl.DataFrame,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    concentration: pl.DataFrame | None = None,
    default: float = DEFAULT,
) -> pl.DataFrame:
    """Return GeoPolRisk of every importer, or of groups, by mineral and year.

    - `production`: mineral, country, year, tonnes
    - `trade`: mineral, year, exporter, importer, tonnes, kusd; one row or several for a flow
    - `governance`: country, year, weight (0 stable to 1)
    - `groups`: importers of a name; trade inside a group is left out, its members' output added
    - `concentration`: mineral, year, hhi in place of what `production` gives

    Rows of trade without tonnes do not count; `value_without_tonnes` is their part of the value
    (fraction), `defaulted` the part of the tonnes whose exporter has no figure and gets `default`.
    Columns: `TABLE_COLUMNS`, sorted by mineral, importer, year. A null stands for a divisor of
    zero or an input that is not there.
    """
    flows, output = trade.lazy(), production.lazy().drop_nulls("tonnes")
    if groups is not None:
        flows, output = _grouped(flows, output, groups)
    else:
        output = output.rename({"country": "importer"})
    own = output.group_by("mineral", "importer", "year").agg(
        pl.col("tonnes").sum().alias("production_t")
    )
    index = concentration_table(production) if concentration is None else concentration
    sums = _sums(flows, governance.lazy(), default)
    supply = pl.col("production_t") + pl.col("imports_t")
    return (
        sums.join(own, on=["mineral", "importer", "year"], how="left")
        .join(index.lazy().select("mineral", "year", "hhi"), on=["mineral", "year"], how="left")
        .with_columns(pl.col("production_t").fill_null(0.0))
        .with_columns(
            import_risk=pl.when(pl.col("imports_t") > 0.0).then(pl.col("weighted") / supply),
            price_kusd_per_t=pl.when(pl.col("imports_t") > 0.0).then(
                pl.col("kusd") / pl.col("imports_t")
            ),
        )
        .with_columns(score=pl.col("hhi") * pl.col("import_risk"))
        .with_columns(midpoint_kusd_per_t=pl.col("score") * pl.col("price_kusd_per_t"))
        .with_columns(factor_kg_cu_eq_per_kg=pl.col("midpoint_kusd_per_t") / COPPER)
        .select(TABLE_COLUMNS)
        .sort("mineral", "importer", "year")
        .collect()
    )


def _sums(flows: pl.LazyFrame, governance: pl.LazyFrame, default: float) -> pl.LazyFrame:
    """Return the sums over exporters by mineral, importer and year."""
    weights = governance.select(pl.col("country").alias("exporter"), "year", "weight").drop_nulls()
    tonnes, weight = pl.col("tonnes"), pl.col("weight")
    known = tonnes.is_not_null()
    imports, value = tonnes.sum(), pl.col("kusd").sum()
    hidden = pl.col("kusd").filter(~known).sum()
    unknown = tonnes.filter(weight.is_null()).sum()
    return (
        flows.join(weights, on=["exporter", "year"], how="left")
        .group_by("mineral", "importer", "year")
        .agg(
            imports.alias("imports_t"),
            (tonnes * weight.fill_null(default)).sum().alias("weighted"),
            pl.col("kusd").filter(known).sum().alias("kusd"),
            pl.when(imports > 0.0).then(unknown / imports).alias("defaulted"),
            pl.when(value > 0.0).then(hidden / value).alias("value_without_tonnes"),
        )
    )


def _grouped(
    flows: pl.LazyFrame, output: pl.LazyFrame, groups: Mapping[str, Sequence[str]]
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Return trade into each group from outside it, and its members' output, by group."""
    pairs = [
        (name, member) for name, members in groups.items() for member in dict.fromkeys(members)
    ]
    into = pl.LazyFrame(pairs, schema={"group": pl.String, "member": pl.String}, orient="row")
    inside = into.rename({"member": "exporter"})
    entering = (
        flows.join(into, left_on="importer", right_on="member")
        .join(inside, on=["group", "exporter"], how="anti")
        .with_columns(importer=pl.col("group"))
    )
    own = output.join(into, left_on="country", right_on="member").rename({"group": "importer"})
    return entering.drop("group"), own
