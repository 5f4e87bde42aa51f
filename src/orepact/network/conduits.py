"""Routes for trade that evades a control: through a third region, or undeclared.

They carry nothing until the policy layer says that trade is blocked, so a network with them stands
at the same base as one without.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orepact.errors import InputError, Problem
from orepact.network.behaviour import Behaviour
from orepact.network.components import Route
from orepact.network.network import Network
from orepact.network.regions import meant_by

__all__ = ["Conduit", "conduit_of", "conduits_of", "with_conduits", "with_evasion"]

_VIA = ":via-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduit:
    """Who sells to whom through whom; `to` may be a bloc. No materials means all of the network."""

    exporter: str
    through: str
    to: str
    materials: tuple[str, ...] = ()


def with_conduits(network: Network, conduits: Iterable[Conduit]) -> Network:
    """Return a network in which base trade can also go through third regions.

    Each trade of an exporter with a buyer gets a route of kind ``conduit`` with its capacity and
    lag, one per third region. Its share and premium are told when the network is simulated
    (`orepact.result.conditions`). Raises `InputError` for trade that the base does not have.
    """
    added = {route.name: route for route in network.routes}
    problems: list[Problem] = []
    for conduit in conduits:
        own = _traded(network, conduit)
        if not own:
            problems.append(_no_trade(conduit))
        for route in own:
            via = _through(route, conduit.through)
            _ = added.setdefault(via.name, via)
    if problems:
        raise InputError(problems)
    return network.including(*list(added.values())[len(network.routes) :])


def with_evasion(network: Network, exporters: Sequence[str], behaviour: Behaviour) -> Network:
    """Return a network in which declared trade of further exporters can evade a control too.

    It leaks as that of the chain's own exporter does, at the parameter set's premium.
    """
    prices = {material.name: material.price for material in network.materials}
    known = {route.name for route in network.routes}
    added = [
        Route(
            name=f"{route.name}:undeclared",
            material=route.material,
            exporter=route.exporter,
            importer=route.importer,
            capacity=route.base,
            cost=behaviour.leakage_premium * prices[route.material],
            qualification=route.qualification,
            lag=route.lag,
            kind="undeclared",
            source="card:leakage",
        )
        for route in network.routes
        if route.kind == "declared" and route.exporter in exporters and route.base > 0.0
    ]
    return network.including(*(route for route in added if route.name not in known))


def conduit_of(route: Route) -> str:
    """Return the region that a route of kind ``conduit`` goes through, else nothing."""
    return route.name.rpartition(_VIA)[2] if route.kind == "conduit" else ""


def conduits_of(network: Network, conduit: Conduit) -> list[int]:
    """Return the numbers of the routes of kind ``conduit`` that a conduit stands for."""
    names = {_through(route, conduit.through).name for route in _traded(network, conduit)}
    return [number for number, route in enumerate(network.routes) if route.name in names]


def _through(route: Route, region: str) -> Route:
    return Route(
        name=f"{route.material}:{route.exporter}>{route.importer}{_VIA}{region}",
        material=route.material,
        exporter=route.exporter,
        importer=route.importer,
        capacity=route.base,
        lag=route.lag,
        kind="conduit",
        source="scenario",
    )


def _traded(network: Network, conduit: Conduit) -> list[Route]:
    """Return the exporter's base trade with the buyer; a bloc that is no node means its members."""
    exporters = meant_by(network.regions, conduit.exporter)
    importers = meant_by(network.regions, conduit.to)
    return [
        route
        for route in network.routes
        if route.exporter in exporters
        and route.importer in importers
        and route.kind in ("declared", "controlled")
        and route.base > 0.0
        and (not conduit.materials or route.material in conduit.materials)
        and conduit.through not in (route.exporter, route.importer)
    ]


def _no_trade(conduit: Conduit) -> Problem:
    return Problem(
        "no base trade that could take the conduit",
        field="conduits",
        found=f"{conduit.exporter} to {conduit.to}: {', '.join(conduit.materials) or 'any'}",
        expected="an exporter, a buyer and a material that trade in the base",
    )
