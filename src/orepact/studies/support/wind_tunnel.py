"""The wind tunnel: every support against every answer of the dominant exporter, side by side."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, cast

import numpy as np
import polars as pl
from scipy.stats import qmc

from orepact.errors import InputError, Problem, SolveError
from orepact.network.behaviour import Behaviour, representative
from orepact.network.chains.text import Card
from orepact.network.world import World, read_world
from orepact.policy import Register, load_register, load_template
from orepact.policy.scenario.reading import write_scenario
from orepact.policy.scenario.text import Scenario
from orepact.policy.support.made import Support
from orepact.studies.ensemble.hashing import input_hash, result_hash
from orepact.studies.ensemble.runner import Progress, run_tasks
from orepact.studies.folder import RUN_FILE
from orepact.studies.run import BALANCE_TOLERANCE
from orepact.studies.support.entries import (
    cost_table,
    end_entries,
    entries_of,
    quiet_entries,
)
from orepact.studies.support.kept import YEAR
from orepact.studies.support.lineup import NONE, Lineup, lineup_of
from orepact.studies.support.member import COST, Shared, Task, simulate_answer
from orepact.studies.support.price_paths import spread_of

__all__ = ["FORMAT", "OURS", "TunnelDesign", "WindTunnel", "wind_tunnel"]

FORMAT = "orepact/wind-tunnel/1"

OURS = frozenset({RUN_FILE, "brief.html", "brief.pdf", "months.parquet", "months.csv",
                  "costs.parquet", "costs.csv"})
"""What lies in the folder of a run."""

DECIDES = "tunnel-qualification"
"""The card of the wind tunnel whose ends are run besides, as are those of the plants' cash cost."""

DIGITS = 9
"""Decimals of a quantile: what lies beyond may differ from one processor to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelDesign:
    """How many members and price paths.

    `sets` parameter sets, the central one at the middle of all ranges and others that stand for the
    ensemble, each with one draw of the ranges; `paths` price paths of each process round the
    settled path of each member.
    """

    sets: int = 4
    paths: int = 200
    seed: int = 1

    def problems(self, most: int) -> list[Problem]:
        """Return what is wrong with the design; the ensemble has `most` parameter sets."""
        bounds = (("sets", self.sets, 1, most), ("paths", self.paths, 10, 100_000),
                  ("seed", self.seed, 0, 2**32 - 1))
        return [
            Problem("out of range", field=f"--{name}", found=f"{value:g}",
                    expected=f"from {low:g} to {high:g}")
            for name, value, low, high in bounds if not low <= value <= high
        ]


@dataclass(frozen=True, slots=True)
class WindTunnel:
    """A finished run: `content` is what ``run.json`` holds.

    `frames` has `months` (what every member says of every month) and `costs` (public cost by year:
    mean, 5th and 95th percentile).
    """

    content: dict[str, Any]
    frames: dict[str, pl.DataFrame]


def wind_tunnel(
    chain: str,
    supports: Sequence[Support | str | Path] = (),
    answers: Sequence[Scenario | str | Path] = (),
    *,
    world: World | None = None,
    register: Register | None = None,
    design: TunnelDesign | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    command: str = "",
) -> WindTunnel:
    """Run supports side by side in one market under each answer of its dominant exporter.

    `supports` and `answers` are files, names of those that ship, or what was read; none means those
    that ship for the chain. No instrument and no answer are run besides. Money is USD a year,
    prices are transaction prices in USD/t. Raises `InputError` for what cannot be compared, before
    anything is solved, and `SolveError` when a window is not proven optimal.
    """
    world, register = world or read_world(), register or load_register()
    design = design or TunnelDesign()
    problems = design.problems(len(world.ensemble))
    lineup: Lineup | None = None
    try:
        lineup = lineup_of(chain, supports, answers, world=world, register=register)
    except InputError as error:
        problems += error.problems
    if problems or lineup is None:
        raise InputError(problems)
    shared = _shared(lineup, world, design)
    sets = representative(world.ensemble, design.sets - 1)[: design.sets]
    tasks = _tasks(lineup, sets, design)
    began = time.perf_counter()
    table = run_tasks(simulate_answer, shared, tasks, dataset=world.folder, workers=workers,
                      progress=progress)
    seconds = time.perf_counter() - began
    _require_balance(table)
    inputs = _inputs(lineup, world, design)
    content = {
        **_heading(lineup, world, shared, command),
        "input_hash": input_hash(inputs),
        "result_hash": result_hash(table.drop("windows", "fallbacks", "residual", "rounds")),
        "design": {**asdict(design), "parameter_sets": [one.rank for one in sets],
                   "drawn": list(lineup.uncertain), "tasks": len(tasks)},
        "seconds": seconds,
        "windows": _windows(table),
        "without": quiet_entries(table, lineup),
        "results": entries_of(table, lineup),
        "ends": end_entries(table, lineup, {
            name: (card.card, getattr(card, name.rpartition("/")[2]))
            for name, card in _ends(lineup).items()}),
    }
    months = table.filter((pl.col("subject") != COST) & (pl.col("end") == "")).drop("key", "end")
    return WindTunnel(content, {"months": months, "costs": cost_table(table)})


def _shared(lineup: Lineup, world: World, design: TunnelDesign) -> Shared:
    network = world.network(lineup.chain)
    stage = next(item for item in network.materials if item.name == lineup.materials[0])
    spread = spread_of(world.bundle, stage, paths=design.paths, seed=design.seed)
    return Shared(world, lineup, load_template(), spread)


def _tasks(lineup: Lineup, sets: Sequence[Behaviour], design: TunnelDesign) -> list[Task]:
    """Return a task per answer and set; the central set stands at the middle of every range."""
    names = lineup.uncertain
    points = np.zeros((0, len(names)))
    if len(sets) > 1 and names:
        sampler = qmc.LatinHypercube(len(names), rng=np.random.default_rng(design.seed))
        points = sampler.random(len(sets) - 1)
    draws: list[tuple[tuple[str, float], ...]] = [()]
    draws += [tuple(zip(names, (round(float(one), DIGITS) for one in row), strict=True))
              for row in points]
    draws += [()] * (len(sets) - len(draws))
    ends = [Task(NONE, sets[0], ((_quantile_name(card), float(end.endswith("high"))),), end)
            for end, card in _ends(lineup).items()]
    return [Task(answer, one, own) for answer in lineup.answers
            for one, own in zip(sets, draws, strict=True)] + ends


def _ends(lineup: Lineup) -> dict[str, Card]:
    """Return the cards whose ends are tried one by one, by the name of the end."""
    cards = [each for each in lineup.cards if each.card == DECIDES]
    plants = {card.card: card for one in lineup.supports.values() for card in one.cards}
    cards += [plants[name] for name in lineup.cost_cards]
    return {f"{card.card}/{end}": card for card in cards for end in ("low", "high")}


def _quantile_name(card: Card) -> str:
    return f"{'tunnel' if card.card == DECIDES else 'plants'}/{card.card}"


def _inputs(lineup: Lineup, world: World, design: TunnelDesign) -> dict[str, object]:
    """Return what the run is made of: the same everywhere for the same seed and dataset."""
    return {
        "chain": lineup.chain,
        "supports": {name: repr((one.instruments, one.plants))
                     for name, one in lineup.supports.items()},
        "answers": {name: write_scenario(one) for name, one in lineup.answers.items()
                    if name != NONE},
        "dataset": world.dataset.hash,
        "design": asdict(design),
    }


def _heading(lineup: Lineup, world: World, shared: Shared, command: str) -> dict[str, Any]:
    chain = world.chains[lineup.chain]
    titles = {item.name: item.title for item in world.network(lineup.chain).materials}
    return {
        "format": FORMAT,
        "chain": lineup.chain,
        "title": chain.text.title,
        "exporter": chain.text.exporter,
        "zone": list(lineup.zone),
        "stages": [{"material": name, "title": titles[name],
                    "base_price": _base_price(world, lineup.chain, name), "unit": "USD/t"}
                   for name in lineup.materials],
        "materials": titles,
        "first_month": f"{lineup.first:%Y-%m}",
        "months": lineup.months,
        "supports": [_support_entry(one) for one in lineup.supports.values()],
        "answers": [_answer_entry(name, one) for name, one in lineup.answers.items()],
        "plants": [{"plant": name, "title": lineup.titles[name], "reached": name in lineup.reached}
                   for name in lineup.plants],
        "cost_cards": list(lineup.cost_cards),
        "cards": _cards(lineup),
        "spread": asdict(shared.spread),
        "dataset": {"name": world.dataset.name, "version": world.dataset.version,
                    "hash": world.dataset.hash},
        "code_version": metadata.version("orepact"),
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": command or f"orepact support wind-tunnel {lineup.chain}",
    }


def _base_price(world: World, chain: str, name: str) -> float:
    return next(item.price for item in world.network(chain).materials if item.name == name)


def _support_entry(support: Support) -> dict[str, Any]:
    return {
        "support": support.name, "title": support.title, "text": support.text.strip(),
        "cap": _cap(support), "cap_unit": "t/year",
        "instruments": [
            {"instrument": text.id, "kind": getattr(text, "kind", ""), "material": text.material,
             "zone": list(text.zone), "first": text.first, "last": text.last,
             "reason": text.reason.strip()}
            for text in support.instrument_texts
        ],
    }


def _cap(support: Support) -> float | None:
    """Return how much a support pays for at most (t/year), None where it names no cap."""
    volumes = [one.volume for one in support.instruments]
    whole = YEAR * sum(volumes)
    return whole if np.isfinite(whole) else None


def _answer_entry(name: str, scenario: Scenario) -> dict[str, Any]:
    if name == NONE:
        return {"answer": NONE, "title": "", "text": "", "reason": "", "branch": scenario.branch}
    return {"answer": name, "title": scenario.title, "text": scenario.text.strip(),
            "reason": scenario.reason.strip(), "branch": scenario.branch}


def _cards(lineup: Lineup) -> list[dict[str, Any]]:
    cards = {card.card: card for one in lineup.supports.values() for card in one.cards}
    cards |= {card.card: card for card in lineup.cards}
    drawn = set(lineup.uncertain)
    return [
        {"card": card.card, "title": card.title, "value": card.value, "low": card.low,
         "high": card.high, "unit": card.unit, "reason": card.reason, "evidence": card.evidence,
         "drawn": bool({f"plants/{card.card}", f"tunnel/{card.card}"} & drawn)}
        for card in cards.values()
    ]


def _windows(table: pl.DataFrame) -> dict[str, int]:
    paths = table.unique(["key", "support"])
    return {"solved": int(paths["windows"].sum()), "second_solver": int(paths["fallbacks"].sum())}


def _require_balance(table: pl.DataFrame) -> None:
    worst = cast("float", table["residual"].max())
    if worst > BALANCE_TOLERANCE:
        message = (
            f"a mass balance does not close: {worst:.1e} of the stage's tonnage, "
            f"at most {BALANCE_TOLERANCE:g} is allowed"
        )
        raise SolveError(message)
