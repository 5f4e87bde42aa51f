"""Leximin over a supply graph: the worst-served share as large as links allow, then the next.

Sources hold amounts, members have claims, links say who can be served from where and how much at
most. Problem: among all flows, make the vector of shares met (award ÷ claim), sorted from the
worst, lexicographically largest (Megiddo 1974, Mathematical Programming 7, 97-107). Where every
source reaches every member without a limit this is the proportional rule.

Method: raise one share λ for all members not yet settled; the largest λ is where a cut binds, and
Newton's method on cuts finds it in a few exact maximum flows; the members that cannot rise above it
are settled there, and the rest goes on. All numbers are fractions, so there is no tolerance.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from orepact.division.claims import Awards
from orepact.errors import InputError, Problem, nearest

__all__ = ["Service", "SupplyGraph", "leximin"]

_START, _END = ("", "start"), ("", "end")
_Node = tuple[str, str]
_Arcs = dict[_Node, dict[_Node, Fraction]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyGraph:
    """Who can be served from where.

    `sources` holds the amount at each source, `links` the most that can go from a source to a
    member (None: no limit of its own). What is not linked cannot be served.
    """

    sources: Mapping[str, Fraction]
    links: Mapping[tuple[str, str], Fraction | None]


@dataclass(frozen=True, slots=True)
class Service:
    """Awards by member, and the flow on each link that gives them."""

    awards: Awards
    flows: dict[tuple[str, str], Fraction]


def leximin(claims: Mapping[str, Fraction], graph: SupplyGraph) -> Service:
    """Return the awards that are best for the worst-served member, then for the next, and so on.

    No award is above its claim. Raises `InputError` for negative numbers and for links that name
    no source or no member.
    """
    problems = _problems(claims, graph)
    if problems:
        raise InputError(problems)
    awards = {name: Fraction(0) for name in claims}
    rising = {name for name, claim in claims.items() if claim > 0}
    while rising:
        share, stuck = _highest(claims, awards, rising, graph)
        for name in rising:
            awards[name] = share * claims[name]
        rising -= stuck
    _, arcs = _flow(awards, graph)
    flows = {
        (source, member): arcs["member", member].get(("source", source), Fraction(0))
        for source, member in graph.links
    }
    return Service(awards, {link: flow for link, flow in flows.items() if flow > 0})


def _highest(
    claims: Mapping[str, Fraction], awards: Awards, rising: set[str], graph: SupplyGraph
) -> tuple[Fraction, set[str]]:
    """Return the largest share that all rising members can have, and who is stuck at it."""
    share = Fraction(1)
    while True:
        wanted = {name: share * claims[name] if name in rising else awards[name]
                  for name in claims}
        total = sum(wanted.values(), Fraction(0))
        flow, arcs = _flow(wanted, graph)
        if flow == total:
            break
        reached = _reached(arcs, _START)
        outside = {name for name in claims if ("member", name) not in reached}
        settled = sum((awards[name] for name in outside - rising), Fraction(0))
        cut = flow - sum((wanted[name] for name in claims if name not in outside), Fraction(0))
        share = (cut - settled) / sum((claims[name] for name in outside & rising), Fraction(0))
    if share == 1:
        return share, set(rising)
    return share, {name for name in rising if ("member", name) not in _reached(arcs, _START)}


def _flow(wanted: Mapping[str, Fraction], graph: SupplyGraph) -> tuple[Fraction, _Arcs]:
    """Return the largest flow that serves `wanted`, and what is left on each arc both ways."""
    arcs: _Arcs = {_START: {}, _END: {}}
    endless = sum(graph.sources.values(), Fraction(1))
    for source, amount in graph.sources.items():
        _arc(arcs, _START, ("source", source), amount)
    for name, amount in wanted.items():
        _arc(arcs, ("member", name), _END, amount)
    for (source, member), limit in graph.links.items():
        _arc(arcs, ("source", source), ("member", member), endless if limit is None else limit)
    total = Fraction(0)
    while path := _path(arcs):
        step = min(arcs[first][second] for first, second in path)
        for first, second in path:
            arcs[first][second] -= step
            arcs[second][first] += step
        total += step
    return total, arcs


def _arc(arcs: _Arcs, first: _Node, second: _Node, capacity: Fraction) -> None:
    arcs.setdefault(first, {})[second] = capacity
    _ = arcs.setdefault(second, {}).setdefault(first, Fraction(0))


def _path(arcs: _Arcs) -> list[tuple[_Node, _Node]]:
    """Return a shortest path with room from start to end, empty if there is none."""
    before: dict[_Node, _Node] = {_START: _START}
    queue = deque([_START])
    while queue and _END not in before:
        node = queue.popleft()
        for other, room in arcs[node].items():
            if room > 0 and other not in before:
                before[other] = node
                queue.append(other)
    if _END not in before:
        return []
    path: list[tuple[_Node, _Node]] = []
    node = _END
    while node != _START:
        path.append((before[node], node))
        node = before[node]
    return path[::-1]


def _reached(arcs: _Arcs, start: _Node) -> set[_Node]:
    """Return the nodes that more could flow to."""
    seen, queue = {start}, deque([start])
    while queue:
        for other, room in arcs[queue.popleft()].items():
            if room > 0 and other not in seen:
                seen.add(other)
                queue.append(other)
    return seen


def _problems(claims: Mapping[str, Fraction], graph: SupplyGraph) -> list[Problem]:
    amounts = {f"claims.{name}": claim for name, claim in claims.items()}
    amounts |= {f"sources.{name}": amount for name, amount in graph.sources.items()}
    amounts |= {f"links.{source}.{member}": limit
                for (source, member), limit in graph.links.items() if limit is not None}
    problems = [Problem("negative", field=name, found=str(value), expected="0 or more")
                for name, value in amounts.items() if value < 0]
    for source, member in graph.links:
        for name, known in ((source, graph.sources), (member, claims)):
            if name not in known:
                problems.append(Problem("a link names what does not exist",
                                        field=f"links.{source}.{member}", found=repr(name),
                                        expected="one of " + ", ".join(known),
                                        nearest=nearest(name, list(known))))
    return problems
