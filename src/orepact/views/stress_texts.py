"""Sentences of the stress brief and of `orepact stress`."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["STRESS_TEXTS"]

STRESS_TEXTS: Mapping[str, str] = {
    "stress_rung": "rung {rung}",
    "stress_approve": "approved",
    "stress_refuse": "refused",
    "stress_either": "either",
    "stress_year": "year {number}",
    "stress_short_year": "year {number}, {months} months",
    "stress_all": "all",
    "stress_both": "both",
    "stress_licences": "New licences",
    "stress_licence_driver": "licences approved → refused",
    "stress_axis_price": "Marginal price (× base, log scale)",
    "stress_axis_price_plain": "Marginal price (× base)",
    "stress_bands_title": "{chain}: price and supply by buyer, case and licence branch",
    "stress_kicker": "orepact stress test",
    "stress_meta": (
        "{months} months from {first} · means over {period} · {sets} parameter sets × {draws} · "
        "licence branches {licences}, side by side, never averaged"
    ),
    "stress_draws": "{count} draws",
    "stress_middle": "middle values",
    "stress_years": "each year",
    "stress_whole": "the whole",
    "stress_answer": "Who runs short",
    "stress_hit": (
        "{licence}{case}: {buyer} pays {base} × the base price at the margin; {without}"
    ),
    "stress_times": "{times} × that without the scenario",
    "stress_no_times": "the scenario's part: {words}",
    "stress_licences_are": "Licences {licence}",
    "stress_all_members": "All members",
    "stress_rungs": "rungs {first}–{last}",
    "stress_hit_short": "{licence}{case}: {buyer} lacks {unmet} of its use; {change}",
    "stress_points": "{points} points by the scenario",
    "stress_and": " and ",
    "stress_happens": "What happens, dated",
    "stress_part": "Part",
    "stress_from": "From",
    "stress_until": "Until",
    "stress_what": "What",
    "stress_basis": "Basis",
    "stress_on_rung": "Rung",
    "stress_buyers": "Buyers, case by case",
    "stress_buyer": "Buyer",
    "stress_case": "Case",
    "stress_licence": "Licences",
    "stress_price": "Marginal price",
    "stress_paid": "Transaction price",
    "stress_without": "Without the scenario",
    "stress_unmet": "Use unmet",
    "stress_more": "More unmet",
    "stress_unit_base": "× base",
    "stress_unit_pairs": "× the same member without",
    "stress_unit_points": "percentage points, pairs",
    "stress_caption": (
        "Middle member (band) and tail. Pairs compare each member with itself without the "
        "scenario, not widened"
    ),
    "stress_drivers": "What drives it",
    "stress_drivers_note": (
        "Medians over the members in the lower and in the upper third of each driver, those that "
        "stand out from chance; behaviour of markets counts as one where few sets are run."
    ),
    "stress_breaks": "What breaks the plan",
    "stress_exporters": "The exporters",
    "stress_exporter_price": "price at home {range} × base",
    "stress_exporter_ships": "ships {range} of base",
    "stress_more_sources": "{count} more sources in run.json.",
    "stress_exporters_note": (
        "An exporter's own price: sign not determined, so a range and no level."
    ),
    "stress_not_modelled": "What is not modelled",
    "stress_limits": (
        "Paths within a year, the month and height of a peak, prices at exchanges, quality "
        "differences within a material, new mines and plants that nobody has announced, and what "
        "governments answer beyond the scenario's own parts."
    ),
    "stress_rests": "What it rests on",
    "stress_cards": (
        "{cards} assumption cards and {sources} sources; cards that the scenario names: {named}."
    ),
    "stress_no_card": "none",
    "stress_provenance": (
        "Dataset {name} {version}, {hash} · inputs {inputs} · results {results} · orepact {code}"
    ),
    "stress_price_marginal": "Price at the margin",
    "stress_unmet_share": "Unmet use",
    "stress_licence_apart": "{approve} if licences are approved, {refuse} if refused (medians)",
    "stress_if": "If {licence},",
    "stress_or": " or ",
    "stress_driver": "{title} moves it from {low} to {high}",
    "stress_no_driver": "no single driver stands out from chance",
    "stress_plan": (
        "Plan, {chain}: more than {threshold} of {region}'s use unmet in {breaks} of {members} "
        "members{rungs} ({without} without the scenario)."
    ),
    "stress_rungs_apart": ", each rung counted",
    "stress_few_break": "So few distinct members ({distinct}) cannot say how sure that is.",
    "stress_sample": (
        "Members, {chain}: {members} = {sets} {sets_are} × {windows} base {windows_are} × {draws} "
        "{draws_are} × {licences} licence {licences_are}; {distinct} of them distinct."
    ),
    "stress_licences_alike": (
        "Licences make no difference that is resolved here: less than 2 % of any price and half a "
        "point of any use."
    ),
    "stress_licences_same": "{value}, however licences go (median)",
    "stress_rung_idle": "Rung {rung} changes nothing against rung {below}.",
    "stress_kept": (
        "Without the scenario means: with {parts}, in force since before {first}, and without all "
        "else."
    ),
    "stress_most_short": "Most often short: {material}.",
    "stress_box": (
        "It breaks where {conditions}: of the members there {density} break ({left_out} of those "
        "left out when the conditions were found), and they are {coverage} of all that break."
    ),
    "stress_not": "not {title}",
    "stress_above": "above {limit}",
    "stress_below": "at most {limit}",
    "stress_bands": (
        "Bands: 10th to 90th percentile of the members (of fewer than ten distinct ones the least "
        "and the most), prices widened by 1.35 to both sides; misses were upward, so read the "
        "tail. x without scenario: the same member with and without it."
    ),
    "stress_bands_few": (
        "No percentiles of so few distinct members ({distinct}): ranges are the least and the most "
        "of them, prices widened by 1.35 to both sides for what past episodes missed; misses were "
        "upward, so read the tail. x without scenario: the same member with and without it."
    ),
    "stress_refused": (
        "Military and listed users, {region}, {material}{case}: refused are {branches}. All of "
        "that is unmet if nobody passes anything on; if all users of the region bid alike, what "
        "is unmet of the region's use is {pooled}. Which, the model cannot tell."
    ),
    "stress_refused_branch": (
        "{tonnes} t/month ({part} of what they themselves import; without the scenario {before} "
        "t/month)"
    ),
    "stress_if_branch": "{words} if licences are {licence}",
    "stress_refused_more": (
        "Military and listed users are refused more in {count} more places: refused_users of "
        "run.json."
    ),
    "stress_quota": (
        "Quota {quota}{case}: {shipped} t/month ship. At transaction prices, importers' less the "
        "exporter's, the licences to ship are worth about {rent} million USD a month{grade}"
        "{whose}; at the margin one more tonne is worth about {margin} USD."
    ),
    "stress_quota_idle": "Quota {quota}{case}: {shipped} t/month ship; it does not bind{whose}.",
    "stress_long_cover": "over {days}",
    "stress_grade": " (grade {grade})",
    "stress_rent_free": ", which its exporters keep",
    "stress_rent_auctioned": ", which {issuer} keeps",
    "stress_rent_unknown": (
        ", to its exporters if they are given out free or to {issuer} if they are auctioned: not "
        "known"
    ),
    "stress_conduit": "Conduit {conduit}, {exporter} through {through} to {to}{case}: {carried}.",
    "stress_carries": "{material} {tonnes} t/month",
    "stress_carries_none": "{material} nothing in any member",
    "stress_conduit_idle": (
        "A conduit carries nothing where nothing of its trade is blocked while it is open, or "
        "where its premium is more than the buyer saves."
    ),
    "stress_undeclared": (
        "Undeclared trade{case}, supposed by the leakage of the parameter sets and no finding: "
        "{places}."
    ),
    "stress_undeclared_place": "{region}, {material} {tonnes} t/month",
    "stress_ways": "Round the controls",
    "stress_below_resolution": "below resolution",
    "stress_sign_not_determined": "sign not determined",
}
