"""Ask which projects to finance until 2030: zones jointly and each by itself, under a budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from math import isfinite
from typing import Any, cast, get_args

import polars as pl

from orepact.engine import spread
from orepact.errors import InputError, Problem, nearest
from orepact.model.portfolio import PortfolioCase, PortfolioWeights
from orepact.network.project_files import CANDIDATES, Candidates, read_projects
from orepact.network.projects import Project
from orepact.network.world import World
from orepact.result.portfolio.availability import draw_leads
from orepact.result.portfolio.choose import Choice, choose, join_choices
from orepact.studies.projects.cases import case_of
from orepact.studies.projects.chain_tables import chain_tables
from orepact.studies.projects.futures import NONE, futures_of
from orepact.studies.projects.ground import Ground
from orepact.studies.projects.pooling import pooling_of, pooling_ranges
from orepact.studies.projects.published import with_published
from orepact.studies.projects.readings import (
    GIVES_UP,
    chosen_rows,
    delivery_rows,
    finance_rows,
    open_rows,
    parts_of,
    products_of,
    shortage_rows,
    supply_rows,
    worth_by_future,
)
from orepact.studies.projects.robustness import Depth, base_trade, drawn_again, foresight, moved
from orepact.studies.reserve.suppositions import Suppositions

__all__ = ["JOINT", "OURS", "TABLES", "Portfolio", "PortfolioDesign", "ground_of", "portfolio"]

JOINT = "joint"
TABLES = ("chosen", "deliveries", "opening", "finance", "shortage", "supply", "futures")
ROBUST = ("again", "sensitivity")
OURS = frozenset({
    "run.json", "portfolio.html", "portfolio.pdf",
    *(f"{name}.{kind}" for name in (*TABLES, *ROBUST) for kind in ("csv", "parquet"))})
"""What a portfolio's folder holds."""
MUSD = 1e6
MOST_FUTURES = 200
MOST_WAIT = 10.0
THREADS = 2
LIMITS = ("bound", "idle", "built", "stocks", "leads", "others", "calm")
"""What the figures do not tell, by the name of its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioDesign:
    """What a portfolio is asked for.

    `budget` (USD of public money) by zone; together they make the joint one. `futures` and `seed`
    of the draws; only what opens by the end of the year `deadline` with at least `least_chance` may
    be started; `shift` the largest share of a zone's use that a new single supplier may have;
    `gap` relative to what the projects are worth.
    """

    budget: Mapping[str, float] = field(
        default_factory=lambda: {"EU27": 2e9, "USA": 2e9})
    chains: tuple[str, ...] = ()
    futures: int = 13
    seed: int = 1
    first_year: int = 2027
    last_year: int = 2035
    last_start: int = 2031
    deadline: int = 2030
    least_chance: float = 0.0
    shift: float = float("inf")
    weights: PortfolioWeights = field(default_factory=PortfolioWeights)
    gap: float = 0.001
    wait: float = 1.0
    draws: int = 2
    sensitivity: Depth = "main"

    @property
    def zones(self) -> tuple[str, ...]:
        """Return the zones, those with a budget."""
        return tuple(self.budget)

    def with_budget(self, budget: Mapping[str, float]) -> PortfolioDesign:
        """Return the same design with other money."""
        return replace(self, budget=dict(budget))

    def problems(self, candidates: Candidates) -> list[Problem]:
        """Return what is wrong with the design."""
        homes = sorted({one.home for one in candidates.projects})
        chains = list(dict.fromkeys(one.chain for one in candidates.projects))
        found = [
            Problem("out of range", field=f"--{name}", found=f"{value:g}", expected=expected)
            for name, value, low, high, expected in (
                ("futures", self.futures, 3, MOST_FUTURES, f"3 to {MOST_FUTURES}"),
                ("seed", self.seed, 0, 2**32 - 1, "0 or more"),
                ("gap", self.gap, 0.0, 0.05, "0 to 0.05"),
                ("draws", self.draws, 0, MOST_FUTURES, f"0 to {MOST_FUTURES}"),
                ("in-time", self.least_chance, 0.0, 1.0, "0 to 1"),
                ("deadline", self.deadline, self.first_year, self.last_year,
                 f"{self.first_year} to {self.last_year}"),
            ) if not low <= value <= high
        ]
        found += [Problem("a budget is not negative", field="--budget", found=f"{zone}={money:g}",
                          expected="0 or more USD")
                  for zone, money in self.budget.items() if not money >= 0.0]
        found += [Problem("no project has this home", field="--budget", found=zone,
                          expected="one of " + ", ".join(homes), nearest=nearest(zone, homes))
                  for zone in self.budget if zone not in homes]
        found += [Problem("no project of this chain", field="--chain", found=chain,
                          expected="one of " + ", ".join(chains), nearest=nearest(chain, chains))
                  for chain in self.chains if chain not in chains]
        found += [Problem("not a finite number of 0 or more", field=f"--weight-{name}",
                          found=f"{value:g}", expected="0 or more")
                  for name, value in (("shortage", self.weights.shortage),
                                      ("cost", self.weights.cost),
                                      ("diversity", self.weights.diversity))
                  if not (isfinite(value) and value >= 0.0)]
        if not (isfinite(self.wait) and 0.0 < self.wait <= MOST_WAIT):
            found.append(Problem("out of range", field="--lead-times", found=f"{self.wait:g}",
                                 expected=f"above 0, {MOST_WAIT:g} at most"))
        if self.sensitivity not in get_args(Depth):
            found.append(Problem("unknown depth", field="--sensitivity", found=self.sensitivity,
                                 expected="one of " + ", ".join(get_args(Depth)),
                                 nearest=nearest(self.sensitivity, get_args(Depth))))
        if not self.shift > 0.0:
            found.append(Problem("out of range", field="--shift", found=f"{self.shift:g}",
                                 expected="above 0"))
        return found


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What was chosen: `content` is plain data, `frames` are the tables."""

    content: dict[str, Any]
    frames: dict[str, pl.DataFrame]


def ground_of(world: World, design: PortfolioDesign, candidates: Candidates) -> Ground:
    """Return what the portfolios of a design stand on."""
    asked = design.chains or tuple(dict.fromkeys(one.chain for one in candidates.projects))
    projects = tuple(one for one in candidates.projects
                     if one.chain in asked and one.home in design.zones)
    chains = tuple(chain_tables(world, name, design.zones) for name in asked)
    cards = Suppositions(candidates.cards)
    years = tuple(range(design.first_year, design.last_year + 1))
    futures = futures_of(cards, sorted({one.exporter for one in chains}), asked, years,
                         count=design.futures, seed=design.seed)
    leads = draw_leads(projects, design.futures, design.seed)
    return Ground(
        zones=design.zones, chains=chains, projects=projects, futures=futures,
        leads=leads.longer(design.wait, design.first_year), years=years,
        starts=tuple(range(design.first_year, design.last_start + 1)), cards=cards,
        weights=design.weights, shift=design.shift, wait=design.wait,
        deadline=design.deadline, least_chance=design.least_chance)


def portfolio(
    world: World,
    design: PortfolioDesign,
    candidates: Candidates | None = None,
    *,
    progress: Callable[[str], None] | None = None,
) -> Portfolio:
    """Choose projects jointly and separately; raises `InputError` with every problem.

    `progress` is told what is being solved.

    `frames`: chosen, opening, finance, shortage, supply, futures, each with "portfolio" (a zone or
    "joint"); amounts in USD and t/year.
    """
    known = candidates or read_projects(CANDIDATES, world)
    problems = design.problems(known)
    if problems:
        raise InputError(problems)
    say = progress or _silent
    ground = ground_of(world, design, known)
    cases = {zone: case_of(ground, (zone,), design.budget[zone]) for zone in design.zones}
    say("projects of " + " and of ".join(cases) + " by itself")
    alone = spread(lambda case: choose(case, gap=design.gap), list(cases.values()),
                   threads=THREADS)
    choices: dict[str, Choice] = dict(zip(cases, alone, strict=True))
    if len(design.zones) > 1:
        say("projects of " + " and ".join(design.zones) + " together")
        cases[JOINT] = case_of(ground, design.zones, sum(design.budget.values()))
        together = join_choices(*choices.values())
        choices[JOINT] = choose(cases[JOINT], gap=design.gap, also=together)
    say("what each project is worth")
    each = spread(lambda name: _told(name, choices[name], cases[name], ground, design),
                  list(choices), threads=THREADS)
    told = dict(zip(choices, each, strict=True))
    for one in told.values():
        one["chosen"] = with_published(one["chosen"], ground.projects, world)
    pooling = pooling_of(JOINT, choices, cases, ground) if JOINT in choices else None
    robust = _robust(world, design, known, ground, choices, say)
    trade = robust.pop("base_trade")
    if pooling is not None:
        pooling |= {"base_trade": trade} if trade is not None else {}
        pooling |= pooling_ranges(pooling, robust["again"], robust["sensitivity"])
    content = {
        "format": "orepact/portfolio/1",
        "kind": "portfolio",
        "dataset": {"name": world.dataset.name, "version": world.dataset.version,
                    "hash": world.dataset.hash},
        "design": _design(design, ground),
        "portfolios": told,
        "pooling": pooling,
        **robust,
        "decided": [_project(one) for one in ground.projects if one.decided],
        "candidates": [_project(one) for one in ground.projects if not one.decided],
        "not_modelled": [{"row": one.row, "reason": one.reason} for one in known.not_modelled],
        "limits": [f"portfolio_limit_{name}" for name in LIMITS],
    }
    return Portfolio(content, _frames(content))


def _robust(
    world: World,
    design: PortfolioDesign,
    known: Candidates,
    ground: Ground,
    choices: Mapping[str, Choice],
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Return how far the joint choice hangs on the draw, on cards and on foresight."""
    budget, chosen = dict(design.budget), choices.get(JOINT, next(iter(choices.values())))
    asked = design.sensitivity != "none"
    told = {"again": f"again on {design.draws} other draws" if design.draws else "",
            "sensitivity": "again with cards at their ends" if asked else ""}
    say(" and ".join(filter(None, told.values())) or "tables")

    def ends() -> dict[str, Any]:
        return {"sensitivity": [] if not asked else moved(
            lambda other: ground_of(world, design, other), known, budget, list(chosen.starts),
            design.sensitivity)}

    def rest() -> dict[str, Any]:
        others = [ground_of(world, replace(design, seed=design.seed + 1 + number), known)
                  for number in range(design.draws)]
        pooled = JOINT in choices and (asked or design.draws)
        return {"again": drawn_again(others, budget),
                "base_trade": base_trade(ground, budget, chosen) if pooled else None,
                "foresight": foresight(ground, budget, chosen) if asked else None}

    parts = spread(lambda work: work(), [ends, rest], threads=THREADS)
    return {name: value for part in parts for name, value in part.items()}


def _silent(_: str) -> None:
    """Tell nobody."""


def _told(
    name: str, choice: Choice, case: PortfolioCase, ground: Ground, design: PortfolioDesign
) -> dict[str, Any]:
    """Return one portfolio as plain data; money in USD."""
    futures = worth_by_future(choice, ground)
    public = sum(row["amount"] for row in finance_rows(choice) if row["public"])
    return {
        "portfolio": name,
        "zones": list(case.zones),
        "budget": case.budget,
        "public": public,
        "private": sum(row["amount"] for row in finance_rows(choice) if not row["public"]),
        "worth": choice.worth * MUSD,
        "worth_low": min(futures.values()),
        "worth_high": max(futures.values()),
        "bound": (choice.nothing - choice.bound) * MUSD,
        "gap": choice.gap,
        "parts": parts_of(choice),
        "next_dollar": _next_dollar(choice),
        "loses": sum(one.weight for one in ground.futures if futures[one.name] < 0.0),
        "chosen": chosen_rows(choice, case, ground),
        "deliveries": delivery_rows(choice, case, ground),
        "opening": open_rows(ground, choice.starts, design.deadline, design.seed),
        "finance": finance_rows(choice),
        "shortage": shortage_rows(choice, case),
        "supply": supply_rows(choice, case),
        "futures": [{"future": one.name, "weight": one.weight, "worth": futures[one.name],
                     "posture": {who: [each.kind, each.first, each.last]
                                 for who, each in one.posture.items()}}
                    for one in ground.futures],
    }


def _next_dollar(choice: Choice) -> float:
    """Return what another dollar of budget would save with the chosen projects, 0 where it is left.

    Projects are whole: this says what cheaper money would save, not what more projects would.
    """
    known = [one.name for one in choice.solution.arrays.rows]
    return -float(choice.solution.dual("budget")["value"][0]) if "budget" in known else 0.0


def _design(design: PortfolioDesign, ground: Ground) -> dict[str, Any]:
    return {
        "zones": list(design.zones), "budget": dict(design.budget),
        "chains": [one.chain for one in ground.chains], "futures": design.futures,
        "seed": design.seed, "years": [design.first_year, design.last_year],
        "starts": list(ground.starts), "deadline": design.deadline,
        "least_chance": design.least_chance,
        "shift": design.shift if isfinite(design.shift) else None, "gap": design.gap,
        "wait": design.wait,
        "weights": asdict(design.weights),
        "willingness_cap": ground.cards["willingness-cap"], "gives_up": GIVES_UP,
        "kinds": _kinds(ground),
        "elasticity": sorted({value for one in ground.chains
                              for value in one.elasticity.values()}),
    }


def _kinds(ground: Ground) -> dict[str, float]:
    """Return the weight of futures without a control, with narrow licences and with a stop.

    All exporters of a future have the same kind.
    """
    found: dict[str, float] = {}
    for one in ground.futures:
        kind = next(iter(one.posture.values())).kind if one.posture else NONE
        found[kind] = found.get(kind, 0.0) + one.weight
    return found


def _project(one: Project) -> dict[str, Any]:
    return {
        "project": one.name, "row": one.row, "title": one.title, "country": one.country,
        "home": one.home, "chain": one.chain, "kind": one.kind, "status": one.status,
        "makes": products_of(one), "decided": one.decided,
        "capacity": asdict(one.capacity), "capital": asdict(one.capital),
        "share": asdict(one.share), "supposed": list(one.supposed),
    }


def _frames(content: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    told: Mapping[str, dict[str, Any]] = content["portfolios"]
    found = {
        table: [{"portfolio": name, **_flat(row)} for name, one in told.items()
                for row in one[table]]
        for table in TABLES
    }
    found |= {table: [_flat(row) for row in content[table]] for table in ROBUST if content[table]}
    return {name: pl.DataFrame(rows, infer_schema_length=None, strict=False)
            for name, rows in found.items()}


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of numbers and text: zones side by side, lists as text."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            inner = cast("Mapping[str, Any]", value)
            found |= {f"{name}_{key}": _text(each) for key, each in inner.items()}
        else:
            found[name] = _text(value)
    return found


def _text(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return " ".join(str(each) for each in cast("list[Any]", value))
