"""Sentences of research programmes as options, part of the one catalogue of texts."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["RESEARCH_TEXTS"]

RESEARCH_TEXTS: Mapping[str, str] = {
    "research_shortage": (
        "Without programmes {zone} is expected to be short of {usd} of use at base prices in a "
        "year, {everywhere} everywhere."
    ),
    "research_best": (
        "Most per euro at the cards' middle values: {title}, {per_euro} USD of shortage avoided "
        "per EUR over {years} years (90 % of draws: {low} to {high})."
    ),
    "research_together": (
        "All {count} together, {cost} EUR: {avoided} of shortage avoided over {years} years "
        "({low} to {high} by chances, costs and rates, effects held at their middle), {overlap} "
        "less than the sum of each alone."
    ),
    "research_together_more": (
        "All {count} together, {cost} EUR: {avoided} of shortage avoided over {years} years "
        "({low} to {high} by chances, costs and rates, effects held at their middle), {overlap} "
        "more than the sum of each alone."
    ),
    "research_together_same": (
        "All {count} together, {cost} EUR: {avoided} of shortage avoided over {years} years "
        "({low} to {high} by chances, costs and rates, effects held at their middle), as much "
        "as each alone added up."
    ),
    "research_harm": (
        "{title} avoids nothing in {zone} by this plan: who else gains from it is "
        "{everywhere} a year."
    ),
    "research_low": (
        "Below 1 USD per EUR a programme costs more than the unmet use that it avoids at base "
        "prices. The cards of what sectors pay at most would count a tonne {highest} times as "
        "much: that, or more for makers whose lines stand still, is the upper end."
    ),
    "research_not": (
        "A planner's bound: every future is planned with foresight, with and without. Unmet use at "
        "base prices, no welfare and no forecast; chances, delays and costs are cards. A programme "
        "saves nothing before its delay is over; savings of a year are discounted from its end, "
        "costs, spent at the start, are not."
    ),
    "research_table": "Programmes, shortage of {zone} avoided over {years} years, discounted",
    "research_programme": "programme",
    "research_kind": "kind",
    "research_cost": "cost, M EUR",
    "research_year": "in a year of full use, M USD",
    "research_chance": "in use at the end of year 5 · 10 · {last}",
    "research_avoided": "avoided, M USD",
    "research_late": "twice as late, M USD",
    "research_per_euro": "USD per EUR",
    "research_tonnes": "in a year of full use",
    "research_tree": "Tree of outcomes at the end of year {years}",
    "research_in_use": "in full use",
    "research_none": "none",
    "research_how_likely": "chance",
    "research_saved": "avoided in that year, M USD",
    "research_cards": "Every number is a card",
    "research_card": "card",
    "research_value": "value",
    "research_why": "why",
    "research_written": "Brief: {path}",
    "research_left_out": "Left out: {what}.",
    "research_effort": "{plans} plans, {seconds:.0f} s.",
    "research_futures": (
        "{planned} futures of a year, {asked} asked for: every calm year that differs and one of "
        "each kind are always there."
    ),
    "research_list": "Files of programmes that ship",
    "research_list_more": "orepact projects research NAME runs one of them.",
    "research_axis": "USD of shortage avoided per EUR",
    "research_chart": (
        "Shortage avoided per euro: tick at the cards' middle values, bar 90 % of draws"
    ),
}
