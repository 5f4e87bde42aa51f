"""Explain a plan in words: what a price is made of, what binds, and which clause makes it bind.

A price is followed to where the last tonne comes from (`orepact.result.trail`); the limits that
would have to give way are named with what a tonne more of each is worth.

Source of the reading of prices: complementary slackness, Boyd and Vandenberghe (2004), Convex
Optimization, section 5.5; Schweppe, Caramanis, Tabors and Bohn (1988), Spot Pricing of Electricity.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from orepact.errors import InputError, Problem, nearest
from orepact.network.accounts.balance import ASSUMED, weak_accounts
from orepact.network.components import Material
from orepact.result.solve import Result
from orepact.result.trail import SPARE, WORTH, Part, Place, arriving, follow, process_of

__all__ = ["Explanation", "PriceExplanation", "explain"]

FORESIGHT = "a plan with perfect foresight: a bound, no forecast of this month"
"""What every explained price says of itself."""


@dataclass(frozen=True)
class PriceExplanation:
    """What one marginal price is made of.

    `parts` add up to `price` (USD/t); `multiple` is of the base price. `limits` are the limits at
    the place and along the way that bind: kind, name, limit (t/month), rent (USD/t), clause.
    """

    region: str
    material: str
    period: str
    scenario: str
    price: float
    multiple: float
    parts: tuple[Part, ...]
    limits: pl.DataFrame = field(repr=False)
    warnings: tuple[str, ...] = ()

    @property
    def table(self) -> pl.DataFrame:
        """Return the parts as a table: part, usd_per_t, clause."""
        return pl.DataFrame(
            {
                "part": [part.what for part in self.parts],
                "usd_per_t": [part.amount for part in self.parts],
                "clause": [part.clause for part in self.parts],
            },
            schema={"part": pl.String, "usd_per_t": pl.Float64, "clause": pl.String},
        )

    def __str__(self) -> str:
        """Return the explanation as sentences, one part to a line."""
        lines = [
            f"{self.material} in {self.region}, {self.period}"
            + (f" ({self.scenario})" if self.scenario != "base" else "")
            + f": {self.price:,.0f} USD/t, {self.multiple:.2f} × the base price"
        ]
        lines += [
            f"  {part.amount:>+14,.0f}  {part.what}"
            + (f" [{part.clause}]" if part.clause else "")
            for part in self.parts
        ]
        for row in self.limits.head(6).iter_rows(named=True):
            reason = f" under {row['clause']}" if row["clause"] else ""
            lines.append(
                f"  binds: {row['kind']} {row['name']} at {row['limit']:,.3g} t/month{reason}; "
                f"one tonne more is worth {row['rent']:,.0f} USD"
            )
        return "\n".join([*lines, f"  {FORESIGHT}", *(f"  {text}" for text in self.warnings)])


@dataclass(frozen=True)
class Explanation:
    """Answers about one plan; see `price` and `binding`."""

    result: Result

    def price(
        self, region: str, material: str, period: str, scenario: str | None = None
    ) -> PriceExplanation:
        """Return what a marginal price is made of; `period` is a month ``YYYY-MM``.

        `scenario` may be left out when there is one. Raises `InputError` for a place or month that
        has no price, with the nearest name, and for a material of grade D: its trade by partner is
        assumed, so a price by region would be ours and not the market's.
        """
        _refuse_assumed(self.result, material)
        chosen = _scenario(self.result, scenario)
        row = _price_row(self.result, region, material, period, chosen)
        parts, places = follow(self.result, (region, material, period), chosen)
        return PriceExplanation(
            region,
            material,
            period,
            chosen,
            row["price"],
            row["multiple"],
            parts,
            _limits_at(self.result, chosen, places),
            tuple(weak_accounts(_named(self.result, material))),
        )

    def binding(self) -> pl.DataFrame:
        """Return every limit that binds, dearest first.

        Columns: kind (route, quota or process), name, material, period, scenario, limit (t/month),
        rent (USD/t), worth (USD/month, rent × limit), clause (empty for a capacity).
        """
        return _binding(self.result)

    def __str__(self) -> str:
        """Return the plan's line and its ten dearest limits in words."""
        lines = [str(self.result)]
        lines += [
            f"  {row['kind']} {row['name']}, {row['period']}: {row['limit']:,.3g} t/month binds"
            + (f" under {row['clause']}" if row["clause"] else "")
            + f"; one tonne more is worth {row['rent']:,.0f} USD"
            for row in self.binding().head(10).iter_rows(named=True)
        ]
        return "\n".join(lines)


def explain(result: Result) -> Explanation:
    """Return answers in words about a plan: ``explain(result).price(region, material, period)``."""
    return Explanation(result)


def _named(result: Result, material: str) -> list[Material]:
    return [one for one in result.network.materials if one.name == material]


def _refuse_assumed(result: Result, material: str) -> None:
    known = {item.name: item.grade for item in result.network.materials}
    if known.get(material) != ASSUMED:
        return
    priced = [name for name, grade in known.items() if grade != ASSUMED]
    raise InputError(
        [
            Problem(
                "no regional price: trade of this material by partner is assumed (grade D)",
                field="material",
                found=repr(material),
                expected="a material whose trade a table gives: " + ", ".join(priced[:8]),
            )
        ]
    )


def _scenario(result: Result, scenario: str | None) -> str:
    names = [each.name for each in result.network.scenarios]
    if scenario is None and len(names) == 1:
        return names[0]
    if scenario in names:
        return str(scenario)
    raise InputError(
        [
            Problem(
                "which scenario?" if scenario is None else "unknown scenario",
                field="scenario",
                found=repr(scenario),
                expected="one of " + ", ".join(names),
                nearest=nearest(scenario or "", names),
            )
        ]
    )


def _price_row(
    result: Result, region: str, material: str, period: str, scenario: str
) -> dict[str, float]:
    asked = {"region": region, "material": material, "period": period}
    problems: list[Problem] = []
    for name, value in asked.items():
        known = sorted(set(result.price[name]))
        if value not in known:
            problems.append(
                Problem(
                    f"no price for this {name}",
                    field=name,
                    found=repr(value),
                    expected="one of " + ", ".join(known[:8]),
                    nearest=nearest(value, known),
                )
            )
    if not problems:
        found = result.price.filter(**asked, scenario=scenario)
        if not found.is_empty():
            return found.row(0, named=True)
        problems.append(
            Problem("nothing makes, ships, holds or uses this here", found=f"{material}, {region}")
        )
    raise InputError(problems)


def _binding(result: Result) -> pl.DataFrame:
    base = {material.name: material.price for material in result.network.materials}
    worth_a_word = WORTH * pl.col("material").replace_strict(base, return_dtype=pl.Float64)
    at_limit = pl.col("used") >= (1.0 - SPARE) * pl.col("limit") - 1e-12
    columns = ["kind", "name", "material", "period", "scenario", "limit", "used", "rent", "clause"]
    unused = pl.col("kind").is_in(["undeclared", "surge"]) & (pl.col("limit") == 0.0)
    routes = result.flow.filter(~unused).with_columns(
        pl.lit("route").alias("kind"), pl.col("route").alias("name"), pl.col("flow").alias("used")
    ).select(columns)
    processes = result.production.with_columns(
        pl.lit("process").alias("kind"),
        pl.col("process").alias("name"),
        pl.col("production").alias("used"),
        pl.col("capacity").alias("limit"),
        pl.lit("").alias("clause"),
    ).select(columns)
    own = pl.concat([routes, processes]).filter(
        pl.col("limit").is_finite() & at_limit & (pl.col("rent") > worth_a_word)
    )
    shared = result.quota.with_columns(
        pl.lit("quota").alias("kind"),
        pl.col("quota").alias("name"),
        pl.lit("").alias("material"),
    ).select(columns)
    shared = shared.filter(at_limit & (pl.col("rent") > 0.0))
    return (
        pl.concat([own, shared])
        .with_columns((pl.col("rent") * pl.col("limit")).alias("worth"))
        .sort("rent", "name", "period", descending=[True, False, False])
        .select(*columns[:6], "rent", "worth", "clause")
    )


def _limits_at(result: Result, scenario: str, places: list[Place]) -> pl.DataFrame:
    """Return the binding limits of deliveries to the places a price was followed through."""
    names: list[tuple[str, str]] = []
    for region, material, period in places:
        shipments = arriving(result, (region, material, period), scenario)
        names += shipments.select("route", "period").rows()
        made = result.production.filter(region=region, period=period, scenario=scenario)
        names += [
            (name, period)
            for name in made["process"]
            if material in process_of(result, name).outputs
        ]
        names += [(name, period) for name in result.quota["quota"].unique(maintain_order=True)]
    wanted = pl.DataFrame(names, schema={"name": pl.String, "period": pl.String}, orient="row")
    return (
        _binding(result)
        .filter(scenario=scenario)
        .join(wanted.unique(), on=["name", "period"], how="semi", maintain_order="left")
        .select("kind", "name", "period", "limit", "rent", "clause")
    )
