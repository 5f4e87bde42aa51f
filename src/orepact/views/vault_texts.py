"""The sentences of a reserve that manufacturers commit to and a public loan pays for."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["VAULT_TEXTS"]

VAULT_TEXTS: Mapping[str, str] = {
    "vault_kicker": "orepact brief · as published by {on}",
    "vault_meta": (
        "{members} members over {months} months; {published} terms published, {supposed} supposed "
        "with a range each. Not an account of the contract: no purchase, volume or site was "
        "reported by that day. Shares of members are no probabilities."
    ),
    "vault_one": "One member at the middle values: figures without ranges, which say less.",
    "vault_answer": "What follows from the terms",
    "vault_buys": (
        "If {used} of the money is paid out, {days} days of use of {owner} in the {count} "
        "materials that can be modelled are in store when the build-up ends; {low} to {high} days "
        "of their use would cost {cost_low} "
        "to {cost_high} bn USD, of their net imports {imports_low} to {imports_high} bn USD. "
        "{first} alone takes {share} of the money."
    ),
    "vault_life": (
        "{reading}: what comes in covers {cover} × what the loan asks for over its life; in "
        "{unpaid} of members a part of it, {amount} bn USD of that year, is still owed at the end."
    ),
    "vault_life_one": (
        "{reading}: what comes in covers {cover} × what the loan asks for over its life; {amount} "
        "bn USD of that year is still owed at the end."
    ),
    "vault_owed_one": "one member",
    "vault_is_owed": "owed",
    "vault_not_owed": "repaid",
    "vault_calm": (
        "Before repayment and run-off begin, what comes in, sales included, is {drawer} × the "
        "interest. The carrying charge pays interest and storage of what manufacturers committed "
        "to; nothing published pays for stock that nobody committed to, for administration or for "
        "the private return."
    ),
    "vault_price": (
        "Re-buying read as the drawer's leaves price changes with the reserve: {spread} bn USD "
        "over the years, at worst {tail}; read as the seller's it leaves them with who committed."
    ),
    "vault_price_one": (
        "Re-buying read as the drawer's leaves price changes with the reserve: {spread} bn USD "
        "over the years; read as the seller's it leaves them with who committed."
    ),
    "vault_cost": (
        "Manufacturers pay {cost} of the value of their commitment a year in fees and charges."
    ),
    "vault_reading_drawer": "Re-buying by the drawer",
    "vault_reading_seller": "Re-buying by any seller",
    "vault_readings": (
        "Re-buying the same quantity at the same price is described in the press alone, and two "
        "readings stand side by side. By the drawer: who draws pays its price, the reserve buys "
        "at the market's, and the drawer is entitled at its old price again. By any seller: draws "
        "come back in kind, and who committed stays bound to buy the tonnes at its price, also "
        "after selling the entitlement."
    ),
    "vault_runs": "The loan, by reading, price process and who goes",
    "vault_runs_note": (
        "Middle member (10th to 90th percentile). Cover over life: all that comes in over interest "
        "and principal. Security: least value of stock at a forced sale and money, over debt, once "
        "built up. Owed: public loan unpaid at the end. A participant goes in month {month}; all "
        "runs share their draws."
    ),
    "vault_process": "Prices",
    "vault_walk": "random walk",
    "vault_reverting": "returning to base",
    "vault_case": "Who goes",
    "vault_case_as-drawn": "as drawn",
    "vault_case_default": "the largest defaults",
    "vault_case_leave": "the largest leaves",
    "vault_case_both": "one defaults, the next leaves",
    "vault_cover_life": "Cover over life",
    "vault_cover_interest": "Cover of interest",
    "vault_security": "Security",
    "vault_owed": "Owed",
    "vault_owed_often": "of members",
    "vault_private": "Private unpaid",
    "vault_result": "Price result",
    "vault_unfilled": "Not refilled",
    "vault_billions": "bn USD",
    "vault_times": "×",
    "vault_cover_title": "Cover of the loan by year",
    "vault_cover_axis": "in over due, ×",
    "vault_year_axis": "year of the loan",
    "vault_cover_note": "Line: middle member; area: 10th to 90th percentile; returning prices.",
    "vault_tornado_title": "What drives {figure}, {reading}",
    "vault_figure_cover_life": "the cover over life",
    "vault_figure_unpaid_public": "what is owed at the end",
    "vault_figure_spread_result": "the price result",
    "vault_axis_cover_life": "cover over life, ×",
    "vault_axis_unpaid_public": "public loan owed at the end, bn USD",
    "vault_axis_spread_result": "price result, bn USD",
    "vault_factor_reading": "Other reading of re-buying",
    "vault_factor_process": "Prices that walk or return",
    "vault_factor_largest-default": "Largest participant defaults",
    "vault_factor_largest-leaves": "Largest participant leaves",
    "vault_tornado_note": (
        "From the median of members in the lower third of a term to that in the upper third; only "
        "terms that stand out from chance, which one term in twenty does by chance too."
    ),
    "vault_tornado_none": "Too few members to tell drivers apart: {note}.",
    "vault_basket": "What the money buys, by the goals' weights ({goals})",
    "vault_basket_note": (
        "Tonnes when the build-up ends, of what the unit names: an element's symbol is its "
        "content, a product's name the product's weight. Months: of the world's output, and of "
        "what is made outside the dominant exporter. At the bound: share of members in which the "
        "purchase limit binds."
    ),
    "vault_material": "Material",
    "vault_tonnes": "Tonnes",
    "vault_money": "M USD",
    "vault_share": "Share",
    "vault_days_imports": "Days of net imports",
    "vault_days_use": "Days of use",
    "vault_months": "Months of output",
    "vault_months_other": "outside",
    "vault_bounded": "At the bound",
    "vault_more_materials": "{count} further materials are in the tables.",
    "vault_goals": "What each goal gets",
    "vault_goals_note": (
        "Three goals pull in different directions, and no guideline is published. Emergency: share "
        "of the owner's use of touched materials met by access while a disruption lasts. Market: "
        "stock given out dear, demand: ordinary draws, both of the money placed a year. Market "
        "making is done with stock that nobody committed to, so nobody pays its carrying charge."
    ),
    "vault_goal": "Weights",
    "vault_goal_chosen": "as chosen",
    "vault_goal_emergency": "emergency alone",
    "vault_goal_market": "market making alone",
    "vault_goal_demand": "demand alone",
    "vault_emergency": "Emergency",
    "vault_market": "Market",
    "vault_demand": "Demand",
    "vault_published": "Published",
    "vault_supposed": "Supposed: a card each, its range in brackets",
    "vault_supposed_note": (
        "None of these was published. What they do to the result is in the charts above."
    ),
    "vault_gaps": "What could not be modelled",
    "vault_gap_forms": "Used and not in the basket: {forms}.",
    "vault_rests": "Rests on",
    "vault_provenance": (
        "{name} {version} ({hash}); inputs {inputs}, results {results}; tonnes and dollars that "
        "cannot be accounted for: at most {tonnes} t and {dollars} USD in any member"
    ),
    "vault_told": "{done} of {total}: {what}",
    "vault_written": "brief: {brief}   run.json and tables: {folder}",
}
"""Texts by id."""
