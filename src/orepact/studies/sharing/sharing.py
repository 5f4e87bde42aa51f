"""Share one form of a mineral, or every form of a chain, in an emergency.

The oil agreement runs per form, since forms do not stand in for each other; commitments to hold
reserves of minerals are assumptions. A band over base windows, or over the members of a scenario,
says how much hangs on the account and on what happens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orepact.division.emergency import DAYS
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.network.components import Material, Reserve
from orepact.network.stored_forms import StoredForms, world_forms
from orepact.network.world import World, read_world
from orepact.policy import Register, load_register
from orepact.policy.scenario.examine import checked_scenario
from orepact.policy.scenario.view import world_view
from orepact.studies.ensemble.runner import Progress
from orepact.studies.reserve.holdings import read_holdings
from orepact.studies.sharing.as_data import sharing_data
from orepact.studies.sharing.cards import read_needs, read_transit
from orepact.studies.sharing.cases import Case, loss_cases
from orepact.studies.sharing.evaluate import Frame, Shared, evaluate
from orepact.studies.sharing.losses import Loss, read_losses
from orepact.studies.sharing.rivals import known_rules
from orepact.studies.sharing.simulated import BASES, simulated_cases
from orepact.studies.stress.design import Design

__all__ = ["MONTHS", "MOST_MONTHS", "Sharing", "share"]

MONTHS = 12
"""Months of the emergency, if nothing else is said."""

MOST_MONTHS = 60
"""Most months that can be asked for."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a group shares: `content` is what ``--json`` prints, one entry per form in ``forms``."""

    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was found of the names that were asked for."""

    chain: str
    materials: tuple[Material, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told of the emergency; `days` of net imports are committed, None: what is held."""

    losses: tuple[Loss, ...]
    scenario: str
    days: int | None
    months: int
    base: str
    rules: tuple[str, ...]


def share(
    name: str,
    members: Sequence[str],
    *,
    loss: Sequence[str | float] = (),
    scenario: str | Path = "",
    days: int | None = None,
    holdings: Path | None = None,
    rules: Sequence[str] = (),
    months: int = MONTHS,
    base: str = BASES[0],
    design: Design | None = None,
    world: World | None = None,
    register: Register | None = None,
    progress: Progress | None = None,
) -> Sharing:
    """Return how members share the forms of a chain, of a mineral, or one form.

    `loss` tells what exporters ship less (0.3, "CHN=0.8", "CHN>JPN=1"), or `scenario` names one to
    simulate over `design` (default: five parameter sets, middle values of the uncertain numbers).
    Commitments are `days` of net imports, 90 if not given; with `holdings` and without `days` they
    are what is held. `rules` are those of `orepact.studies.sharing.rivals.RIVALS`, all if none is
    named. `base` is the base period of a scenario: the account's window, or the ``recent`` four
    quarters as replayed (Article 18). Flows are t/month, stocks t. Raises `InputError` with every
    problem: unknown names, shares beyond 1, a commitment above the reserve.
    """
    world = world or read_world()
    problems = [*known_rules(rules), *_numbers(days, months), *_base(base)]
    problems += _one_way(loss, scenario)
    losses = attempt(problems, read_losses, [str(each) for each in loss]) or ()
    asked = attempt(problems, _asked, world, name)
    planned = design or Design(draws=0, windows=False)
    problems += _two(members)
    problems += planned.problems(len(world.ensemble)) if scenario else []
    register = register or load_register()
    opened = (attempt(problems, checked_scenario, scenario, world_view(world, register))
              if scenario and not loss else None)
    if asked is not None and opened is not None and asked.chain not in opened.chains:
        problems.append(Problem("the scenario does not touch this chain", field="--scenario",
                                found=str(scenario), expected=f"a scenario of {asked.chain}"))
    forms = attempt(problems, world_forms, world.folder)
    network = world.network(asked.chain) if asked else None
    held = (attempt(problems, read_holdings, holdings, network, forms)
            if holdings is not None and network is not None and forms is not None else None)
    if problems or asked is None or forms is None:
        raise InputError(problems)
    committed = days if days is not None or held is not None else DAYS
    told = _Told(losses, opened.scenario if opened else "", committed, months,
                 base, tuple(rules))
    if opened is not None:
        names = [item.name for item in asked.materials]
        cases = simulated_cases(world, register, opened, asked.chain, names, members,
                                design=planned, months=months, base=base, progress=progress)
    else:
        cases = {item.name: loss_cases(world, asked.chain, item.name, members, losses)
                 for item in asked.materials}
    frames = _frames(world, asked, forms, held, told, members)
    return Sharing(_content(world, asked, frames, cases, told, held or ()))


def _frames(
    world: World, asked: _Asked, forms: StoredForms, held: tuple[Reserve, ...] | None,
    told: _Told, members: Sequence[str],
) -> dict[str, Frame]:
    needs, transit = read_needs(world.folder), read_transit(world.folder)
    network, chain = world.network(asked.chain), world.chains[asked.chain]
    moved = {str(name): float(share)
             for name, share in world.accounts[asked.chain].moved.iter_rows()}
    return {
        item.name: Frame(
            network=network, chain=chain, material=item.name, needs=needs, transit=transit,
            forms=forms.forms, days=told.days, months=told.months, rules=told.rules,
            moved=moved.get(item.name, 0.0),
            held=None if held is None else _held(held, item.name, members),
        )
        for item in asked.materials
    }


def _held(reserves: Sequence[Reserve], material: str, members: Sequence[str]) -> dict[str, float]:
    """Return reserves of a form by the member that owns them (t)."""
    return {
        member: sum(each.held for each in reserves
                    if each.material == material and member in {each.owner, each.region})
        for member in members
    }


def _content(
    world: World, asked: _Asked, frames: Mapping[str, Frame], cases: Mapping[str, Sequence[Case]],
    told: _Told, held: Sequence[Reserve],
) -> dict[str, Any]:
    entries: list[dict[str, Any]] = []
    unused: list[str] = []
    undefined: list[str] = []
    problems: list[Problem] = []
    for item in asked.materials:
        used = [case for case in cases[item.name] if any(one.use > 0 for one in case.accounts)]
        if not used:
            unused.append(item.name)
            continue
        shared = attempt(problems, _evaluated, frames[item.name], used)
        if shared is None:
            undefined.append(item.name)
            continue
        entries.append(sharing_data(item, frames[item.name], shared, held,
                                    simulated=bool(told.scenario)))
    if not entries and problems:
        raise InputError(problems)
    if not entries:
        raise InputError([Problem("no member uses this form", field="material",
                                  found=", ".join(unused), expected="a form that members use")])
    return {
        "format": "orepact/sharing/1", "schema_version": 1,
        "chain": asked.chain,
        "dataset": {"name": world.dataset.name, "version": world.dataset.version,
                    "hash": world.dataset.hash},
        "months": told.months,
        "base": told.base,
        "losses": [{"exporter": each.exporter, "importer": each.importer, "share": each.share,
                    "low": each.low, "high": each.high}
                   for each in told.losses],
        "scenario": told.scenario,
        "forms": entries,
        "cards": _cards(frames, told),
        "unused": unused,
        "undefined": undefined,
    }


def _cards(frames: Mapping[str, Frame], told: _Told) -> list[dict[str, Any]]:
    """Return the assumption cards that the figures stand on."""
    frame = next(iter(frames.values()))
    chain = frame.chain.text
    used = [frame.needs.essential(chain.chain, use.use) for use in chain.uses]
    cards = {card.card: card for card in (*used, frame.needs.defence,
                                          *frame.transit.cards.values())}
    found = [asdict(card) for card in cards.values()]
    for each in found:
        each["affects"] = [each["affects"]] if isinstance(each["affects"], str) else list(
            each["affects"])
    if told.days is not None:
        found.append({
            "card": "commitment-days", "title": "Commitment of every member",
            "value": told.days, "low": 0, "high": 120, "unit": "days of net imports",
            "reason": "no agreement asks for reserves of minerals; the oil agreement asked for 60, "
                      "then 90 days",
            "evidence": "Agreement on an International Energy Program, Article 2",
            "affects": ["how long drawdown lasts"],
        })
    return found


def _evaluated(frame: Frame, cases: Sequence[Case]) -> list[Shared]:
    """Return a form's cases worked out; raises `InputError` for what cannot be divided."""
    return [evaluate(frame, case) for case in cases]


def _asked(world: World, name: str) -> _Asked:
    """Return the forms that a name means: one, those of a mineral, or those of a chain."""
    for chain, text in world.chains.items():
        forms = {item.material for item in text.text.materials}
        if name in forms:
            return _found(world, chain, {name})
        if name == chain:
            return _found(world, chain, forms)
    for chain in world.chains:
        minerals = {item.name for item in world.network(chain).materials if item.mineral == name}
        if minerals:
            return _found(world, chain, minerals)
    names = [*world.chains,
             *(item.material for text in world.chains.values() for item in text.text.materials)]
    raise InputError([Problem("unknown form", field="material", found=repr(name),
                              expected="a form, such as magnet-heavy, or a chain: "
                              + ", ".join(world.chains), nearest=nearest(name, names))])


def _found(world: World, chain: str, names: set[str]) -> _Asked:
    materials = world.network(chain).materials
    return _Asked(chain, tuple(item for item in materials if item.name in names))


def _one_way(loss: Sequence[str | float], scenario: str | Path) -> list[Problem]:
    if bool(loss) != bool(scenario):
        return []
    return [Problem("tell what is lost in one way", field="--loss",
                    found="both" if scenario else "nothing", expected="--loss or --scenario")]


def _two(members: Sequence[str]) -> list[Problem]:
    if len(members) != 1:
        return []
    return [Problem("a group of one has nobody to share with", field="--members",
                    found=members[0], expected="two places or more, such as EU27,USA,JPN")]


def _base(base: str) -> list[Problem]:
    if base in BASES:
        return []
    return [Problem("unknown base period", field="--base", found=repr(base),
                    expected=" or ".join(BASES), nearest=nearest(base, BASES))]


def _numbers(days: int | None, months: int) -> list[Problem]:
    problems: list[Problem] = []
    if days is not None and not 0 <= days <= 3650:
        problems.append(Problem("out of range", field="--days", found=str(days),
                                expected="days of net imports, 0 to 3650"))
    if not 1 <= months <= MOST_MONTHS:
        problems.append(Problem("out of range", field="--months", found=str(months),
                                expected=f"1 to {MOST_MONTHS}"))
    return problems
