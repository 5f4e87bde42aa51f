r"""Balanced accounts: public figures do not add up; move them as little as possible.

$$\min_{x \ge 0} \sum_i \left(\frac{x_i - \hat x_i}{\sigma_i \hat x_i}\right)^2
\quad\text{subject to}\quad
\text{made} + \text{imports} = \text{exports} + \text{used in processes} + \text{final use}$$

at every region and material. The share of tonnes moved is printed as the account's grade:
A below 10 %, B below 25 %, C above. Source of the method: generalised least-squares balancing of
national accounts, Stone, Champernowne and Meade (1942), doi:10.2307/2967664.

Each stage has a grade of its own. A stage whose trade by partner no table gives (its material says
``trade_basis: cards``) has grade D, *assumed*: its regional pattern is ours, so no regional price
of it is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from orepact.engine import Program, solve_quadratic
from orepact.network.chains.chain import Chain
from orepact.network.components import Material

__all__ = [
    "ASSUMED",
    "OUTLIERS",
    "Accounts",
    "BalancedOnDemand",
    "balance",
    "grade_of",
    "on_source",
    "terms_of",
    "weak_accounts",
]

OUTLIERS = "outliers"
"""Card of a drafted row whose tonnes were estimated from their value."""

ESTIMATES = ("bounded-", "share-", OUTLIERS)
"""Beginnings of the cards of drafted rows whose partners a source names, and not their tonnes."""

ASSUMED = "D"
"""Grade of a stage whose trade by partner rests on assumption cards."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Balanced accounts of a chain.

    `entries` has the columns of the chain's accounts plus `balanced` (t/month); `moved` has the
    share of tonnes moved by material; `moved_share` and `grade` are of the whole chain, `grades`
    of each material; `coverage` is the share of tonnes that rest on a source and not on a card
    alone, nor on a content factor or a unit value that only bounds or replaces what is printed.
    """

    entries: pl.DataFrame
    moved: pl.DataFrame
    moved_share: float
    grade: str
    coverage: float
    grades: dict[str, str]

    @property
    def assumed(self) -> tuple[str, ...]:
        """Return the materials of grade D: no regional price of them may be printed."""
        return tuple(name for name, grade in self.grades.items() if grade == ASSUMED)


class BalancedOnDemand(Mapping[str, Accounts]):
    """The accounts of many chains, each balanced when it is first asked for."""

    def __init__(self, chains: Mapping[str, Chain]) -> None:
        """Take the chains by name."""
        self._chains = chains
        self._found: dict[str, Accounts] = {}

    def __getitem__(self, name: str) -> Accounts:
        """Return a chain's balanced account; raises `KeyError`, or `SolveError` if none exists."""
        if name not in self._found:
            self._found[name] = balance(self._chains[name])
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the chains."""
        return iter(self._chains)

    def __len__(self) -> int:
        """Return the number of chains."""
        return len(self._chains)


def on_source() -> pl.Expr:
    """Return whether a source prints the tonnes of a row: no bound, no estimate from value."""
    estimated = [pl.col("card").str.starts_with(name) for name in ESTIMATES]
    return (pl.col("source") != "") & ~pl.any_horizontal(estimated)


def grade_of(moved_share: float) -> str:
    """Return the quality grade of an account from the share of tonnes moved."""
    return "A" if moved_share < 0.10 else "B" if moved_share < 0.25 else "C"


def weak_accounts(materials: Iterable[Material]) -> list[str]:
    """Return a warning for the materials of grade C and one for those of grade D, if any."""
    named: dict[str, list[str]] = {}
    for material in materials:
        named.setdefault(material.grade, []).append(material.name)
    words = {
        "C": "account of grade C, every figure is weak",
        ASSUMED: "trade by partner is assumed (grade D), no price by region is printed",
    }
    return [
        f"warning: {text}: {', '.join(named[grade])}"
        for grade, text in words.items()
        if grade in named
    ]


def balance(chain: Chain) -> Accounts:
    """Return the chain's accounts moved by weighted least squares until every place balances.

    Raises `SolveError` when no balance exists.
    """
    entries = chain.accounts.filter(pl.col("tonnes") > 0).with_row_index("entry")
    scale = float(entries["tonnes"].max() or 1.0)  # pyright: ignore[reportArgumentType]
    estimate = entries["tonnes"].to_numpy() / scale
    weight = 1.0 / (np.maximum(entries["sigma"].to_numpy(), 0.01) * estimate) ** 2
    weight /= np.median(weight)
    program = Program(f"accounts of {chain.text.chain}")
    columns = program.add_columns(
        "tonnes", entries.select("entry"), cost=-2.0 * weight * estimate, curvature=2.0 * weight
    )
    terms = terms_of(chain, entries)
    rows = program.add_rows(
        "balance",
        terms.select("region", "material").unique(maintain_order=True),
        lower=0.0,
        upper=0.0,
    )
    program.add_terms(
        terms.join(rows, on=["region", "material"], how="left")
        .join(columns, on="entry", how="left")
        .select("row", "column", "coefficient")
    )
    found = solve_quadratic(program.assemble()).primal("tonnes").sort("entry")["value"].to_numpy()
    balanced = np.where(found > 1e-7, found, 0.0) * scale
    result = entries.with_columns(pl.Series("balanced", balanced))
    moved = (
        result.group_by("material")
        .agg(
            ((pl.col("balanced") - pl.col("tonnes")).abs().sum() / pl.col("tonnes").sum()).alias(
                "moved_share"
            )
        )
        .sort("material")
    )
    share = float(np.abs(balanced - entries["tonnes"].to_numpy()).sum() / entries["tonnes"].sum())
    covered = float(result.filter(on_source())["balanced"].sum() / balanced.sum())
    grade, grades = _grades(chain, share, moved)
    return Accounts(result, moved, share, grade, covered, grades)


def _grades(chain: Chain, share: float, moved: pl.DataFrame) -> tuple[str, dict[str, str]]:
    cap = chain.text.grade_cap.grade if chain.text.grade_cap else "A"
    stages = dict(moved.iter_rows())
    grades = {
        item.material: ASSUMED
        if item.trade_basis == "cards"
        else max(grade_of(stages.get(item.material, 0.0)), cap)
        for item in chain.text.materials
    }
    return max(grade_of(share), cap), grades


def terms_of(chain: Chain, entries: pl.DataFrame) -> pl.DataFrame:
    """Return what each entry delivers where: entry, region, material, coefficient (t per t)."""
    recipes = {process.process: process for process in chain.text.processes}
    rows: list[tuple[int, str, str, float]] = []
    for entry, kind, material, process, region, partner in entries.select(
        "entry", "kind", "material", "process", "region", "partner"
    ).iter_rows():
        if kind == "trade":
            rows += [(entry, region, material, -1.0), (entry, partner, material, 1.0)]
        elif kind == "use":
            rows.append((entry, region, material, -1.0))
        else:
            recipe = recipes[process]
            rows += [(entry, region, name, ratio) for name, ratio in recipe.outputs.items()]
            rows += [(entry, region, name, -ratio) for name, ratio in recipe.inputs.items()]
    return pl.DataFrame(
        rows,
        orient="row",
        schema={
            "entry": pl.UInt32,
            "region": pl.String,
            "material": pl.String,
            "coefficient": pl.Float64,
        },
    )
