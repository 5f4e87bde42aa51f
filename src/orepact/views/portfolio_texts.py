"""The sentences of a portfolio of projects."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["PORTFOLIO_TEXTS"]

PORTFOLIO_TEXTS: Mapping[str, str] = {
    "portfolio_title": "Projects of {zones}: worth {first} to {last}, deadline {deadline}",
    "portfolio_title_shift": ", no new single supplier beyond {share:.0%} of use",
    "portfolio_joint": "jointly",
    "portfolio_head": (
        "{name}: {count} chosen, {public} of {budget} public money and {private} private. Worth "
        "{worth} ({low} to {high} over futures), present value at {first} in constant prices, gap "
        "{gap}."
    ),
    "portfolio_nothing": "{name}: no project is worth its money under this budget.",
    "portfolio_parts": (
        "Of that: shortage avoided {shortage}, supply costs {supply}, capital until {last} "
        "{capital}, years without a control {calm}, concentration {spread}."
    ),
    "portfolio_pooling": (
        "Pooling: choosing projects together gains {projects}; sharing what stands or is decided "
        "when a control bites gains {stands}; both together {gain} (expected, present value "
        "{first} to {last}). No more than {unproven} of it is the search's gap."
    ),
    "portfolio_range": "{value} ({low} to {high})",
    "portfolio_pooling_ranges": (
        "Ranges are over {runs} runs: draws of the futures, and the willingness to pay, the chance "
        "of a stop and the permitted share at their ends, and no more than base trade between "
        "zones that choose by themselves. In the others such a zone buys from its partner beyond "
        "base trade as from a third country; whether the partner has that to spare is not asked."
    ),
    "portfolio_pooling_no_range": (
        "No range was worked out: add --draws 2 --sensitivity main before quoting it."
    ),
    "portfolio_pooling_none": (
        "No project is chosen, so that choosing together gains nothing; sharing what stands or is "
        "decided when a control bites would be worth {stands} by this model."
    ),
    "portfolio_zones": "Cost of shortage and public money, alone and pooled",
    "portfolio_shorter": (
        "Pooled, {zone} goes without more of: {materials}."
    ),
    "portfolio_shorter_of": "{material} ({alone} of final use alone, {pooled} pooled)",
    "portfolio_kinds": (
        "Weights of futures: {none} no control, {partial} narrow licences, {ban} a stop of "
        "exports, all chains of an exporter together: cards, no frequencies. The portfolio loses "
        "money in {loses} of them by weight."
    ),
    "portfolio_short_notes": (
        "Given up: final use whose users would not pay {gives_up:g} × the base price; not to be "
        "had: the rest that is not served. Elasticity of use: {slopes}."
    ),
    "portfolio_without_largest": "Without the chosen project that costs most",
    "portfolio_weights": (
        "Weights: {shortage:g} × shortage at what users would pay (at most {cap:g} × base price), "
        "{cost:g} × money, {diversity:g} of base price on what comes from one third country beyond "
        "{concentration:.0%} of use."
    ),
    "portfolio_shift": (
        "Shift test: no third country that supplied less may come to supply more than {share:.0%} "
        "of a zone's use of a material. Worth is against no projects under the same test."
    ),
    "portfolio_no_shift": "No shift test: a new single supplier is charged, not excluded.",
    "portfolio_planner": (
        "A planner's choice: it knows each year under control and runs plants only then or where "
        "they earn. Chances of controls, lead times and most costs are cards; what is starred "
        "rests on a card for its capacity or capital."
    ),
    "portfolio_part": (
        "† In a third country: t per year, capital and worth are of the zones' part alone (card "
        "`partner-share`, unless a source tells it)."
    ),
    "portfolio_unsure": (
        '‡ The source says "up to", or is held with low confidence: read the low end.'
    ),
    "portfolio_promised": (
        "Public money or support is named already for {names}. It is counted here as if it were "
        "still to be found, from the budget."
    ),
    "portfolio_decided": (
        "Decided already and counted at no cost: {names}."
    ),
    "portfolio_not_modelled": "{count} rows of the table of projects are not modelled: {rows}.",
    "portfolio_deadline": (
        "{count} of {all} chosen projects are open by the end of {deadline} with a chance of one "
        "half or more; in the mean {part:.0%} of their capacity, weighted by capital, may run in "
        "that year."
    ),
    "portfolio_horizon": (
        "Worth runs from {first} to {last}, so that what opens after {deadline} earns too; tonnes "
        "in the deadline's year are what may run in {deadline}, in the mean of draws."
    ),
    "portfolio_in_time": "`--in-time 0.5` starts only what opens by then with that chance.",
    "portfolio_short": (
        "{material}: not served under control {without} of use without the projects, {with_} with."
    ),
    "portfolio_finance": "{role}: {amount}",
    "portfolio_again": (
        "On {draws} other draws {kept} of the {of} projects are chosen each time{lost}, "
        "and pooling gains {low} to {high}."
    ),
    "portfolio_lost": " (not: {names})",
    "portfolio_foresight": (
        "Planning with futures instead of their mean is worth {stochastic}; knowing the future "
        "would be worth {information} more."
    ),
    "portfolio_sensitivity": "Chosen again jointly with one thing at its end",
    "portfolio_capital": "Capital of all projects",
    "portfolio_lead_times": "Lead times of all projects",
    "portfolio_capacity": "Capacity of all projects",
    "portfolio_money_note": (
        "Worth and its parts are present values in constant prices of the base year; rates of "
        "interest and of discount are taken as real. Budget, public money and capital are sums "
        "invested, not discounted; capital until {last} is what interest and repayment charge "
        "until then: payments after {last} are left out, and so is output."
    ),
    "portfolio_limit_bound": (
        "A choice with foresight inside each year under control: a bound on what anybody could "
        "do, not a forecast."
    ),
    "portfolio_limit_idle": (
        "A plant that would lose money in a year without a control stands still at no cost; what "
        "keeps it alive is a question of price support."
    ),
    "portfolio_limit_built": (
        "What is financed is built, late perhaps: projects that fail altogether are not told here "
        "(`orepact projects deadline` draws them)."
    ),
    "portfolio_limit_stocks": (
        "Stocks and reserves are not counted; nor is what research may save."
    ),
    "portfolio_limit_leads": (
        "Lead times of projects are drawn one by one: what delays all at once is not told."
    ),
    "portfolio_limit_others": (
        "What other regions use is not modelled; a share of what they make can be outbid."
    ),
    "portfolio_limit_calm": (
        "In years without a control nothing is short by supposition: growth of use is met by the "
        "dominant exporter."
    ),
}
