"""Amounts that look as if they were in another unit: told as warnings, with what was read."""

from __future__ import annotations

from collections.abc import Iterator

from orepact.errors import Problem
from orepact.network.instruments import Instrument, StandardsTier
from orepact.network.network import Network
from orepact.policy.support.made import Support

__all__ = ["scale_warnings"]

_LEVELS = ("floor", "strike", "cost", "price", "premium_cap")
_PER_KILOGRAM, _MONTHS = 1000.0, 12.0
_LEAST, _MOST = 0.2, 5.0
"""Share of a stage's base price below or above which a level looks like another unit."""

_LEAST_PREMIUM = 0.005
"""The same for a premium, which stands on top of the price."""

_SLACK = 1.001


def scale_warnings(support: Support, network: Network) -> Iterator[Problem]:
    """Yield levels far from the stage's base price, and caps above what the processes can make."""
    price = {item.name: item.price for item in network.materials}
    capacity = {one.name: one.capacity for one in network.processes}
    capacity |= {plant.name: plant.process.capacity for plant in support.plants}
    for each in support.instruments:
        yield from _far(each, price.get(each.material, 0.0))
        named = getattr(each, "processes", ())
        most = sum(capacity.get(name, float("inf")) for name in named)
        if named and each.volume < float("inf") and each.volume > most * _SLACK:
            yield Problem(
                "a cap above what its processes can make: is it tonnes of a year?",
                field=f"instruments.{each.name}.volume",
                found=f"{each.volume:,.6g} t/month, {each.volume * _MONTHS:,.6g} t/year",
                expected=f"up to {most:,.6g} t/month; t/year only on a card whose unit says so")


def _far(each: Instrument, price: float) -> Iterator[Problem]:
    least = _LEAST_PREMIUM if isinstance(each, StandardsTier) else _LEAST
    for name in _LEVELS:
        level = getattr(each, name, 0.0)
        if price <= 0.0 or level <= 0.0 or least * price <= level <= _MOST * price:
            continue
        meant = next((level * factor for factor in (_PER_KILOGRAM, 1.0 / _PER_KILOGRAM)
                      if least * price <= level * factor <= _MOST * price), None)
        yield Problem(
            f"far from the base price of {each.material}: amounts are USD/t"
            + (f"; did you mean {meant:,.0f}?" if meant is not None else ""),
            field=f"instruments.{each.name}.{name}",
            found=f"{level:,.10g} USD/t, {level / _PER_KILOGRAM:,.6g} USD/kg",
            expected=f"about {price:,.0f} USD/t: {least:g} to {_MOST:g} times that")
