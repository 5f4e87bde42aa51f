"""Sentences of what reserves release by rule, and of what that changes."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["RESERVE_RELEASE_TEXTS"]

RESERVE_RELEASE_TEXTS: Mapping[str, str] = {
    "release_title": "Released under {rulebook}, whole scenario, without versus with the reserve",
    "release_fate_title": (
        "Where the tonnes went, t, mean of the members: more used by those who may draw and by "
        "others, less made anywhere, more taken by works, bought back, stored or at sea (below 0: "
        "came out of stores or had been at sea)"
    ),
    "release_places_title": "Final use gained by region, t over the scenario",
    "release_costs_title": (
        "Earned and spent by the owner, million USD over the scenario, at transaction prices"
    ),
    "release_never": (
        "{reserve}: releases nothing in {members} members and keeps {held} t. The most that the "
        "rule saw in a month: a loss of {loss}, a price of {price}."
    ),
    "release_idle": "{reserve}: no rule is for it; it keeps what it holds.",
    "release_range": "{low} to {high}",
    "release_leak": (
        "{material}{rung}: {released} t released, {arrived} t of it arrived by the end; users who "
        "may draw took {own} t more and other users {others} t; {parts}."
    ),
    "release_displaced_more": "{tonnes} t less were made",
    "release_displaced_less": "{tonnes} t more were made",
    "release_works_more": "works took {tonnes} t more",
    "release_works_less": "works took {tonnes} t less",
    "release_bought_more": "{tonnes} t were bought back",
    "release_stored_more": "{tonnes} t lie in private stores or at sea",
    "release_stored_less": "{tonnes} t came out of private stores or had been at sea",
    "release_rule": (
        "Rule {rule} ({basis}): {trigger}; releases {size}; ends {stop}; {replenish}. {reason}"
    ),
    "release_supposed": "levels are supposed where the reason names no source",
    "release_source": "source: {source}",
    "release_trigger": "sets off at {levels}",
    "release_any": " or ",
    "release_every": " and ",
    "release_group_loss": "a loss of the group of {value} of {of}",
    "release_member_loss": "a loss of one member of {value} of {of}",
    "release_price": "a price of {value} for {months} months",
    "release_price_one": "a price of {value}",
    "release_cover_days": "stocks of {value} days of use",
    "release_of_supply": "base supply",
    "release_of_use": "use",
    "release_share_of_shortfall": "{value} of what is short",
    "release_share_of_stock": "{value} of the reserve a month",
    "release_tonnes": "{value} t a month",
    "release_bounds": ", {low} to {high} of the reserve a month",
    "release_ends_loss": "below a loss of {value}",
    "release_ends_price": "below a price of {value}",
    "release_ends_months": "after {value} months",
    "release_ends_trigger": "when that no longer holds",
    "release_ends_cheap": "always below {value}",
    "release_buys": "buys back below {value}, {size}, months to wait: {after}",
    "release_buys_not": "is not filled again",
    "release_emergency": "An emergency {trigger}, releases {size}.",
    "release_note": (
        "Members with and without the reserve are compared pair by pair: means over the whole "
        "scenario, 10th to 90th percentile, of few members the least and the most; not widened. No "
        "month is promised. The rule sees figures of the month before and nobody foresees it. "
        "Purity, ports and shelf life are not simulated, nor what others do in answer."
    ),
    "release_links": "Chains that links join are run one by one here: {links}.",
    "release_checked": (
        "{rulebook} is sound for {count} reserves on the chains of {scenario}; nothing was run."
    ),
    "release_head": "What reserves change by rule",
    "release_kicker": "orepact release of reserves",
    "release_meta": "{months} months from {first} on · rulebook: {rulebook}",
    "release_provenance": (
        "Dataset {name}-{version} ({hash}) · code {code} · inputs {inputs} · {command}"
    ),
    "release_chart": "Held by month, t: middle member and band",
    "release_axis_month": "month of the scenario",
    "release_suggested": "Suggested levels: {levels}.",
    "release_suggested_none": (
        "No levels are suggested: whatever they are, users who may draw take no more in the "
        "{count} members looked on."
    ),
    "release_level_loss": "loss from {value} on (given {given})",
    "release_level_price": "price from {value} on (given {given})",
    "release_level_at_most": "at most {value} of the stock a month (given {given})",
    "release_suggested_value": (
        "What users who may draw take more, at the price they would have paid, mean per member: "
        "{inside} million USD on the {count} members they were chosen on, {outside} on the {left} "
        "left out; the levels as given: {given_inside} and {given_outside} ({candidates} "
        "candidates)."
    ),
    "release_suggested_note": (
        "Read the figure on the members left out: what is chosen on few members fits them. Tonnes "
        "left at the end count for nothing, which favours early release. Where both figures lie "
        "close together, keep the simpler rule."
    ),
    "release_step": "{name}: {done} of {total}",
    "release_step_suggest": "candidates for levels tried",
    "release_step_run": "tasks run with and without the reserve",
    "release_all": "all",
    "release_approve": "approved",
    "release_refuse": "refused",
    "release_nothing": "none",
    "release_yes": "yes",
    "release_no": "no",
}
