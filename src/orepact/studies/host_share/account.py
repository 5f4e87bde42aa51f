r"""The account of one tonne of the last product with the first `k` steps at home: numbers alone.

With $V_j$ the value at base prices of the product of step j that a tonne of the last product takes,
$v_j$ the value that step j adds (outputs less inputs, as in the calibrated account) and $\varphi$
the price level,

$$C = \sum_{j \le k} c_j\,v_j\,(1 + h_j),\qquad D = \sum_{j \le k} d_j\,v_j,\qquad
\pi = \varphi V_k - \varphi B_k - C - D - \rho_k \varphi V_{b(k)} - \delta_k \varphi V_k$$

$$\text{state} = \rho_k \varphi V_{b(k)} + \delta_k \varphi V_k + \tau \pi^+
  + e\,(1-\tau)\,\pi^+,\qquad \text{host} = \text{state} + \sum_{j \le k} l_j\,C_j$$

| symbol | meaning (unit) | role in the file |
|---|---|---|
| $c_j, h_j$ | cash cost over value added; dearer at home by (1) | `cash_cost`, `home_premium` |
| $d_j$ | capital written off over value added (1) | `depreciation` |
| $l_j$ | part of cash cost spent in the country: wages and local inputs (1) | `local` |
| $\rho_k, \delta_k$ | royalty on the value of b(k), duty on what is sold (1) | `royalty`, … |
| $\tau, e$ | tax on profit, free share of the state in equity (1) | `income_tax`, `state_share` |
| $\varphi$ | prices over base prices, all stages alike (1) | `price_level` |
| $B_k$ | inputs of the steps that do not come from the step before (USD/t) | – |

Step 1 has no premium, nor has a step that the country does today in the calibrated account. A loss
is taxed at nothing and is not carried forward. The identity
``φV_k = φB_k + C + D + state + investor`` holds to rounding; nothing responds to anything: prices
and costs stay what they are when a country processes more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from orepact.model.curve import Array
from orepact.network.components import Process
from orepact.studies.host_share.text import HostTerms

__all__ = ["Account", "Steps", "account", "steps_of"]


@dataclass(frozen=True, slots=True)
class Steps:
    """A path per tonne of its last product (USD): product, value, value added, bought inputs.

    `today` says which steps the host does in the account; the first one always counts as such.
    """

    products: tuple[str, ...]
    processes: tuple[str, ...]
    value: tuple[float, ...]
    added: tuple[float, ...]
    bought: tuple[float, ...]
    today: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """What becomes of the value sold (USD per tonne of the last product), one number per member."""

    sold: Array
    last: Array
    bought: Array
    cost: Array
    capital: Array
    royalty: Array
    duty: Array
    tax: Array
    dividend: Array
    local: Array
    investor: Array

    @property
    def state(self) -> Array:
        """Return what the state gets."""
        return self.royalty + self.duty + self.tax + self.dividend

    @property
    def host(self) -> Array:
        """Return what stays in the country."""
        return self.state + self.local


def steps_of(path: Sequence[Process], prices: Mapping[str, float]) -> Steps:
    """Return a path's values per tonne of its last product, from the account's recipes."""
    activity = [1.0]
    for before, after in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        activity.append(activity[-1] * after.inputs[next(iter(before.outputs))])
    activity.reverse()
    names = tuple(next(iter(each.outputs)) for each in path)
    bought = [
        amount * sum(ratio * prices[name] for name, ratio in each.inputs.items()
                     if not number or name != names[number - 1])
        for number, (each, amount) in enumerate(zip(path, activity, strict=True))
    ]
    added = [
        amount * (sum(ratio * prices[name] for name, ratio in each.outputs.items())
                  - sum(ratio * prices[name] for name, ratio in each.inputs.items()))
        for each, amount in zip(path, activity, strict=True)
    ]
    value = [amount * sum(ratio * prices[name] for name, ratio in each.outputs.items())
             for each, amount in zip(path, activity, strict=True)]
    return Steps(names, tuple(each.name.split("@")[0] for each in path), tuple(value),
                 tuple(added), tuple(bought))


def account(text: HostTerms, steps: Steps, values: Mapping[str, Array], home: int) -> Account:
    """Return the account with the first `home` steps in the country.

    `values` are the terms by name, one number per member.
    """
    none = np.zeros_like(next(iter(values.values())), dtype=np.float64)

    def term(role: str, process: str = "", product: str = "") -> Array:
        found = text.of(role, process, product)
        return none if found is None else values[found.term]

    level = values[found.term] if (found := text.of("price_level")) else none + 1.0
    sold = level * steps.value[home - 1]
    cost, capital, local = none, none, none
    bought = level * sum(steps.bought[:home])
    for number in range(home):
        name, added = steps.processes[number], steps.added[number]
        known = number == 0 or (bool(steps.today) and steps.today[number])
        dearer = none if known else term("home_premium", name)
        paid = term("cash_cost", name) * added * (1.0 + dearer)
        cost = cost + paid
        capital = capital + term("depreciation", name) * added
        local = local + term("local", name) * paid
    product = steps.products[home - 1]
    charged = text.of("royalty", "", product)
    base = steps.products.index(charged.base) if charged and charged.base else home - 1
    royalty = term("royalty", "", product) * level * steps.value[base]
    duty = term("export_duty", "", product) * sold
    profit = sold - bought - cost - capital - royalty - duty
    tax = term("income_tax") * np.maximum(0.0, profit)
    dividend = term("state_share") * np.maximum(0.0, profit - tax)
    return Account(sold, level * steps.value[-1], bought, cost, capital, royalty, duty, tax,
                   dividend, local, profit - tax - dividend)
