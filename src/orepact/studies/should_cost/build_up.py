r"""The build-up of a should-cost price, and nothing else: numbers in, USD per tonne out.

$$c = \sum_f a_f p_f + \sum_e e_e\,p_E + \sum_k o_k
      + \Bigl(\mathrm{CRF}(r, n)\,(1+r)^{b/2} + m\Bigr)\frac{K}{u} - \sum_j a_j p_j,
\qquad \mathrm{CRF}(r, n) = \frac{r\,(1+r)^n}{(1+r)^n - 1}$$

| symbol | meaning (unit) | role in the file |
|---|---|---|
| $a_f, p_f$ | feed (t/t) and its price (USD/t) | `feed`, `price` |
| $e_e, p_E$ | energy (kWh/t) and its price (USD/kWh) | `energy`, `energy_price` |
| $o_k$ | reagents, labour and other costs (USD/t) | `cost`, `labour` |
| $K$ | capital per yearly capacity (USD per t/year) | `capital` |
| $u$ | output over capacity (1) | `utilisation` |
| $r, n, b$ | real cost of capital (1/year), life and construction (years) | `cost_of_capital`, … |
| $m$ | maintenance and insurance, share of capital (1/year) | `maintenance` |
| $a_j, p_j$ | co-products sold (t/t) and their price | `credit`, `price` |

After d doublings of what plants of the kind have made, costs other than feeds and energy are
``(1 - learning)^d`` of these (the experience curve: Wright 1936, doi:10.2514/8.155); a file without
a learning rate has none.

Capital is spent evenly over the construction, half of it on average `b/2` years before the start.
Constant dollars, before tax. Source of the levelised cost and of the capital recovery factor:
Short, Packey and Holt 1995, A manual for the economic evaluation of energy efficiency and renewable
energy technologies, NREL/TP-462-5173, doi:10.2172/35391; the notion of a should-cost price: United
States Federal Acquisition Regulation 15.407-4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from orepact.model.curve import Array
from orepact.studies.should_cost.text import CostFile

__all__ = ["PARTS", "BuildUp", "build_up", "recovery_factor"]

PARTS: tuple[str, ...] = ("feed", "energy", "cost", "labour", "maintenance", "capital", "credit")
"""Parts of the price; credits are negative."""


@dataclass(frozen=True, slots=True)
class BuildUp:
    """A price (USD/t) per member and its parts; `inputs` what each feed, cost or credit makes."""

    price: Array
    parts: Mapping[str, Array]
    inputs: Mapping[str, Array]

    @property
    def cash(self) -> Array:
        """Return what is paid in a year of operation: all but capital."""
        return self.price - self.parts["capital"]


def recovery_factor(rate: Array, years: Array) -> Array:
    """Return the yearly payment (1/year) that recovers a unit of capital over `years` at `rate`.

    At a rate of zero it is ``1 / years``.
    """
    rate, years = np.broadcast_arrays(np.asarray(rate, float), np.asarray(years, float))
    grown = np.expm1(years * np.log1p(rate))
    return np.where(rate > 0.0, np.divide(rate * (grown + 1.0), grown, out=np.zeros_like(grown),
                                          where=grown > 0.0), 1.0 / years)


def build_up(
    text: CostFile,
    values: Mapping[str, Array],
    prices: Mapping[str, Array],
    doublings: float = 0.0,
) -> BuildUp:
    """Return the price of a file's material.

    `values` are the inputs by name (one number per member, in their units), `prices` those of feeds
    and credits in USD/t; `doublings` of cumulative output are learned from where the file has a
    learning rate.
    """
    first = next(iter(values.values()))
    parts = {name: np.zeros_like(first, dtype=np.float64) for name in PARTS}
    inputs: dict[str, Array] = {}

    def add(part: str, name: str, amount: Array) -> None:
        parts[part] = parts[part] + amount
        inputs[name] = inputs.get(name, np.zeros_like(first, dtype=np.float64)) + amount

    learning = text.of("learning")
    learned = (1.0 - values[learning[0].input]) ** doublings if learning else np.ones_like(first)
    energy_price = _one(text, values, "energy_price")
    for each in text.inputs:
        value = values[each.input]
        if each.role in {"feed", "credit"}:
            add(each.role, each.input, (1.0 if each.role == "feed" else -1.0)
                * value * prices[each.material])
        elif each.role == "energy":
            add("energy", each.input, value * energy_price)
        elif each.role in {"cost", "labour"}:
            add(each.role, each.input, value * learned)
    rate = _one(text, values, "cost_of_capital")
    spent = learned * _one(text, values, "capital") / _one(text, values, "utilisation")
    early = (1.0 + rate) ** (_one(text, values, "construction") / 2.0)
    factor = recovery_factor(rate, _one(text, values, "life"))
    add("capital", text.of("capital")[0].input, spent * factor * early)
    add("maintenance", text.of("maintenance")[0].input,
        spent * _one(text, values, "maintenance"))
    return BuildUp(sum(parts.values(), np.zeros_like(first, dtype=np.float64)), parts, inputs)


def _one(text: CostFile, values: Mapping[str, Array], role: str) -> Array:
    return values[text.of(role)[0].input]
