"""Sentences of a should-cost price, part of the one catalogue of texts."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOULD_COST_TEXTS"]

SHOULD_COST_TEXTS: Mapping[str, str] = {
    "cost_head": "{title}: should-cost price",
    "cost_line": (
        "In {region} a new plant needs {middle} {unit} with every input at its middle; of {draws} "
        "draws from the ranges (no probabilities) 5 to 95 % lie from {low} to {high}, half below "
        "{median}."
    ),
    "cost_one": "In {region} a new plant needs {middle} {unit}, every input at its middle.",
    "cost_against": (
        "{share} of draws in {region} lie above {price} ({what}): gap {middle} {unit} with every "
        "input at its middle, {low} to {high} in 5 to 95 % of draws."
    ),
    "cost_not": (
        "No forecast and nobody's cost: what the cards say a plant outside the dominant exporter "
        "needs, in constant dollars before tax."
    ),
    "cost_basis": (
        "Of the amounts in {region}, {published} rest on published figures alone, {computed} on "
        "recipes and market prices, {supposed} on a supposition or more."
    ),
    "basis_published": "published",
    "basis_computed": "computed",
    "basis_partly": "supposed, in part published",
    "basis_supposed": "supposed",
    "cost_feeds_market": (
        "Feeds are at market prices, so that what is below cost in them is inherited; --feeds cost "
        "takes them at what they should cost."
    ),
    "cost_feeds_cost": "Feeds taken at what they should cost: {materials}.",
    "cost_feeds_none": "No feed has a should-cost price of its own: all are at market prices.",
    "cost_learned": (
        "Counted with {doublings} doublings of what such plants have made: costs other than feeds "
        "and energy fall by the file's learning rate with each."
    ),
    "cost_boundary": "Inside: {boundary}.",
    "cost_left_out": "Left out: {what}.",
    "cost_parts": "Build-up by region, {unit}, every input at its middle (5 to 95 % of draws)",
    "cost_part_feed": "Feeds",
    "cost_part_energy": "Energy",
    "cost_part_cost": "Reagents and other costs",
    "cost_part_labour": "Labour",
    "cost_part_maintenance": "Maintenance and insurance",
    "cost_part_capital": "Capital recovered",
    "cost_part_credit": "Co-products sold",
    "cost_part_price": "Should-cost price",
    "cost_part_cash": "of which cash, capital apart",
    "cost_tornado": "What moves it in {region}, {unit}: price at the ends of each input",
    "cost_input": "input",
    "cost_basis_column": "basis",
    "cost_from": "range",
    "cost_at_low": "at low",
    "cost_at_high": "at high",
    "cost_beside": "Beside it, {unit}",
    "cost_what": "what",
    "cost_price": "price",
    "cost_share": "draws above",
    "cost_source": "source",
    "cost_what_base": "market: base price of the chain, {period}",
    "cost_what_latest": "market: latest read, {market}, {period}",
    "cost_what_level": "support: {title}",
    "cost_what_claim": "claim: {statement}, {asserted_by}",
    "cost_list": "Materials with a file of inputs",
    "cost_list_more": (
        "Any other material of a chain is refused with the list of what is missing: orepact "
        "support should-cost MATERIAL"
    ),
    "cost_yes": "yes",
    "cost_no": "no: {count} inputs missing",
    "cost_axis": "{unit}",
    "cost_chart_parts": "Build-up of the should-cost price",
    "cost_chart_tornado": "What moves the should-cost price",
    "cost_chart_market": "base price",
    "cost_chart_note": (
        "Bars: every input at its middle, co-products sold to the left of zero. Black line and "
        "tick: 5 to 95 % of draws and their median. Dashed: base price of the market."
    ),
    "cost_written": "Brief: {path}",
    "cost_cards": "Every input is a card",
    "cost_card": "Input",
    "cost_value": "Value",
    "cost_reason": "Why",
    "cost_method": (
        "Method: cash costs, and capital per yearly tonne times a capital recovery factor (Short, "
        "Packey and Holt 1995, doi:10.2172/35391). {draws} draws by Latin hypercube, seed {seed}."
    ),
}
