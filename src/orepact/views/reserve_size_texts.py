"""The sentences of a size, and of separate against joint reserves."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["RESERVE_SIZE_TEXTS"]

RESERVE_SIZE_TEXTS: Mapping[str, str] = {
    "size_kicker": "orepact reserve · what to hold under a budget",
    "size_title": "A reserve of {owners}: {budget}",
    "size_budget": "{money} to spend",
    "size_no_budget": "no limit on money",
    "size_meta": (
        "{futures} futures of {months} months from {first}, seed {seed}; {chains}; "
        "{tail}planner's bound."
    ),
    "size_tail": "the worst {worst} of futures weigh {weight} against the mean; ",
    "size_spent": (
        "Spent {spent} on {items} of {chains}; expected worth {value} a year beyond what holding "
        "costs, {tail} in the mean of the worst {worst} of futures."
    ),
    "size_dearer": (
        "Purchases and what they are worth are both counted at prices of the base window, and so "
        "is the budget. Latest published prices are higher (times base: {names}): bought at these "
        "the fill list would cost {whole}."
    ),
    "size_priced": "{base}; {latest} in {period}",
    "size_forms_one": "1 form",
    "size_forms": "{count} forms",
    "size_chains_one": "1 chain",
    "size_chains": "{count} chains",
    "size_weighed": (
        "Bought for the worst {worst} of futures with weight {weight} beside the mean; so weighed "
        "it is worth {value}, which is no expected worth. What more budget, planning and knowing "
        "would add, and regret, are so weighed too."
    ),
    "size_whose": (
        "Worth is that of everybody on the market: {share} of the unmet use that it avoids (at "
        "base prices) is in the owners' own regions, the rest elsewhere. The most paid for a "
        "tonne is the mean over a chain's uses."
    ),
    "size_dual": "One more dollar of budget would be worth {dual} USD a year beyond itself.",
    "size_dual_none": "More budget would buy nothing: it does not bind.",
    "size_fills_head": "What to hold",
    "size_nothing": "Nothing is worth buying under these futures and cards.",
    "size_nothing_near": (
        "Nothing is worth buying under these futures and cards. Nearest is {what} of {owner}: a "
        "first tonne would be worth {share} of the {price} USD/t ({period}) that it costs."
    ),
    "size_short_head": "Use unmet that it avoids, 12 months of a future, at base prices",
    "size_sectors_head": "By sector, at base prices",
    "size_capped_depth": "market depth",
    "size_capped_use": "12 months of own use",
    "size_base_window": "base window",
    "size_as_they_lie": "{tonnes} ({lying} as they lie)",
    "size_fills_weak": (
        "On accounts of grade C or D, where much of base trade is assumed: orders of magnitude"
    ),
    "size_vss": (
        "A plan for the mean future, of equally good ones the one that loses least, would be worth "
        "{lost} less (value of the stochastic solution); knowing the future beforehand would be "
        "worth {known} more. Both count what the gap leaves open."
    ),
    "size_vss_none": (
        "A plan for the mean future buys nothing, as the mean future has no crisis: what planning "
        "for all futures adds is therefore the whole worth of the reserve ({lost}). "
        "Knowing the future beforehand would be worth {known} more."
    ),
    "size_bracket": "{low} to {high}",
    "size_open": (
        "Not determined within the gap ({gap} of the worth): a reserve without any of these, each "
        "by itself, may be worth as much: {names}."
    ),
    "size_regret": (
        "Regret, which is what it costs not to have bought for the one future that came: "
        "{middle} in the middle future, {worst} in the worst ({name})."
    ),
    "size_tornado_head": "What it hangs on",
    "size_tornado_line": (
        "{factor}: worth {low} to {high} a year{flips}."
    ),
    "size_tornado_base": (
        "Suppositions at their ends, one after another, with {futures} futures; the same plan with "
        "as few has an expected worth of {value} a year."
    ),
    "size_tornado_few": (
        "{futures} futures cannot show every kind under every branch (that takes {least}): read "
        "the tornado for its signs, not for its sizes."
    ),
    "size_tornado_rest": (
        "Not varied: the leakage of controls and the size of outages and surges (drawn with the "
        "futures), prices, and the account of the chain."
    ),
    "size_tornado_none": (
        "No tornado was asked for: nothing was run at half and double of the willingness to pay or "
        "at the ends of any card, so that what the size hangs on is not told."
    ),
    "size_flips": "; bought or not hangs on it: {names}",
    "size_more_names": "{names} and {count} more",
    "size_factor_willingness": "Willingness to pay, half and double of the cards",
    "size_factor_carry": "Cost of holding, lower and upper ends of the cards",
    "size_factor_weights": "How often something happens, lower and upper ends of the cards",
    "size_factor_aimed": "Stops aimed at one owner alone, {low} to {high}",
    "size_factor_depth": "Share of world output that can be bought, {low} to {high}",
    "size_factor_build-months": "Months of the build-up, {low} to {high}",
    "size_factor_stop-months": "Months that a stop lasts, {low} to {high}",
    "size_factor_stop-share": "Share of trade that a stop lets through, {low} to {high}",
    "size_factor_branches": "Suspended acts come back, with probability {low} to {high}",
    "size_factor_kept-worth": (
        "Worth of a tonne that was not released, {low} to {high} of its price"
    ),
    "size_factor_elasticity": "Elasticity of demand, {low} to {high}",
    "size_factor_budget": "Half and double of the budget",
    "size_factor_tail": "The worst futures weigh half when buying (expected worth all the same)",
    "size_factor_seed": "Other draws of the futures",
    "size_axis_value": "Worth a year beyond what it costs (million USD)",
    "size_axis_months": "Months of world output",
    "size_chart_fills": "What to hold, in months of world output",
    "size_chart_tornado": "What the worth of the reserve hangs on",
    "size_end_low": "lower end",
    "size_end_high": "upper end",
    "size_simulated_head": "Planned and simulated, never mixed",
    "size_simulated": (
        "Share avoided of the unmet use (USD at base prices) that is left without what is bought, "
        "in the same {count} futures of each chain at most, with the same tonnes: by the plan, and "
        "by the simulator with the rulebook {rulebook}. What was held before is there in both."
    ),
    "size_simulated_chain": "chain",
    "size_simulated_planned": "plan, market",
    "size_simulated_planned_owners": "plan, owners' regions",
    "size_simulated_futures": "futures",
    "size_simulated_market": "simulated, market",
    "size_simulated_owners": "simulated, owners' regions",
    "size_effort": (
        "Proven to within {gap} of what the reserve is worth, after {iterations} rounds and "
        "{solves} plans in {seconds} s."
    ),
    "size_more_fills": "{count} more in fills.csv.",
    "size_simulated_note": (
        "The simulator does not know the future: it releases by the rulebook, a month at a time, "
        "with hoarding and slow beliefs; the plan knows it and uses everything at best. The two "
        "differ in what they start from as well, so neither bounds the other, and shares from so "
        "few futures move with the draw."
    ),
    "size_simulated_none": "Not simulated: {why}.",
    "size_unmodelled_head": "What could not be modelled",
    "size_unmodelled": "{kind} ({count}): {names}.",
    "size_kind_mineral": "Listed minerals without a chain",
    "size_kind_form": "Forms that are not candidates",
    "size_kind_future": "Kinds of futures that a chain has none of",
    "size_kind_account": "Candidates on accounts of grade C or D",
    "size_kinds_head": "What may happen, and what it weighs",
    "size_kinds_brief": (
        "Who stops, licenses or stands still in each chain, and what it weighs, is in the brief."
    ),
    "size_kinds_note": (
        "Weights of a year. How suspended acts end is no rate of a year: it happens once, and its "
        "weight is that of the cards of the branches. Years in which nothing else happens than "
        "their return weigh up to {back} in a chain."
    ),
    "size_happens_calm": "nothing",
    "size_happens_back": "suspended acts come back, nothing else",
    "size_happens_stop": "{who} stops",
    "size_happens_licence": "{who} licenses further goods",
    "size_happens_outage": "half of the plants stands still: {who}",
    "size_happens_surge": "a use grows: {who}",
    "size_bound": (
        "A planner's bound, not a forecast: the plan knows the future once it has come and uses "
        "everybody's stocks, plants and routes at best. Weights of the futures are cards, not "
        "measured. At most one thing happens to a chain in a year; chains are independent of each "
        "other; quotas and taxes in force, and the price that buying itself moves, are left out."
    ),
    "size_weights_head": "Cards that it rests on",
    "size_weights_caption": (
        "Nobody published the weights of the futures: they are probabilities of a year. Those of "
        "branches are no annual rates, but say how the suspended acts end. Futures are drawn more "
        "often than they weigh, so that rare ones are seen."
    ),
    "size_no_pdf": (
        "No PDF: no browser of the Chromium family found; print the page from any browser."
    ),
    "size_without": "unmet, million USD",
    "size_avoided": "avoided, million USD",
    "size_avoided_tail": "avoided in the tail, million USD",
    "size_share": "avoided",
    "size_col_what": "Form",
    "size_col_owner": "Owner",
    "size_col_tonnes": "t",
    "size_col_price": "USD/t (of)",
    "size_col_money": "million USD",
    "size_col_output": "months of world output",
    "size_col_days": "days of net imports",
    "size_col_next": "next tonne, × price",
    "size_col_cap": "capped by",
    "size_col_grade": "grade",
    "size_col_range": "range over the tornado, t",
    "size_col_happens": "What happens in a year",
    "size_col_goods": "goods",
    "size_col_weight": "weight",
    "size_rests": "What it rests on",
    "size_provenance": "Dataset {name}-{version} ({hash}) · code {code}",
    # Separate, virtual, joint
    "pool_arrangements_head": "Separate, virtual and joint reserves of the same money",
    "pool_members_head": "Who pays and who gains",
    "pool_refusals_head": "What it costs that a member keeps its own tonnes in the crisis",
    "pool_separate": "separate",
    "pool_virtual": "virtual",
    "pool_joint": "joint",
    "pool_gain": (
        "Entitlements on each other's tonnes are worth {virtual} a year more than separate "
        "reserves of the same tonnes; buying together {joint} more."
    ),
    "pool_subsidy": "{payer} pays {cost} of a joint reserve and has {gain} of what it avoids.",
    "pool_others": "{share} of what the joint reserve avoids is avoided outside the members.",
    "pool_bound": (
        "A planner's bound: who is entitled draws by what a tonne is worth, and nobody hoards. "
        "Avoided use is counted at base prices, its lower end. A negative gain means that a member "
        "is worse supplied."
    ),
}
