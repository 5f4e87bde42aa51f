"""The sentences on projects: recycling, bottlenecks, deadlines, the list and the portfolio."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["PROJECTS_TEXTS"]

PROJECTS_TEXTS: Mapping[str, str] = {
    "scrap_title": "Scrap from products in use, {regions}, t/year in {year}",
    "scrap_by_year": "{title}: by year, {unit}",
    "scrap_by_product": "{title}: products in {year}, {unit}",
    "scrap_drivers": "{title}: what moves the recovered tonnes of {year}",
    "scrap_meaning": (
        "Leaving: in products that end their life. Collected: of that, reaching a recycler of "
        "the zone. Taken out: of that, out of its product and into a recycler. Recovered: of that, "
        "made into material, without scrap of the zone's plants. Share: recovered over what is put "
        "on the market in the same year. Intake: scrap that today's recyclers can take, output "
        "over utilisation by the account; it is compared with what is taken out."
    ),
    "scrap_band": (
        "Middle at the cards' values; range: 90 % of {draws} draws from the ranges of every "
        "card and of the account's uses (no probabilities). Lifetimes, collection and separation "
        "are assumption cards: no figure of this table was published. Published beside it: the "
        "Union's study, 2016-2020."
    ),
    "scrap_law": (
        "The Union's benchmark for 2030 is recycling capacity of 25 % of its consumption of "
        "strategic materials overall (Regulation (EU) 2024/1252, Art. 5); a share here is of one "
        "material and of what scrap allows, whatever the capacity."
    ),
    "scrap_left_out": "{title}, not followed: {reasons}.",
    "scrap_without": (
        "{title}, recycling projects without a published intake (not counted): {names}."
    ),
    "scrap_planned": "{title}, counted project: {name}, {tonnes} t/year at full output ({status}).",
    "scrap_no_share": "not told",
    "scrap_new": "with {tonnes} t/year of new scrap of the zone's plants today",
    "scrap_new_unknown": (
        "new scrap of the zone's plants, which the same recyclers take, is not told apart in this "
        "chain"
    ),
    "scrap_binding": (
        "{title}: scrap collected and taken apart by today's practice, not recycling capacity, "
        "is what binds in {year}: {taken} t/year taken out ({others}) against an intake of "
        "{intake} t/year with projects."
    ),
    "scrap_binding_capacity": (
        "{title}: capacity binds in {year}: {taken} t/year taken out ({others}) against an intake "
        "of {intake} t/year with projects."
    ),
    "scrap_binding_open": (
        "{title}: scrap and capacity lie within each other's range in {year}: {taken} t/year "
        "taken out ({others}) against an intake of {intake} t/year with projects: either may bind."
    ),
    "scrap_binding_some": (
        "{title}: {taken} t/year taken out in {year} is less than the intake of {intake} t/year "
        "with projects, but {others}: what binds is open."
    ),
    "scrap_binding_gap": (
        "{title}: tonnes of {year} leave out products without a card; no share and no verdict "
        "on what binds."
    ),
    "scrap_binding_nothing": (
        "{title}: neither scrap nor intake by the account in {year}: no verdict."
    ),
    "projects_modelled": "{makes}: {capacity} t/year, {money} M USD; {count} figures are cards",
    "projects_yes": "yes: {names}",
    "projects_rest": "the rest: {reason}",
    "projects_not": "no: {reason}",
    "projects_no_product": "product not stated",
    "projects_count": (
        "{shown} of {of} rows, {modelled} of them modelled. Of these rows no source gives the "
        "capacity of {capacity}, the capital of {capital}, the first year of {start}."
    ),
    "projects_cards": (
        "Modelled: what no source gives is an assumption card of the project's kind with a "
        "range; --json lists them per project. Capital is the whole project's, not the public's "
        "part."
    ),
    "deadline_title": "Projects of {regions} by {by}",
    "deadline_outputs": "Together, material by material",
    "deadline_benchmarks": "Benchmarks of the Union's law that these projects touch",
    "deadline_meaning": (
        "{draws} draws of failure, decision, permits, construction, ramp and capacity. Range of "
        "a chance: all cards of chance at their low and at their high end; range of a year or of "
        "tonnes: 90 % of draws. In full: 90 % of capacity or more as the mean of {by}. No rate "
        "of failure by status is published: each is a card. Feed is not checked here (see "
        "bottleneck)."
    ),
    "deadline_waits": (
        "Undecided projects open when announced plus the card of delay, not before they can be "
        "built; without an announced year they wait for a decision (card), permits and "
        "construction."
    ),
    "deadline_decided": (
        "Supposed: every undecided project is decided in {year}, whatever was announced; its "
        "chance is then that of a project under construction."
    ),
    "deadline_portfolio": (
        "Counted: what is decided already and the {count} projects that the portfolio chose, "
        "decided in the years that it chose; their chance is that of a project under "
        "construction."
    ),
    "deadline_common": (
        "Delays and failures are correlated between projects by a card; independent projects "
        "would make a middling outcome look surer than it is."
    ),
    "deadline_law": (
        "Benchmarks: Regulation (EU) 2024/1252, Art. 5: Union capacity over Union consumption, "
        "overall 10 % extraction, 40 % processing, 25 % recycling; here material by material, "
        "with the account's range and growth of use by its card. {bare} more steps have no "
        "project; --json has them."
    ),
    "deadline_recycled": "{step}, or recycled",
    "deadline_twice": (
        "A step printed as “or recycled” counts recyclers of the same material too, as the "
        "benchmark for processing does; the same plants count again for the benchmark for "
        "recycling. It is no "
        "capacity from ore or by-product alone: see bottleneck."
    ),
    "deadline_gaps": (
        "{count} rows of the table are not modelled and not counted: orepact projects list."
    ),
    "deadline_answer": "Chance of {tonnes} t/year of {material} or more in {by}: {chance}.",
    "bottleneck_title": "{title}: stages of {regions}, t/year",
    "bottleneck_none": "{regions} have no capacity at all for {names} {when}.",
    "bottleneck_none_one": "{regions} has no capacity at all for {names} {when}.",
    "bottleneck_tight": (
        "Tightest stage {when}: {name}, with the least capacity over need in {share} of "
        "draws from the ranges (no probability){others}."
    ),
    "bottleneck_others": "; then {names}",
    "bottleneck_own": "Own supply of final use {when}, all stages and own feed counted: {names}.",
    "bottleneck_nothing": "Final use in {regions} needs none of this chain {when}.",
    "bottleneck_now": "today",
    "bottleneck_year": "in {year} with what projects deliver",
    "bottleneck_everything": "in {year} if every candidate were built in full",
    "bottleneck_partners": "Feed beyond their own need counts of {names}.",
    "bottleneck_meaning": (
        "Need: what the zone's own final use takes at each stage, by the chain's recipes, were "
        "all of it made at home. Capacity: output over utilisation by the account. Own supply: "
        "the part of the need that capacity and own feed of every earlier stage allow. Middle: "
        "median of {draws} draws of utilisation, errors of the account, growth of use and "
        "projects from their ranges; range: 90 % of them. Imports of feed, stocks and time to "
        "switch are not counted; shares of joint recipes go by value at base prices."
    ),
    "bottleneck_grade": "Account grade {grade}: read stages for order, not for size.",
}
