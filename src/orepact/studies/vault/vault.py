"""Run a reserve of the Vault kind over the years of its loan: members, readings, cases, figures."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import polars as pl

from orepact.errors import InputError, Problem
from orepact.indicators.support.movement import Movement, movements_of, series_of
from orepact.indicators.support.processes import PROCESSES, Process, log_paths, normals
from orepact.model.curve import Array
from orepact.network.stored_forms import StoredForms, world_forms
from orepact.network.world import World, read_world
from orepact.studies.folder import RUN_FILE
from orepact.studies.vault.basket import (
    Candidate,
    Goals,
    candidates,
    shares_of,
    shortages,
    tonnes_of,
)
from orepact.studies.vault.cash import READINGS, Followed, Plan, follow
from orepact.studies.vault.entries import (
    basket_entries,
    cash_rows,
    driver_rows,
    figure_entries,
    goal_entries,
)
from orepact.studies.vault.events import CASES, events_of, with_disruptions
from orepact.studies.vault.gaps import gap_entries
from orepact.studies.vault.terms import Terms, draws_of, read_terms

__all__ = ["FORMAT", "OURS", "Vault", "VaultDesign", "months_problems", "vault"]

FORMAT = "orepact/vault/1"
OURS = frozenset({
    RUN_FILE, "brief.html", "brief.pdf", "cash.csv", "members.csv", "members.parquet",
})
"""What a run of the study writes."""

PURE = ("emergency", "market", "demand")
MOST_MONTHS = 480
AFTER = 12
"""Months that are followed at least after the longest build-up."""



@dataclass(frozen=True, slots=True, kw_only=True)
class VaultDesign:
    """How a study is run: members, seed, months, goals, the month in which a participant goes.

    `draws` of 0 is one member at the middle values. `months` of 0 are those of the loan.
    """

    draws: int = 200
    seed: int = 1
    months: int = 0
    goals: Goals = field(default_factory=Goals)
    gone_in: int = 48

    def problems(self) -> list[Problem]:
        """Return what is wrong with the design."""
        found = [*self.goals.problems()]
        if not 0 <= self.draws <= 5000:
            found.append(Problem("out of range", field="--draws", found=str(self.draws),
                                 expected="0 to 5000"))
        if self.gone_in < 0:
            found.append(Problem("out of range", field="--gone-in", found=str(self.gone_in),
                                 expected="0 months or more"))
        return found

    def followed(self, terms: Terms) -> int:
        """Return the months that are followed."""
        return self.months or round(12 * terms.of("tenor_years").value)


@dataclass(frozen=True)
class Vault:
    """A finished study: plain data, a table of its members and the cash flows by year."""

    content: dict[str, Any]
    members: pl.DataFrame
    cash: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setup:
    """What all runs share: drawn terms, materials, their movement, seeds."""

    terms: Terms
    held: tuple[Candidate, ...]
    moves: Mapping[str, Movement]
    volatility: Array
    draws: Mapping[str, Array]
    months: int
    design: VaultDesign

    def plan(self, process: Process, goals: Goals) -> Plan:
        """Return what is followed under one process of prices and weights of goals."""
        draws, design = self.draws, self.design
        members, materials = len(draws["volatility"]), len(self.held)
        common, own = normals(members, self.months, materials, design.seed)
        volatility = self.volatility[None, :] * draws["volatility"][:, None]
        paths = log_paths(process, common, own, volatility, draws["correlation"],
                          draws["half_life_years"])
        people = len(self.terms.participants.manufacturers)
        events = events_of(draws, self.months, materials, people, design.seed + 1)
        paths = with_disruptions(paths, events, draws["emergency_price"])
        base = np.array([each.price for each in self.held])
        cost = np.array([each.storage for each in self.held])
        place = draws["storage_position"][:, None]
        storage = np.where(place < 0.5, cost[:, 0] + 2 * place * (cost[:, 1] - cost[:, 0]),
                           cost[:, 1] + (2 * place - 1) * (cost[:, 2] - cost[:, 1]))
        money = (draws["public_loan"] + draws["private_capital"]) * draws["funds_used"]
        shares = shares_of(self.held, goals, self.volatility)
        tonnes = tonnes_of(self.held, shares, money, draws["world_share"],
                           np.round(draws["build_months"]), draws["origin_rule"])
        return Plan(draws=draws, prices=base * np.exp(paths), tonnes=tonnes, storage=storage,
                    use=np.array([each.use for each in self.held]), base=base, events=events,
                    goals=goals.shares)


def months_problems(terms: Terms, design: VaultDesign) -> list[Problem]:
    """Return what is wrong with the months: build-up and the going of a participant lie in them."""
    build = terms.of("build_months").ends[1] + terms.of("purchase_months").ends[1]
    asked, least = design.followed(terms), round(build) + AFTER
    found: list[Problem] = []
    if not least <= asked <= MOST_MONTHS:
        found.append(Problem(
            "out of range", field="--months", found=str(asked),
            expected=f"{least} to {MOST_MONTHS}: building up takes up to {build:g} months"))
    elif design.gone_in >= asked:
        found.append(Problem("after the end", field="--gone-in", found=str(design.gone_in),
                             expected=f"0 to {asked - 1}, within the months that are followed"))
    return found


def vault(
    terms: Terms | None = None,
    *,
    world: World | None = None,
    design: VaultDesign | None = None,
    command: str = "",
    progress: Callable[[str], None] | None = None,
) -> Vault:
    """Run a reserve in both readings of re-buying, under both price processes and all cases.

    `terms` are the bundled ones if not given. Members of all runs share their draws, so that runs
    differ by nothing else. Raises `InputError` with everything wrong with terms and design.
    """
    begun = time.perf_counter()
    world = world or read_world()
    terms = terms or read_terms()
    design = design or VaultDesign()
    problems = [*design.problems(), *months_problems(terms, design)]
    if problems:
        raise InputError(problems)
    forms = world_forms(world.folder)
    setup = _set_up(terms, world, forms, design)
    runs: dict[tuple[str, str, str], Followed] = {}
    for process in PROCESSES:
        plan = setup.plan(process, design.goals)
        for reading in READINGS:
            for case in CASES:
                if progress is not None:
                    progress(f"{process}, {reading}, {case}")
                runs[process, reading, case] = follow(plan, reading, case, design.gone_in)
    pure = _pure_goals(setup, progress)
    members = _members(setup, runs)
    cash = cash_rows(runs, setup.months)
    missing = shortages(world, forms, terms.owner, setup.held)
    gaps = gap_entries(terms, world, setup.held, missing)
    content = _content(setup, world, runs, pure, members, cash, gaps)
    content |= {"command": command, "seconds": round(time.perf_counter() - begun, 2)}
    return Vault(content, members, cash)


def _set_up(terms: Terms, world: World, forms: StoredForms, design: VaultDesign) -> _Setup:
    held = candidates(world, forms, terms.owner)
    names = [series_of(world.bundle, each.material, each.mineral) for each in held]
    moves = movements_of(world.bundle, names)
    return _Setup(
        terms=terms, held=held, moves=moves,
        volatility=np.array([moves[name].volatility for name in names]),
        draws=draws_of(terms, design.draws, design.seed),
        months=design.followed(terms), design=design,
    )


def _pure_goals(
    setup: _Setup, progress: Callable[[str], None] | None
) -> dict[str, dict[str, Followed]]:
    """Run each goal alone, and the chosen weights, in both readings without reversion of prices."""
    found: dict[str, dict[str, Followed]] = {}
    for name in PURE:
        if progress is not None:
            progress(f"goal {name} alone")
        weights = {each: float(each == name) for each in PURE}
        plan = setup.plan("reverting", Goals(**weights))
        found[name] = {reading: follow(plan, reading, "as-drawn", 0) for reading in READINGS}
    return found


def _members(setup: _Setup, runs: Mapping[tuple[str, str, str], Followed]) -> pl.DataFrame:
    count = len(setup.draws["volatility"])
    parts = [
        pl.DataFrame({
            "process": [process] * count, "reading": [reading] * count, "case": [case] * count,
            "member": np.arange(count),
            **{name: np.where(np.isfinite(values), values, np.nan)
               for name, values in run.figures.items()},
            **{f"term_{name}": values for name, values in setup.draws.items()},
        })
        for (process, reading, case), run in runs.items()
    ]
    return pl.concat(parts)


def _content(
    setup: _Setup, world: World, runs: Mapping[tuple[str, str, str], Followed],
    pure: Mapping[str, Mapping[str, Followed]], members: pl.DataFrame, cash: pl.DataFrame,
    gaps: list[dict[str, str]],
) -> dict[str, Any]:
    terms, design = setup.terms, setup.design
    cited = _cited(world, terms)
    inputs = {"terms": _terms_data(terms), "design": _design_data(setup),
              "dataset": world.dataset.hash}
    plan = setup.plan("reverting", design.goals)
    content: dict[str, Any] = {
        "format": FORMAT, "schema_version": 1, "vault": terms.vault, "title": terms.title,
        "as_of": terms.as_of.isoformat(), "owner": terms.owner, "note": terms.note.strip(),
        "months": setup.months, "design": _design_data(setup),
        "dataset": {"name": world.dataset.name, "version": world.dataset.version,
                    "hash": world.dataset.hash},
        "participants": asdict(terms.participants),
        "terms": _terms_data(terms),
        "facts": cited,
        "prices": [
            {"mineral": name, "volatility": each.volatility, "own": each.own,
             "changes": each.changes} for name, each in setup.moves.items()
        ],
        "basket": basket_entries(setup.held, plan, runs, terms.of("buffer_days")),
        "figures": figure_entries(runs),
        "goals": goal_entries(pure, runs),
        "drivers": driver_rows(members, terms),
        "cash": cash.to_dicts(),
        "balance": {
            "tonnes": max(float(np.abs(run.balance).max()) for run in runs.values()),
            "dollars": max(float(np.abs(run.money_gap).max()) for run in runs.values()),
        },
        "gaps": gaps,
        "input_hash": _hash(inputs),
    }
    content["result_hash"] = _hash(content)
    return content


def _cited(world: World, terms: Terms) -> list[dict[str, Any]]:
    """Return the facts that the terms rest on as the dataset states them, with addresses."""
    table = world.bundle.table("facts")
    sources = {row["source_id"]: row["url"] for row in world.sources.iter_rows(named=True)}
    rows = {row["fact"]: row for row in table.iter_rows(named=True)}
    missing = [fact for fact in terms.cited if fact not in rows]
    if missing:
        raise InputError([
            Problem("unknown fact", field="facts", found=fact,
                    expected="a fact of the dataset's table facts") for fact in missing
        ])
    return [
        {"fact": fact, "subject": rows[fact]["subject"], "statement": rows[fact]["statement"],
         "date": rows[fact]["date_text"], "confidence": rows[fact]["confidence"],
         "sources": [{"source": one, "url": sources.get(one, "")}
                     for one in str(rows[fact]["source"]).split("|") if one]}
        for fact in terms.cited
    ]


def _terms_data(terms: Terms) -> list[dict[str, Any]]:
    return [
        {"term": each.term, "title": each.title, "unit": each.unit, "value": each.value,
         "low": each.ends[0], "high": each.ends[1], "draw": each.draw,
         "published": each.published, "facts": list(each.facts), "reason": each.reason}
        for each in terms.terms
    ]


def _design_data(setup: _Setup) -> dict[str, Any]:
    design = setup.design
    return {"draws": design.draws, "seed": design.seed, "months": setup.months,
            "gone_in": design.gone_in, "goals": design.goals.shares,
            "members": len(setup.draws["volatility"])}


def _hash(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
