"""What a chosen portfolio does: money by role, shortage by material, supply by source, dates."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from orepact.engine import Solution
from orepact.model.portfolio import PUBLIC, PortfolioCase
from orepact.network.projects import Project
from orepact.result.portfolio.availability import available, draw_leads
from orepact.result.portfolio.choose import Choice, evaluate
from orepact.studies.projects.cases import calm_gains
from orepact.studies.projects.ground import Ground, size_of
from orepact.studies.projects.zone_rows import PROMISE

__all__ = [
    "GIVES_UP",
    "PARTS",
    "chosen_rows",
    "delivery_rows",
    "finance_rows",
    "open_rows",
    "parts_of",
    "products_of",
    "shortage_cost",
    "shortage_rows",
    "supply_rows",
    "worth_by_future",
]

MUSD = 1e6
DRAWS = 4000
GIVES_UP = 1.5
"""Users who would not pay this many times the base price give up; the others go without."""
PARTS = {
    "shortage": ("unmet",),
    "supply": ("bought", "sold", "shared", "made", "run", "sent"),
    "capital": ("financed",),
    "calm_years": ("start",),
    "concentration": ("concentrated",),
}
"""Which families of columns make which part of the objective."""
IN_BLOCKS = ("unmet", "bought", "sold", "shared", "made", "run", "sent", "concentrated")
Row = dict[str, Any]


def parts_of(choice: Choice) -> dict[str, float]:
    """Return what a portfolio changes, part by part (USD, discounted; negative is a gain)."""
    return {
        part: MUSD * sum(_charged(choice.solution, name) - _charged(choice.idle, name)
                         for name in families)
        for part, families in PARTS.items()
    }


def worth_by_future(choice: Choice, ground: Ground) -> dict[str, float]:
    """Return what the portfolio is worth in each future (USD, discounted), capital paid.

    What plants earn in years without a control is that of each future by itself.
    """
    always = -parts_of(choice)["capital"]
    calm = _calm(choice, ground)
    saved = _by_block(choice.idle).join(_by_block(choice.solution), on="block", suffix="_with")
    saved = saved.with_columns(
        future=pl.col("block").str.split("|").list.get(1),
        saved=pl.col("charged") - pl.col("charged_with"))
    total = dict(saved.group_by("future").agg(pl.col("saved").sum()).iter_rows())
    return {one.name: always + float(calm[number])
            + MUSD * float(total.get(one.name, 0.0)) / max(one.weight, 1e-12)
            for number, one in enumerate(ground.futures)}


def _calm(choice: Choice, ground: Ground) -> np.ndarray:
    """Return what the chosen plants earn in years without a control, by future (USD)."""
    chains = {one.chain: one for one in ground.chains}
    total = np.zeros(len(ground.futures))
    for one in ground.projects:
        if one.name in choice.starts:
            start = np.array([choice.starts[one.name]], dtype=np.float64)
            total += calm_gains(ground, one, chains[one.chain], start)[:, 0]
    return ground.weights.cost * total


def shortage_rows(choice: Choice, case: PortfolioCase) -> list[Row]:
    """Return use, and what of it is not served without and with the projects (t/year).

    Means over the years under control, by weight. `given_up` is the part of it that users would
    have paid at most `GIVES_UP` times the base price for; the rest is to be had at no such price.
    """
    weight = case.blocks.group_by("chain").agg(pl.col("weight").sum().alias("whole"))
    need = case.used.filter(pl.col("step") != PROMISE).join(case.blocks, on="block").group_by(
        "chain", "zone", "material").agg((pl.col("width") * pl.col("weight")).sum().alias("need"))
    found = need
    for name, solution in (("without", choice.idle), ("with", choice.solution)):
        found = found.join(_unmet(solution, case, name), on=["zone", "material"], how="left")
    found = found.join(weight, on="chain").with_columns(
        pl.col("need", "without", "with", "given_up_without", "given_up_with").fill_null(0.0)
        / pl.col("whole"))
    return list(found.drop("whole").sort("chain", "material", "zone").iter_rows(named=True))


def supply_rows(choice: Choice, case: PortfolioCase) -> list[Row]:
    """Return who supplies each zone under control: the old plants, imports, projects (t/year)."""
    whole = dict(case.blocks.group_by("chain").agg(pl.col("weight").sum()).iter_rows())
    solution = choice.solution
    bought = _in_tonnes(solution, case, "bought").with_columns(source=pl.lit("imports"))
    sent = _in_tonnes(solution, case, "sent").with_columns(source=pl.col("project"))
    tables = [bought.select("block", "zone", "material", "source", "tonnes"),
              sent.select("block", "zone", "material", "source", "tonnes")]
    if any(one.name == "shared" for one in solution.arrays.columns):
        shared = _in_tonnes(solution, case, "shared").drop("zone").rename({"to": "zone"})
        tables.append(shared.with_columns(source=pl.lit("partner")).select(tables[0].columns))
    flows = pl.concat(tables).join(case.blocks, on="block").group_by(
        "chain", "zone", "material", "source").agg(
            (pl.col("tonnes") * pl.col("weight")).sum().alias("tonnes"))
    rows = flows.filter(pl.col("tonnes") > 0.0).sort("chain", "zone", "material", "source")
    return [{**row, "tonnes": row["tonnes"] / whole[row["chain"]]}
            for row in rows.iter_rows(named=True)]


def finance_rows(choice: Choice) -> list[Row]:
    """Return who finances what (USD)."""
    found = choice.solution.primal("financed").filter(pl.col("value") > 1e-9)
    return [{"project": project, "role": role, "public": role in PUBLIC, "amount": value * MUSD}
            for project, role, value in found.select("project", "role", "value").iter_rows()]


def open_rows(ground: Ground, starts: dict[str, int], deadline: int, seed: int) -> list[Row]:
    """Return when projects open (10th, 50th, 90th in hundred) and what counts at the deadline.

    `chance` is that of being open before the end of the year of the deadline, `share` the mean
    share of capacity open in that year. Drawn anew, 4,000 times.
    """
    leads = draw_leads(ground.projects, DRAWS, seed + 1).longer(ground.wait, ground.years[0])
    rows: list[Row] = []
    for place, one in enumerate(ground.projects):
        if not one.decided and one.name not in starts:
            continue
        opening = leads.opens[:, place] if one.decided else (
            starts[one.name] + leads.wait[:, place])
        low, middle, high = np.quantile(opening, [0.1, 0.5, 0.9])
        share = available(opening, leads.ramp[:, place], np.array(float(deadline)))
        rows.append({
            "project": one.name, "decided": one.decided, "opens_low": float(low),
            "opens": float(middle), "opens_high": float(high), "deadline": deadline,
            "chance": float(np.mean(opening <= deadline + 1.0)), "share": float(np.mean(share)),
            "capacity": size_of(ground, one),
            "counts": float(np.mean(share)) * size_of(ground, one),
        })
    return rows


def chosen_rows(choice: Choice, case: PortfolioCase, ground: Ground) -> list[Row]:
    """Return each chosen project with its year, its money, its output and its worth.

    `worth` is what is lost when it alone is left out (USD): complements lose together, so these do
    not add up.
    """
    projects = {one.name: one for one in ground.projects}
    money = pl.DataFrame(finance_rows(choice), schema={
        "project": pl.String, "role": pl.String, "public": pl.Boolean, "amount": pl.Float64})
    chains = {one.chain: one for one in ground.chains}
    rows: list[Row] = []
    for name, year in sorted(choice.starts.items(), key=lambda each: (each[1], each[0])):
        one = projects[name]
        own = money.filter(pl.col("project") == name)
        left_out = evaluate(case, {key: at for key, at in choice.starts.items() if key != name})
        rows.append({
            "project": name, "title": one.title, "chain": one.chain, "country": one.country,
            "home": one.home, "kind": one.kind, "year": year,
            "makes": products_of(one, chains[one.chain].scrap),
            "capital": one.capital.value * one.share.value,
            "capital_low": one.capital.low * one.share.value,
            "capital_high": one.capital.high * one.share.value,
            "public": float(own.filter(pl.col("public"))["amount"].sum()),
            "private": float(own.filter(~pl.col("public"))["amount"].sum()),
            "capacity": size_of(ground, one),
            "capacity_low": one.capacity.low * size_of(ground, one) / one.capacity.value,
            "capacity_high": one.capacity.high * size_of(ground, one) / one.capacity.value,
            "worth": (left_out.objective - choice.objective) * MUSD,
            "supposed": list(one.supposed),
        })
    return rows


def products_of(project: Project, scrap: frozenset[str] = frozenset()) -> list[str]:
    """Return all that a project may make, whichever way it is run, its scrap apart."""
    return list(dict.fromkeys(
        name for mode in project.modes for name in mode.outputs if name not in scrap))


def delivery_rows(choice: Choice, case: PortfolioCase, ground: Ground) -> list[Row]:
    """Return what chosen projects send to each zone under control, product by product (t/year).

    Means over the years under control, by weight; `scrap` marks what is no product.
    """
    whole = dict(case.blocks.group_by("chain").agg(pl.col("weight").sum()).iter_rows())
    chain = {one.name: one.chain for one in ground.projects}
    scrap = {name for one in ground.chains for name in one.scrap}
    flows = _in_tonnes(choice.solution, case, "sent").join(case.blocks, on="block").filter(
        pl.col("project").is_in(list(choice.starts))).group_by("project", "zone", "material").agg(
            (pl.col("tonnes") * pl.col("weight")).sum().alias("tonnes"))
    rows = flows.filter(pl.col("tonnes") > 0.0).sort("project", "zone", "material")
    return [{**row, "tonnes": row["tonnes"] / whole[chain[row["project"]]],
             "scrap": row["material"] in scrap} for row in rows.iter_rows(named=True)]


def _charged(solution: Solution, family: str) -> float:
    known = [one for one in solution.arrays.columns if one.name == family]
    if not known:
        return 0.0
    part = slice(known[0].first, known[0].first + known[0].size)
    return float(np.dot(solution.arrays.cost[part], solution.primal_values[part]))


def _by_block(solution: Solution) -> pl.DataFrame:
    """Return what each block is charged, "charged"."""
    charged = solution.arrays.cost * solution.primal_values
    tables = [one.table(charged).select("block", "value")
              for one in solution.arrays.columns if one.name in IN_BLOCKS]
    return pl.concat(tables).group_by("block").agg(pl.col("value").sum().alias("charged"))


def _in_tonnes(solution: Solution, case: PortfolioCase, family: str) -> pl.DataFrame:
    price = pl.DataFrame({"material": list(case.prices), "price": list(case.prices.values())})
    return solution.primal(family).join(price, on="material").with_columns(
        tonnes=pl.col("value") * MUSD / pl.col("price"))


def _unmet(solution: Solution, case: PortfolioCase, name: str) -> pl.DataFrame:
    """Return tonnes not served by zone and material, and those of them that are given up."""
    unmet = _in_tonnes(solution, case, "unmet").filter(pl.col("step") != PROMISE)
    pays = case.used.select("block", "zone", "material", "step", "pays")
    tonnes = pl.col("tonnes") * pl.col("weight")
    return unmet.join(case.blocks.select("block", "weight"), on="block").join(
        pays, on=["block", "zone", "material", "step"]).group_by("zone", "material").agg(
            tonnes.sum().alias(name),
            tonnes.filter(pl.col("pays") <= GIVES_UP).sum().alias(f"given_up_{name}"))


def shortage_cost(solution: Solution, case: PortfolioCase) -> dict[str, float]:
    """Return what is lost in each zone because use is not served (USD, discounted, expected)."""
    unmet = solution.primal("unmet").filter(pl.col("step") != PROMISE)
    pays = case.used.select("block", "zone", "material", "step", "pays")
    lost = unmet.join(case.blocks.select("block", "weight"), on="block").join(
        pays, on=["block", "zone", "material", "step"]).group_by("zone").agg(
            (pl.col("value") * pl.col("pays") * pl.col("weight")).sum() * MUSD)
    found = dict(lost.iter_rows())
    return {zone: float(found.get(zone, 0.0)) for zone in case.zones}
