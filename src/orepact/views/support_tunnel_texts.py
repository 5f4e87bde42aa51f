"""Sentences of the wind tunnel of price support."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SUPPORT_TUNNEL_TEXTS"]

SUPPORT_TUNNEL_TEXTS: Mapping[str, str] = {
    "tunnel_kicker": "orepact wind tunnel of price support · {first}, {months} months",
    "tunnel_title": "{chain}: price supports side by side",
    "tunnel_meta": (
        "Zone: {zone}. Stage: {stages}. Dominant exporter: {exporter}. From {first}, {months} "
        "months; means of the months, in constant USD, not discounted. {sets}; {paths} price paths "
        "of each of two processes round each."
    ),
    "tunnel_one_set": "One parameter set, all that is uncertain at its middle",
    "tunnel_sets": (
        "{members} parameter sets, all but the first with a draw of what is uncertain"
    ),
    "tunnel_answer": "The answer",
    "tunnel_line": (
        "{answer}: without support the plants make {quiet}, {without} of {of} are open at the end. "
        "Most is made with {names}; {best} then costs least: {made}, {open} of {of} open at the "
        "end, for {total} million USD a year by public and buyers together, {cost} of it public "
        "and {buyers} from buyers."
    ),
    "tunnel_line_one": (
        "{answer}: without support the plants make {quiet}, {without} of {of} are open at the end. "
        "Most is made with {best}: {made}, {open} of {of} open at the end, for {total} million USD "
        "a year by public and buyers together, {cost} of it public and {buyers} from buyers."
    ),
    "tunnel_made_words": "{tonnes} t/year ({used} % of capacity; {last} in the last year)",
    "tunnel_every": "each of them",
    "tunnel_line_same": (
        "{answer}: without support the plants make {quiet}, {without} of {of} are open at the end; "
        "none of these supports adds to that."
    ),
    "tunnel_cash": (
        "That plants close without support rests on a supposed cash cost of {middle} ({low} to "
        "{high}) {unit} without feed; no owner publishes it."
    ),
    "tunnel_cash_ends": (
        "Without support and answer, all else at its middle: at {low}, {open_low} of {of} are open "
        "at the end and make {made_low} t/year; at {high}, {open_high} and {made_high}."
    ),
    "tunnel_levy": (
        "{support}, {answer}: users are charged {levied} million USD a year. {premium} goes to "
        "certified supply, {revenue} is what they pay the public for certificates that they lack "
        "(the public cost below zero). They pay {buyers} more in all; the other {rest} is a lower "
        "price to sellers."
    ),
    "tunnel_kind_border-floor": "border floor",
    "tunnel_kind_contract-for-difference": "contract for difference",
    "tunnel_kind_price-gap-subsidy": "price-gap subsidy",
    "tunnel_kind_standards-tier": "standards market",
    "tunnel_kind_offtake": "buyer of last resort",
    "tunnel_brief_border-floor": "floor",
    "tunnel_brief_contract-for-difference": "contract",
    "tunnel_brief_price-gap-subsidy": "gap subsidy",
    "tunnel_brief_standards-tier": "standards",
    "tunnel_brief_offtake": "offtake",
    "tunnel_brief_none": "none",
    "tunnel_none": "no instrument",
    "tunnel_answer_none": "No answer: the exporter goes on as it does",
    "tunnel_short_none": "no answer",
    "tunnel_short_flooding": "flooding",
    "tunnel_short_restriction": "restriction",
    "tunnel_short_diversion": "diversion",
    "tunnel_heading": "{answer}: {title}",
    # Heads of the terminal's narrow columns
    "tunnel_head_support": "instrument",
    "tunnel_head_public": "public",
    "tunnel_head_buyers": "buyers",
    "tunnel_head_sum": "sum",
    "tunnel_head_made": "made (%)",
    "tunnel_head_plants": "open",
    "tunnel_head_tonnes": "t/year paid for",
    "tunnel_head_cap": "cap, t/year",
    "tunnel_head_at_cap": "at the cap",
    "tunnel_head_open_ends": "open",
    "tunnel_head_made_ends": "made, t/year",
    "tunnel_head_public_ends": "public",
    "tunnel_head_all_years": "all years",
    "tunnel_head_outside": "out %",
    "tunnel_head_hidden": "round",
    "tunnel_head_leakage": "leak",
    "tunnel_head_year": "year {number}",
    "tunnel_years": (
        "Public cost on price paths by year of the run, million USD: mean (95th percentile)"
    ),
    "tunnel_tonnes": (
        "Tonnes that the public pays for, and what the cap would cost (million USD a year)"
    ),
    "tunnel_ends": (
        "If buyers change suppliers fast ({low} of the slope) | slowly ({high}), all else at its "
        "middle"
    ),
    "tunnel_ends_cash": (
        "If plants' cash cost is {low} | {high} {unit}, all else at its middle"
    ),
    "tunnel_products": "Buyers pay more for (million USD a year)",
    # Heads of the brief
    "tunnel_answer_word": "exporter",
    "tunnel_support": "instrument",
    "tunnel_public": "public cost",
    "tunnel_sum": "together",
    "tunnel_tail": "public on price paths, mean (95 %)",
    "tunnel_made": "plants make, t/year; of capacity",
    "tunnel_buyers": "buyers pay more",
    "tunnel_of_it": "of it for {product}",
    "tunnel_plants": "plants open at end",
    "tunnel_months": "plant-months open, %",
    "tunnel_output": "made in the zone, t/year",
    "tunnel_zone": "price in the zone, %",
    "tunnel_outside": "price outside, %",
    "tunnel_abroad": "exporter elsewhere, t/year",
    "tunnel_hidden": "round, t/year (% of imports)",
    "tunnel_leakage": "leakage, %",
    "tunnel_unresolved": "none to measure",
    "tunnel_money_title": "Who pays what (million USD a year), and which plants it keeps",
    "tunnel_trade_title": (
        "What changes in the zone, outside of it and on the way round, against no instrument"
    ),
    "tunnel_units": (
        "public: public cost net of duty on the settled path, million USD a year; below zero the "
        "public receives. buyers: what final users in the zone pay more for what they use, on the "
        "same path, at transaction prices, contracts renewed, also where a plant under contract is "
        "paid its index. sum: both. made: output of the {of} "
        "plants that make a stage the supports act on, t/year and % of capacity. open: of these "
        "plants, at the end."
    ),
    "tunnel_paths_words": (
        "On price paths the public pays for falls and is not paid back all of the rises, so that "
        "their mean differs from the settled figure; buyers are not reckoned on them, so that the "
        "two do not add up."
    ),
    "tunnel_stages_differ": (
        "These supports act on several stages: what they keep and cost is not like for like, and "
        "price paths move as {first} does."
    ),
    "tunnel_leak_words": (
        "out %: price of the stage for users outside the zone and the exporter, change. "
        "round: transshipped into the zone under other papers, or undeclared, t/year. leak: of "
        "the exporter's tonnes that the instrument kept out of the zone's direct imports, the % "
        "that comes in by others or undeclared instead; – where it kept out next to nothing. "
        "Changes are against no instrument under the same answer."
    ),
    "tunnel_gap_words": (
        "Residual of the fixed point: prices that payments and charges were reckoned on are at "
        "most {gap} of the base price off those that came of them; where a floor charges, trade "
        "lands within {landed} % of it. Simulated, no planner's optimum: nobody in it knows the "
        "future."
    ),
    "tunnel_spread_words": (
        "Price paths: the prices of the simulated path, multiplied by paths of two processes, a "
        "random walk and one that returns (half-life {half_life} years); volatility {volatility} "
        "a year ({factor} ×), from {changes}. Tonnes are those of the simulated path: a fall "
        "that a price path adds closes no plant."
    ),
    "tunnel_changes": "{count} yearly price changes of {series}",
    "tunnel_changes_none": "the median of all minerals (no yearly prices of {series})",
    "tunnel_gaps": "Not modelled:",
    "tunnel_gap_pass": (
        "How fast buyers change suppliers over years: a card ({low} to {high} of the slope "
        "measured over months, drawn)."
    ),
    "tunnel_gap_pass_ends": (
        "{support}, {answer}: at {low}, {open_low} of {of} plants are open at the end, {made_low} "
        "t/year are made and the public pays {cost_low} million USD a year; at {high}, "
        "{open_high}, {made_high} and {cost_high}."
    ),
    "tunnel_gap_feed": (
        "Feed of new plants comes by trade that grows from what there is, so that an open plant "
        "may make little; contracts for feed that plants have of their own are not known."
    ),
    "tunnel_gap_firms": (
        "Firms: works of a region act as one; who bids for a contract and who gets it is not told."
    ),
    "tunnel_gap_capital": (
        "Capital: plants open on their dates whatever the support; what support does for building "
        "is not in it (orepact projects)."
    ),
    "tunnel_gap_switch": (
        "Choice of answer: the exporter's answer is given and the same for every instrument; one "
        "chosen against the instrument in force may be worse."
    ),
    "tunnel_gap_downstream": (
        "Goods that contain the stage (motors, vehicles): a border floor does not meet them, and "
        "what moves there is not counted as leakage."
    ),
    "tunnel_gap_invoice": (
        "False values: a border floor here charges what comes under other papers too, but an "
        "invoice above the floor would escape it."
    ),
    "tunnel_gap_exporter": (
        "The exporter's own price, and what its answer costs it: not determined by this model."
    ),
    "tunnel_gap_admin": "Administration, fraud, and whether the law of trade allows it.",
    "tunnel_gap_tax": "Value-added tax and currency: prices are constant USD without tax.",
    "tunnel_gap_inflation": (
        "Inflation: prices are constant and the levels of instruments are held. A level that a law "
        "or contract fixes in money of the day would buy less every year."
    ),
    "tunnel_gap_terms": (
        "Levels and caps of the instruments are cards of supports that ship to be compared; they "
        "are held, not drawn."
    ),
    "tunnel_gap_stock": (
        "What a buyer of last resort holds is counted as paid; at the end it is worth {worth}."
    ),
    "tunnel_step": "wind tunnel: {done} of {total} answers × parameter sets",
    "tunnel_effort": (
        "{seconds:.0f} s of simulation; {windows} windows, {second} by the second solver; inputs "
        "{inputs}  results {results}"
    ),
    "tunnel_no_pdf": (
        "No PDF: no browser of the Chromium family found; print the page from any browser."
    ),
    "tunnel_chart_cost": "Public cost by year",
    "tunnel_chart_cost_note": (
        "Mean and 5th to 95th percentile over price paths and parameter sets, by year of the run; "
        "below zero the public receives. Each instrument has a scale of its own."
    ),
    "tunnel_chart_grid": "What plants make, and for how much",
    "tunnel_chart_grid_note": (
        "Across: public cost and what buyers pay more, together, on the settled path, million USD "
        "a year; up: what the plants make, t/year, mean of the run."
    ),
    "tunnel_axis_cost": "million USD",
    "tunnel_axis_year": "year",
    "tunnel_axis_whole": "million USD a year",
    "tunnel_axis_made": "made by plants (t/year)",
    "tunnel_who": "Who pays, by product and region",
    "tunnel_product": "product",
    "tunnel_per_tonne": "USD/t",
    "tunnel_use": "use, %",
    "tunnel_who_note": (
        "Million USD a year that final users pay more than without an instrument, middle of the "
        "parameter sets by region; use: change of what they take. Products with a tenth of it or "
        "more; every product is in run.json."
    ),
    "tunnel_plant_table": "Plants: share of months open, t/year (% of capacity), {answer}",
    "tunnel_apart": " (not counted: no support acts on its product)",
    "tunnel_plant": "plant",
    "tunnel_answers": "The exporter's answers",
    "tunnel_cards": "Assumption cards",
    "tunnel_cards_note": (
        "drawn for every parameter set but the central one; the rest are held at their value"
    ),
    "tunnel_provenance": (
        "Dataset {name} {version} ({hash}); inputs {inputs}, results {results}; largest residual "
        "{gap} of the base price, largest balance error {residual} of a stage's tonnage"
    ),
}
