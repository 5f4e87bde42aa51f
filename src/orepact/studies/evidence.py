"""What a run rests on: chains and their accounts, assumptions, sources, clocks and warnings."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Any

import polars as pl

from orepact.data.bundle import TO_CONFIRM
from orepact.network.world import World
from orepact.policy import ActStatus, Register, clocks, load_branches, load_template, status
from orepact.studies.study import Study

__all__ = [
    "acts_on",
    "assumptions",
    "chain_entry",
    "clock_entries",
    "outcome_entries",
    "sources_cited",
    "warnings",
]

_LIMITING = {"export_quota", "export_tax", "export_permit", "production_quota", "supply_stop"}
"""Kinds of act that limit trade; where their effect is text only, a run says so."""

CLOCK_DAYS = 60
"""Suspensions that ended at most this many days before the date of knowledge are shown."""


def chain_entry(study: Study, world: World, register: Register, name: str) -> dict[str, Any]:
    """Return a chain's title, account quality, calibration window and the acts that cover it."""
    text, accounts = world.chains[name].text, world.accounts[name]
    return {
        "chain": name,
        "title": text.title,
        "mineral": text.mineral,
        "exporters": [text.exporter],
        "grade": accounts.grade,
        "grades": accounts.grades,
        "moved_share": accounts.moved_share,
        "coverage": accounts.coverage,
        "calibration": {
            "from": text.calibration.first,
            "to": text.calibration.last,
            "alternative_from": text.calibration.alternative_from,
            "reason": text.calibration.reason,
        },
        "covered_by": acts_on(study, world, register, name),
        "note": text.grade_cap.reason.strip() if text.grade_cap else "",
    }


def acts_on(study: Study, world: World, register: Register, chain: str) -> list[str]:
    """Return the acts that meet a material of the chain on its way out of the exporter."""
    return sorted(
        {
            one.act
            for one in _statuses(study, world, register, chain)
            if one.kind not in {"removal", "suspension"} and one.status != "ended"
        }
    )


def _statuses(study: Study, world: World, register: Register, chain: str) -> Iterator[ActStatus]:
    """Yield the status of every act on a chain's materials, to each place that it ships to."""
    exporter, entries = world.chains[chain].text.exporter, world.accounts[chain].entries
    places = sorted({*entries["region"], *entries["partner"]} - {exporter, ""})
    for item in world.chains[chain].text.materials:
        for place in places:
            yield from status(register, study.as_of, item.material, place, exporter=exporter)


def assumptions(study: Study, world: World) -> list[dict[str, Any]]:
    """Return every assumption card behind the study: of the licence template, then by chain."""
    found: list[dict[str, Any]] = [
        {
            **asdict(card),
            "card": card.id,
            "title": card.id.replace("_", " "),
            "unit": "share of base trade",
            "affects": "permits",
            "chain": "",
        }
        for card in load_template().cards
    ]
    for name, cards in (
        ("", world.cards),
        *((each, world.chains[each].cards) for each in study.chains),
    ):
        for card in cards:
            affects = card.affects if isinstance(card.affects, str) else ", ".join(card.affects)
            found.append({**asdict(card), "affects": affects, "chain": name})
    for card in found:
        _ = card.pop("id", None)
    return found


def clock_entries(study: Study, register: Register) -> list[dict[str, Any]]:
    """Return the suspensions that end from shortly before the date of knowledge on."""
    table = clocks(register, study.as_of).filter(
        (pl.col("event") == "suspension ends")
        & (pl.col("date") >= study.as_of - datetime.timedelta(days=CLOCK_DAYS))
    )
    return [
        {
            "act": row["act"],
            "title": row["title"],
            "event": row["event"],
            "date": row["date"].isoformat(),
            "days": row["days"],
            "known_as_of": row["known_as_of"],
            "status": "suspended" if row["days"] >= 0 else _ended(row["outcome"]),
            "reading": "By its text an ended suspension revives the act; what follows is a branch.",
        }
        for row in table.iter_rows(named=True)
    ]


def _ended(outcome: str) -> str:
    return "outcome unknown" if outcome == "unknown" else outcome


def outcome_entries(register: Register) -> list[dict[str, Any]]:
    """Return the recorded outcomes that the register was read with."""
    return [
        {
            "act": one.act,
            "outcome": one.outcome,
            "start": str(one.start) if one.start else None,
            "until": str(one.until) if one.until else None,
            "source": one.source,
            "known_as_of": str(one.known_as_of) if one.known_as_of else None,
        }
        for one in register.outcomes
        if not one.hypothetical
    ]


def sources_cited(study: Study, world: World) -> list[dict[str, Any]]:
    """Return the sources that a figure of the study's chains cites."""
    cited = {source for name in study.chains for source in world.chains[name].citations()}
    columns = ["source_id", "publisher", "title", "edition", "licence", "licence_status", "url"]
    return world.sources.filter(pl.col("source_id").is_in(list(cited))).select(columns).to_dicts()


def warnings(
    study: Study, world: World, register: Register, *, simulated: Collection[str] = ()
) -> list[str]:
    """Return what a reader must know before any figure: weak accounts, licences to confirm.

    `simulated` are acts whose effect is text in the register and that are simulated all the same.
    """
    found = [*_weak(study, world), *_not_modelled(study, world, register)]
    found += _not_simulated(study, world, register, simulated)
    found += _supposed(study)
    return found + _unconfirmed(study, world)


def _weak(study: Study, world: World) -> list[str]:
    found = [
        f"{world.chains[name].text.title}: account of grade C; every figure of this chain is weak."
        for name in study.chains
        if world.accounts[name].grade == "C"
    ]
    found += [
        f"{world.chains[name].text.title}: trade by partner is assumed (grade D) for "
        f"{', '.join(world.accounts[name].assumed)}; one price outside the exporter, "
        "none by region."
        for name in study.chains
        if world.accounts[name].assumed
    ]
    return found


def _unconfirmed(study: Study, world: World) -> list[str]:
    found: list[str] = []
    sources = sources_cited(study, world)
    confirm = [one for one in sources if one["licence_status"] == TO_CONFIRM]
    if confirm:
        found.append(f"{len(confirm)} cited sources have a licence to be confirmed.")
    if world.confirmed_only:
        found.append(
            f"{world.rows_to_confirm} rows of chains whose licence is to be confirmed were left "
            "out."
        )
    return found


def _not_modelled(study: Study, world: World, register: Register) -> list[str]:
    """Say which minerals of the acts whose clocks run no chain of the study models.

    A study without branches is not about the clocks.
    """
    if not study.branches:
        return []
    first = study.as_of - datetime.timedelta(days=CLOCK_DAYS)
    acts = {
        row["act"]
        for row in clocks(register, study.as_of).iter_rows(named=True)
        if row["event"] == "suspension ends" and row["date"] >= first
    }
    modelled = {
        item.material for chain in study.chains for item in world.chains[chain].text.materials
    }
    named: set[str] = set()
    for act in (register.act(name) for name in acts):
        for item in (item for clause in act.clauses for item in clause.items):
            if not modelled.intersection(item.materials):
                named.update(item.minerals)
    words = ", ".join(sorted(name.replace("_", " ") for name in named))
    if not words:
        return []
    return [f"Not in this study, though acts whose clocks run cover them: {words}."]


def _not_simulated(
    study: Study, world: World, register: Register, simulated: Collection[str]
) -> list[str]:
    """Name the acts in force on a chain whose effect the register holds as text only."""
    found: list[str] = []
    for name in study.chains:
        acts = sorted(
            {
                one.act
                for one in _statuses(study, world, register, name)
                if one.status == "in_force" and one.effect == "other" and one.kind in _LIMITING
                and one.act not in simulated
            }
        )
        if acts:
            found.append(
                f"{world.chains[name].text.title}: in force and not simulated, because the "
                f"register has no limit for it: {', '.join(acts)}. Trade flows as if it did not "
                "exist."
            )
    return found


def _supposed(study: Study) -> list[str]:
    """Name the hypothetical acts of the study's branches."""
    branches = load_branches()
    return [
        f"Branch {name} supposes acts that nobody has announced: "
        + "; ".join(f"{act.id} ({act.title})" for act in branches[name].acts)
        + "."
        for name in study.branches
        if name in branches and branches[name].acts
    ]
