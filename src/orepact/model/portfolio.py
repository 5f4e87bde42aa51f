r"""A portfolio: which projects to start, and when, before it is known which control comes.

$$\min \sum_{j,d,r} k_{dr} f_{jdr} - \sum_{j,d} g_{jd} y_{jd}
+ \sum_b w_b \Bigl[\alpha \sum_i v_i u_{bi} + \sum_x c_x x_{bx} + \delta \sum_o e_{bo}\Bigr]$$

$$\sum_d y_{jd} \le 1,\quad \sum_r f_{jdr} = K_j y_{jd},\quad f_{jdr} \le s_r K_j y_{jd},\quad
\sum_{j,d,\, r\,\text{public}} f_{jdr} \le B$$

$$\sum_m a_{bjm} \le \text{given}_{bj} + \sum_d A_{bjd}\, y_{jd},\qquad
\sum_{j \in h} \sum_m a_{bjm} + z_{bh} \le H_h$$

$$\text{made} + \text{bought} + \text{shared} - \text{taken as input} - \text{sold} + u
\ge \text{need}\quad\text{at every (block, zone, material)}$$

$$\text{from country } o \le X_o \cdot (\text{inputs} + \text{need} - u)\quad\text{(shift test)}$$

A block b is one year of one future of one chain in which a control bites; in other years nothing is
short, and what a plant earns in them is $g_{jd}$. The choice $y$ has no future: it is the same in
all. Every block can be served: what is not is $u$, which costs what users would have paid.

| symbol | meaning (unit) | in code | dual |
|---|---|---|---|
| $y_{jd}$ | project j is decided on in year d (0 or 1) | `start` | – |
| $f_{jdr}$ | capital from role r (MUSD) | `financed` | – |
| $k_{dr}$ | what a USD of it costs until the horizon, discounted (1) | `charge` | – |
| $s_r$ | largest part of a project's capital (1) | `largest` | – |
| $B$ | public money (MUSD) | row `budget` | − worth of a dollar |
| $A_{bjd}$ | capacity open in block b if decided in d (t/year) | `available` | – |
| $a_{bjm}$ | output of project j in mode m (MUSD of base value) | `run` | – |
| $H_h$ | by-product that a host bears (t/year) | row `host` | − worth of host |
| $u_{bi}$ | use not served, by step of the demand curve | `unmet` | – |
| $v_i$ | what users of the step would pay, ÷ base price | `pays` | – |
| $x_{bx}$ | bought, made, sold, shared, delivered | `bought` … | – |
| $e_{bo}$ | from one country beyond the share that is diverse | `concentrated` | – |
| balance | what is there (MUSD of base value) | row `balance` | price ÷ base price × weight |

Volumes are counted in million USD of base value, money in million USD.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from orepact.engine import Arrays, Program

__all__ = ["PUBLIC", "PortfolioCase", "PortfolioWeights", "portfolio_arrays"]

PUBLIC = ("export-bank", "development-bank")
"""Roles whose money the budget limits."""
MUSD = 1e6
PLACE = ["block", "zone", "material"]


@dataclass(frozen=True, slots=True)
class PortfolioWeights:
    """What counts how much: shortage, cost, and a tonne (at base price) from a concentrated source.

    Shortage is counted at what users would pay, cost in money; both are dollars, so that one and
    one is a cost-benefit rule. `diversity` is a premium on the base price of what comes from one
    third country beyond `concentration` of a zone's use.
    """

    shortage: float = 1.0
    cost: float = 1.0
    diversity: float = 0.05
    concentration: float = 0.65


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioCase:
    """The tables of a portfolio; volumes in t/year, money in USD.

    `starts`: project, year, capital, gain (discounted, of calm years). `roles`: project, year,
    role, largest (1), charge (USD/USD). `blocks`: block, chain, weight. `available`: block,
    project, year, amount. `given`: block, project, amount (decided already). `modes`: project,
    mode, material, amount (t/t, inputs negative), first (its first output). `runs`: project, mode,
    cost (USD/t), country, home. `bought`: block, zone, material, origin, limit, cost (÷ base
    price). `made`: block, zone, process, limit, cost (USD/t), group. `recipes`: process, material,
    amount, first. `used`: block, zone, material, step, width, pays (÷ base price). `sold`: block,
    zone, material, limit. `shared` (÷ base price) is the cost of shipping between zones. `hosts`:
    chain, group, limit; `bound`: group, project. `origins`: zone, material, origin, share: whose
    supply is watched, and the share of use that it may not exceed (inf: none, no shift test).
    """

    zones: tuple[str, ...]
    prices: dict[str, float]
    starts: pl.DataFrame
    roles: pl.DataFrame
    blocks: pl.DataFrame
    available: pl.DataFrame
    given: pl.DataFrame
    modes: pl.DataFrame
    runs: pl.DataFrame
    bought: pl.DataFrame
    made: pl.DataFrame
    recipes: pl.DataFrame
    used: pl.DataFrame
    sold: pl.DataFrame
    hosts: pl.DataFrame
    bound: pl.DataFrame
    origins: pl.DataFrame
    budget: float = float("inf")
    shared: float = 0.02
    weights: PortfolioWeights = field(default_factory=PortfolioWeights)


@dataclass(slots=True)
class _Draft:
    """The program under construction, its case, and the balance rows."""

    program: Program
    case: PortfolioCase
    price: pl.DataFrame
    balance: pl.DataFrame
    origins: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])
    usage: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])
    hosts: pl.DataFrame | None = None

    def priced(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return a table with "worth", MUSD per tonne of its material, and the block's weight."""
        found = table.join(self.price, on="material", how="left")
        return found.join(self.case.blocks.select("block", "weight"), on="block", how="left")

    def deliver(self, terms: pl.DataFrame) -> None:
        """Add "coefficient" of "column" to the balance at block, zone and material."""
        self.program.add_terms(terms.join(self.balance, on=PLACE, how="inner"))

    def uses(self, terms: pl.DataFrame) -> None:
        """Count "coefficient" of "column" as use of a zone."""
        self.usage.append(terms.select(*PLACE, "column", "coefficient"))

    def comes_from(self, terms: pl.DataFrame) -> None:
        """Count "coefficient" of "column" as coming from "origin"."""
        self.origins.append(terms.select(*PLACE, "origin", "column", "coefficient"))


def portfolio_arrays(case: PortfolioCase, *, offset: float = 0.0) -> Arrays:
    """Write a portfolio as a mixed-integer program whose objective is million USD plus `offset`."""
    program = Program("portfolio of " + "+".join(case.zones), offset=offset)
    draft = _Draft(program, case, _prices(case), _balance(program, case))
    start = _add_choice(draft)
    _add_unmet(draft)
    _add_trade(draft)
    _add_made(draft)
    _add_projects(draft, start)
    watched = case.origins.filter(~pl.col("origin").is_in(case.zones))
    if case.weights.diversity > 0.0:
        _add_origins(draft, watched.with_columns(share=pl.lit(case.weights.concentration)),
                     softly=True)
    _add_origins(draft, watched.filter(pl.col("share").is_finite()), softly=False)
    return program.assemble()


def _prices(case: PortfolioCase) -> pl.DataFrame:
    values = np.array(list(case.prices.values()), dtype=np.float64) / MUSD
    return pl.DataFrame({"material": list(case.prices), "worth": values})


def _balance(program: Program, case: PortfolioCase) -> pl.DataFrame:
    """Add the balance rows: what is there is at least what is needed."""
    need = case.used.group_by(PLACE).agg(pl.col("width").sum())
    places = pl.concat([
        need.select(PLACE),
        case.bought.select(PLACE),
        case.sold.select(PLACE),
        case.made.select("block", "zone", "process").join(
            case.recipes.select("process", "material"), on="process").select(PLACE),
        _touched(case),
    ]).unique(maintain_order=True).sort(PLACE)
    rows = places.join(need, on=PLACE, how="left").join(_prices(case), on="material", how="left")
    wanted = (rows["width"].fill_null(0.0) * rows["worth"]).to_numpy()
    return program.add_rows("balance", places, lower=wanted)


def _touched(case: PortfolioCase) -> pl.DataFrame:
    """Return the places where projects take or may deliver."""
    blocks = pl.concat([case.available.select("block", "project"),
                        case.given.select("block", "project")]).unique(maintain_order=True)
    modes = case.modes.select("project", "material").unique(maintain_order=True)
    zones = pl.DataFrame({"zone": list(case.zones)})
    return blocks.join(modes, on="project").join(zones, how="cross").select(PLACE)


def _add_choice(draft: _Draft) -> pl.DataFrame:
    """Add what is started when, who finances it, and the budget; return the start columns."""
    case, program = draft.case, draft.program
    weight = case.weights.cost
    keys = case.starts.select("project", "year")
    start = program.add_columns("start", keys, upper=1.0, integer=True,
                                cost=-weight * (case.starts["gain"] / MUSD).to_numpy())
    start = start.with_columns(case.starts["capital"] / MUSD)
    once = program.add_rows("once", keys.select("project").unique(maintain_order=True), upper=1.0)
    program.add_terms(start.join(once, on="project").with_columns(coefficient=pl.lit(1.0)))
    money = program.add_rows("money", keys, lower=0.0, upper=0.0)
    by = ["project", "year"]
    program.add_terms(start.join(money, on=by).with_columns(coefficient=-pl.col("capital")))
    financed = program.add_columns("financed", case.roles.select(*by, "role"),
                                   cost=weight * case.roles["charge"].to_numpy())
    financed = financed.with_columns(case.roles["largest"])
    program.add_terms(financed.join(money, on=by).with_columns(coefficient=pl.lit(1.0)))
    part = program.add_rows("part", financed.select(*by, "role"), upper=0.0)
    program.add_terms(financed.join(part, on=[*by, "role"]).with_columns(coefficient=pl.lit(1.0)))
    limit = part.join(financed.select(*by, "role", "largest"), on=[*by, "role"])
    program.add_terms(limit.join(start, on=by).with_columns(
        coefficient=-pl.col("largest") * pl.col("capital")))
    public = financed.filter(pl.col("role").is_in(PUBLIC))
    if np.isfinite(case.budget) and public.height:
        row = program.add_rows("budget", pl.DataFrame({"of": ["all"]}), upper=case.budget / MUSD)
        program.add_terms(public.with_columns(row=pl.lit(row["row"][0]), coefficient=pl.lit(1.0)))
    return start.select("project", "year", "column")


def _add_unmet(draft: _Draft) -> None:
    used = draft.priced(draft.case.used)
    scale = draft.case.weights.shortage
    unmet = draft.program.add_columns(
        "unmet", used.select(*PLACE, "step"),
        upper=(used["width"] * used["worth"]).to_numpy(),
        cost=scale * (used["pays"] * used["weight"]).to_numpy())
    terms = unmet.with_columns(coefficient=pl.lit(1.0))
    draft.deliver(terms)
    draft.uses(terms.with_columns(coefficient=pl.lit(-1.0)))


def _add_trade(draft: _Draft) -> None:
    """Add what is bought abroad, sold abroad, and shared between zones."""
    case, program, weight = draft.case, draft.program, draft.case.weights.cost
    bought = draft.priced(case.bought)
    columns = program.add_columns(
        "bought", bought.select(*PLACE, "origin"),
        upper=(bought["limit"] * bought["worth"]).to_numpy(),
        cost=weight * (bought["cost"] * bought["weight"]).to_numpy())
    terms = columns.with_columns(coefficient=pl.lit(1.0))
    draft.deliver(terms)
    draft.comes_from(terms)
    sold = draft.priced(case.sold)
    columns = program.add_columns(
        "sold", sold.select(PLACE), upper=(sold["limit"] * sold["worth"]).to_numpy(),
        cost=-weight * sold["weight"].to_numpy())
    draft.deliver(columns.with_columns(coefficient=pl.lit(-1.0)))
    if len(case.zones) > 1:
        _add_shared(draft)


def _add_shared(draft: _Draft) -> None:
    places = draft.balance.select(PLACE)
    others = pl.DataFrame({"to": list(draft.case.zones)})
    pairs = places.join(others, how="cross").filter(pl.col("zone") != pl.col("to"))
    pairs = pairs.join(places.rename({"zone": "to"}), on=["block", "to", "material"], how="semi")
    weight = pairs.join(draft.case.blocks.select("block", "weight"), on="block")["weight"]
    cost = draft.case.weights.cost * draft.case.shared * weight.to_numpy()
    columns = draft.program.add_columns("shared", pairs.select(*PLACE, "to"), cost=cost)
    draft.deliver(columns.with_columns(coefficient=pl.lit(-1.0)))
    draft.deliver(columns.drop("zone").rename({"to": "zone"}).with_columns(
        coefficient=pl.lit(1.0)))


def _add_made(draft: _Draft) -> None:
    """Add what the zones' own processes make, counted in value of their first output."""
    case = draft.case
    recipes = _valued(draft, case.recipes)
    first = recipes.group_by("process", maintain_order=True).agg(pl.col("scale").first())
    made = case.made.join(first, on="process", how="left").join(
        case.blocks.select("block", "weight"), on="block", how="left")
    cost = case.weights.cost * made["cost"] / MUSD / made["scale"] * made["weight"]
    columns = draft.program.add_columns(
        "made", made.select("block", "zone", "process"),
        upper=(made["limit"] * made["scale"]).to_numpy(), cost=cost.to_numpy())
    terms = columns.join(recipes, on="process").select(*PLACE, "column", "coefficient")
    draft.deliver(terms)
    draft.uses(terms.filter(pl.col("coefficient") < 0.0).with_columns(-pl.col("coefficient")))
    _add_hosts(draft, columns.join(case.made, on=["block", "zone", "process"]), first)


def _valued(draft: _Draft, recipes: pl.DataFrame) -> pl.DataFrame:
    """Return recipes in base value of the first output: "coefficient", and "scale" (MUSD/t)."""
    found = recipes.join(draft.price, on="material", how="left").join(
        draft.price.rename({"material": "first", "worth": "scale"}), on="first", how="left")
    return found.with_columns(
        coefficient=pl.col("amount") * pl.col("worth") / pl.col("scale")).drop("worth")


def _add_hosts(draft: _Draft, made: pl.DataFrame, first: pl.DataFrame) -> None:
    """Add the rows of hosts, and what responds by itself to them; projects follow."""
    case = draft.case
    if not case.hosts.height:
        return
    keys = case.blocks.select("block", "chain").join(case.hosts, on="chain")
    rows = draft.program.add_rows("host", keys.select("block", "group"),
                                  upper=keys["limit"].to_numpy())
    own = made.filter(pl.col("group") != "").join(first, on="process", how="left")
    draft.program.add_terms(own.join(rows, on=["block", "group"]).with_columns(
        coefficient=1.0 / pl.col("scale")))
    draft.hosts = rows


def _add_projects(draft: _Draft, start: pl.DataFrame) -> None:
    """Add what projects make in each block: bounded by what is open and by hosts, sent to zones."""
    case, program = draft.case, draft.program
    open_in = pl.concat([case.available.select("block", "project"),
                         case.given.select("block", "project")]).unique(maintain_order=True)
    modes = _valued(draft, case.modes)
    scale = modes.group_by("project", "mode", maintain_order=True).agg(pl.col("scale").first())
    runs = open_in.join(case.runs, on="project").join(scale, on=["project", "mode"]).join(
        case.blocks.select("block", "weight"), on="block")
    cost = case.weights.cost * runs["cost"] / MUSD / runs["scale"] * runs["weight"]
    run = program.add_columns("run", runs.select("block", "project", "mode"), cost=cost.to_numpy())
    run = run.with_columns(runs["scale"], runs["home"], runs["country"])
    given = open_in.join(case.given, on=["block", "project"], how="left")
    capacity = program.add_rows("capacity", open_in, upper=given["amount"].fill_null(0.0))
    by = ["block", "project"]
    program.add_terms(run.join(capacity, on=by).with_columns(coefficient=1.0 / pl.col("scale")))
    program.add_terms(capacity.join(case.available, on=by).join(
        start, on=["project", "year"]).with_columns(coefficient=-pl.col("amount")))
    if draft.hosts is not None:
        bound = run.join(case.bound, on="project").join(draft.hosts, on=["block", "group"])
        program.add_terms(bound.with_columns(coefficient=1.0 / pl.col("scale")))
    terms = run.drop("scale").join(modes, on=["project", "mode"])
    _take_and_send(draft, terms)


def _take_and_send(draft: _Draft, terms: pl.DataFrame) -> None:
    """Take inputs in the home zone, send outputs to any of the zones."""
    case, program = draft.case, draft.program
    taken = terms.filter(pl.col("amount") < 0.0).rename({"home": "zone"})
    draft.deliver(taken.select(*PLACE, "column", "coefficient"))
    draft.uses(taken.with_columns(-pl.col("coefficient")))
    gives = terms.filter(pl.col("amount") > 0.0)
    keys = gives.select("block", "project", "material", "country").unique(maintain_order=True)
    zones = pl.DataFrame({"zone": list(case.zones)})
    to = keys.join(zones, how="cross").join(case.blocks, on="block")
    away = to["country"].is_in(case.zones) & (to["country"] != to["zone"])
    cost = case.weights.cost * case.shared * to["weight"] * away.cast(pl.Float64)
    sent = program.add_columns(
        "sent", to.select("block", "project", "material", "zone", "country"),
        cost=cost.to_numpy())
    rows = program.add_rows("sent", keys.select("block", "project", "material"), upper=0.0)
    by = ["block", "project", "material"]
    program.add_terms(sent.join(rows, on=by).with_columns(coefficient=pl.lit(1.0)))
    program.add_terms(gives.select(*by, "column", "coefficient").join(rows, on=by).with_columns(
        -pl.col("coefficient")))
    arrived = sent.with_columns(coefficient=pl.lit(1.0)).rename({"country": "origin"})
    draft.deliver(arrived.select(*PLACE, "column", "coefficient"))
    draft.comes_from(arrived)


def _add_origins(draft: _Draft, caps: pl.DataFrame, *, softly: bool) -> None:
    """Bound what comes from one country by a share of use, or charge what goes beyond."""
    program, case = draft.program, draft.case
    by = [*PLACE, "origin"]
    flows = pl.concat(draft.origins).join(caps, on=["zone", "material", "origin"])
    keys = flows.select(*by, "share").unique(subset=by, maintain_order=True)
    if not keys.height:
        return
    need = draft.balance.select(PLACE).with_columns(
        need=pl.Series(_needs(draft), dtype=pl.Float64))
    keys = keys.join(need, on=PLACE, how="left")
    name = "diversity" if softly else "shift"
    rows = program.add_rows(name, keys.select(by), upper=(keys["share"] * keys["need"]).to_numpy())
    rows = rows.with_columns(keys["share"])
    program.add_terms(flows.drop("share").join(rows, on=by))
    usage = pl.concat(draft.usage).group_by(*PLACE, "column", maintain_order=True).agg(
        pl.col("coefficient").sum())
    program.add_terms(usage.join(rows, on=PLACE).with_columns(
        coefficient=-pl.col("share") * pl.col("coefficient")))
    if softly:
        weight = keys.join(case.blocks.select("block", "weight"), on="block", how="left")["weight"]
        over = program.add_columns("concentrated", keys.select(by),
                                   cost=case.weights.diversity * weight.to_numpy())
        program.add_terms(over.join(rows, on=by).with_columns(coefficient=pl.lit(-1.0)))


def _needs(draft: _Draft) -> np.ndarray:
    need = draft.case.used.group_by(PLACE).agg(pl.col("width").sum())
    rows = draft.balance.select(PLACE).join(need, on=PLACE, how="left", maintain_order="left").join(
        draft.price, on="material", how="left", maintain_order="left")
    return (rows["width"].fill_null(0.0) * rows["worth"]).to_numpy()
