"""Sentences of a host country's share of value, part of the one catalogue of texts."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["HOST_SHARE_TEXTS"]

HOST_SHARE_TEXTS: Mapping[str, str] = {
    "host_head": "{title}: the country's share of value, sold as ore or processed at home",
    "host_line": (
        "Sold as {product}: {share} ({low} to {high}) of the value of {last} stays in the country, "
        "{state} with the state."
    ),
    "host_line_one": (
        "Sold as {product}: {share} of the value of {last} stays in the country, {state} with the "
        "state; {investor} {unit} are left to the owner."
    ),
    "host_today": "Done in the country today, in the calibrated account: {steps}.",
    "host_today_none": "None of the steps is in the calibrated account of the country itself.",
    "host_central": (
        "Figures are those with every term at its middle, in brackets the 5th to 95th percentile "
        "of {draws} draws from the ranges; shares of draws are no probabilities."
    ),
    "host_unit_in": "USD per {mass} in {product}",
    "host_unit_of": "USD per t of {product}",
    "host_step_new": (
        "One more step at home, {product} from {before}: the country gets {middle} {unit} more "
        "than as {before} ({low} to {high}); the owner of all steps up to there loses money in "
        "{loses} of draws."
    ),
    "host_step_today": (
        "A step done today, {product} from {before}: the country gets {middle} {unit} more than "
        "as {before} ({low} to {high}), and gets it already; the owner of all steps up to "
        "there loses money in {loses} of draws."
    ),
    "host_against_first": (
        "Against {first}, all {steps} steps together: {middle} {unit} ({low} to {high}); the owner "
        "does no worse than as {first} in {pays} of draws."
    ),
    "host_pays": (
        "In {pays} of draws the owner does no worse than as {before}, before any return on the "
        "capital that the step takes; in these the country gains {more} {unit} on average (draws "
        "in which it does not pay are not in that mean). With a return on that capital: "
        "{return_middle} of draws ({return_high} to {return_low})."
    ),
    "host_pays_never": (
        "In none of the draws does the owner do as well as with {before}, before any return on the "
        "capital that the step takes."
    ),
    "host_return": (
        "A return on capital is {rate} a year ({low} to {high}) on half of what a step costs to "
        "build, written off over {life} years: suppositions, no source read."
    ),
    "host_state_less": (
        "The state itself gets less than from {first} in the middle case: {with_it} against "
        "{without} {unit}."
    ),
    "host_not": (
        "Accounting at given prices, no forecast: nothing responds, and a step that loses money "
        "would not run. Where no source is named a term is a supposition with its range."
    ),
    "host_table": (
        "What becomes of the value, {unit}, every term at its middle (5 to 95 % of draws)"
    ),
    "host_sold": "Sold as",
    "host_value": "value sold",
    "host_royalty": "royalty, duty",
    "host_tax": "tax, dividend",
    "host_local": "wages, local inputs",
    "host_share": "country's share",
    "host_state": "state's share",
    "host_loses": "owner loses, of draws",
    "host_investor": "left to the owner",
    "host_tornado": "What moves the country's share, every step at home",
    "host_term": "term",
    "host_range": "range",
    "host_basis": "basis",
    "host_low": "at low",
    "host_high": "at high",
    "host_chart_note": (
        "Costs that are spent abroad, capital and bought inputs make up the rest of the value sold."
    ),
    "host_cards": "Every term is a card",
    "host_why": "why",
    "host_written": "Brief: {path}",
    "host_left_out": "Left out: {what}.",
    "host_projects": "Projects of the dataset there: {projects}.",
    "host_list": "Hosts and chains with a file of terms",
    "host_list_more": "orepact projects host-share NAME prints one of them.",
}
