r"""What an instrument pays at a price: contracts, collars, gap subsidies, border charges.

Per tonne, with strike $K$, index $S$ and share of the upside $u$:

$$\text{contract} = (K - S)^+ - u\,a\,(S - K)^+, \qquad
\text{collar} = (K_\text{low} - S)^+ - (S - K_\text{high})^+, \qquad
\text{gap} = g\,(C - S)^+, \qquad
\text{charge} = (F - p - c)^+$$

| symbol | meaning (unit) |
|---|---|
| $S$ | index on the basis that the contract names (USD/t) |
| $u, a$ | share of the upside paid back; 1 once sharing has begun, 0 before |
| $g, C$ | share of the gap that is paid; cost level (USD/t) |
| $F, p, c$ | floor; the exporter's price; the route's cost (USD/t) |

Positive is paid to the producer (or charged on the importer), negative is paid back. Only tonnes up
to the volume cap count. A contract with $u = 1$ is a swap: the two together are $K - S$.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orepact.errors import InputError, Problem
from orepact.network.instruments import ContractForDifference, IndexBasis

__all__ = [
    "Settlement",
    "border_charge",
    "collar_payment",
    "contract_payment",
    "gap_payment",
    "paid_tonnes",
    "quoted",
    "settle_contract",
]

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a contract settles, all in USD and of one shape.

    `to_producer` and `to_public` are never negative and never both above zero; `net` is what the
    public pays in all.
    """

    to_producer: Floats
    to_public: Floats

    @property
    def net(self) -> Floats:
        """What the public pays, negative where it receives (USD)."""
        return self.to_producer - self.to_public


def quoted(price: ArrayLike, basis: IndexBasis, vat: ArrayLike) -> Floats:
    """Return a price without tax as an index on a basis quotes it (USD/t).

    An index that contains tax stands higher by its rate, so a contract on it pays less.
    """
    given = np.asarray(price, dtype=np.float64)
    return given * (1.0 + np.asarray(vat)) if basis == "including VAT" else given


def contract_payment(
    price: ArrayLike, strike: ArrayLike, upside: ArrayLike = 0.0, *, shared: ArrayLike = True
) -> Floats:
    """Return what a contract pays per tonne at an index (USD/t), negative = paid back.

    `upside` is the share above the strike that is paid back: 0 one-way, 1 two-way; `shared` says
    where sharing has begun. Raises `InputError` for a share outside 0 to 1.
    """
    share = np.asarray(upside, dtype=np.float64)
    if not np.all((share >= 0.0) & (share <= 1.0)):
        raise InputError([Problem("a share outside 0 to 1", field="upside", found=f"{upside}",
                                  expected="0 to 1")])
    index, held = np.asarray(price, dtype=np.float64), np.asarray(strike, dtype=np.float64)
    below, above = np.maximum(held - index, 0.0), np.maximum(index - held, 0.0)
    return below - share * np.where(np.asarray(shared, dtype=bool), above, 0.0)


def collar_payment(price: ArrayLike, floor: float, cap: float) -> Floats:
    """Return what a collar pays per tonne (USD/t): below its floor, back above its cap.

    Raises `InputError` when the cap lies below the floor.
    """
    if cap < floor:
        raise InputError([Problem("the cap lies below the floor", field="cap", found=f"{cap:g}",
                                  expected=f"{floor:g} or more")])
    index = np.asarray(price, dtype=np.float64)
    return np.maximum(floor - index, 0.0) - np.maximum(index - cap, 0.0)


def gap_payment(price: ArrayLike, cost: ArrayLike, share: ArrayLike = 1.0) -> Floats:
    """Return what a gap subsidy pays per tonne at an index (USD/t); never negative."""
    gap = np.asarray(cost, dtype=np.float64) - np.asarray(price, dtype=np.float64)
    return np.asarray(share, dtype=np.float64) * np.maximum(gap, 0.0)


def border_charge(price: ArrayLike, route_cost: ArrayLike, floor: float) -> Floats:
    """Return the charge on a route (USD/t): what landed price lacks of the floor."""
    landed = np.asarray(price, dtype=np.float64) + np.asarray(route_cost, dtype=np.float64)
    return np.maximum(floor - landed, 0.0)


def paid_tonnes(tonnes: ArrayLike, volume: ArrayLike) -> Floats:
    """Return the tonnes that count under a cap (t); raises `InputError` for negative ones."""
    given = np.asarray(tonnes, dtype=np.float64)
    if np.any(given < 0.0):
        raise InputError([Problem("negative tonnes", found=f"{given.min():g} t", expected="0 t or "
                                  "more")])
    return np.minimum(given, volume)


def settle_contract(
    contract: ContractForDifference, price: ArrayLike, tonnes: ArrayLike, *, full: ArrayLike = False
) -> Settlement:
    """Settle months of a contract: prices without tax (USD/t) and tonnes sold in each (t).

    `full` says where full production is reached; it matters for a contract that shares the upside
    only then. Raises `InputError` for negative tonnes or prices.
    """
    given = np.asarray(price, dtype=np.float64)
    if np.any(given < 0.0):
        raise InputError([Problem("a negative price", found=f"{given.min():g} USD/t",
                                  expected="0 USD/t or more")])
    index = quoted(given, contract.index_basis, contract.vat)
    shared = np.logical_or(contract.upside_when == "always", np.asarray(full, dtype=bool))
    per_tonne = contract_payment(index, contract.strike, contract.upside, shared=shared)
    money = per_tonne * paid_tonnes(tonnes, contract.volume)
    return Settlement(np.maximum(money, 0.0), np.maximum(-money, 0.0))
