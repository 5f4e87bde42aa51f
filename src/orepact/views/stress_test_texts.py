"""The sentences of a stress test."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["STRESS_TEST_TEXTS"]

STRESS_TEST_TEXTS: Mapping[str, str] = {
    "test_kicker": "orepact stress test · {region} · as known on {on}",
    "strategic": (
        "Strategic raw material, Annex I, Section 1, letter ({letter}). The law asks for a stress "
        "test of its supply chain at least every three years ({article}; the wording here is ours, "
        "the Official Journal is what holds)."
    ),
    "not_strategic": (
        "Not on the list of strategic raw materials, so that the law asks for no stress test; the "
        "parts are those of {article}."
    ),
    "listed_grade": "Listed in this grade: {listed}; the data are of: {data}.",
    "design": (
        "Generated scenarios of {months} months from {first}, sizes supposed; {sets}, {draws}, "
        "both licence branches, further base windows {windows}."
    ),
    "one_set": "one parameter set",
    "sets": "{count} parameter sets",
    "no_draws": "middle values",
    "draws": "{count} draws of uncertain sizes",
    "of": "Of",
    "quick": "Quick: one parameter set and middle values, so no band worth the name.",
    "answers": "The answer",
    "answer_supplier": (
        "The largest third-country supplier by value is {supplier}, with {share} of what {region} "
        "imports directly along the chain; groups of countries, which issue no acts, supply "
        "{groups}."
    ),
    "answer_scenario": (
        "{title}: {unmet} of the use of {material} unmet (grade {grade}), {more} against the same "
        "without it{price}."
    ),
    "answer_price": "; price {price} × base",
    "answer_price_outside": (
        "; one price for all outside {exporters}, since trade by partner is assumed: {price} × base"
    ),
    "the_exporter": "the exporter",
    "answer_dearest": (
        " Of the materials with a price of their own in {region} it raises {material} most: "
        "{price} × base at the margin (grade {grade}), {ratio} × without it."
    ),
    "title_supplier-stop": "{chain}: {supplier} stops exports to {region}",
    "title_supplier-licence": "{chain}: {supplier} licenses its exports anew",
    "title_outage": (
        "{chain}: {process_title} in {where}, {share} of the world's, runs at about half of its "
        "base for half a year"
    ),
    "title_demand-surge": "{chain}: {use_title} grows by about a quarter everywhere",
    "title_library": "Scenario {scenario}: {title}",
    "points": "{points} points",
    "answer_nothing": "{title}: no use unmet that can be told from none.",
    "answer_none": "No scenario could be run: {why}.",
    "answer_warning": "Early warning of shortage, 0 to 1: {index} for {mineral}, {band}.",
    "vulnerability": "Vulnerability",
    "figure": "Figure",
    "test_value": "Value",
    "period": "Period",
    "limits": "Limits",
    "more_figures": "{count} more figures are in run.json.",
    "missing": "Missing: {missing}.",
    "missing_more": "{missing}; and {count} more, named in run.json",
    "test_acts": "Acts that meet it",
    "acts_none": "No act of the register meets it.",
    "test_act": "Act",
    "issuer": "Issuer",
    "kind": "Kind",
    "state": "State",
    "until": "Until",
    "next": "Next date",
    "scenarios": "Scenarios",
    "scenario_caption": (
        "Per scenario, the materials of {region}: middle of all members and both licence branches "
        "(band); price outside the exporter where trade by partner is assumed (*); change is pair "
        "by pair against the same member without the scenario."
    ),
    "scenario": "Scenario",
    "test_material": "Material",
    "case": "Case",
    "price": "Price",
    "price_unit": "× base",
    "ratio": "Price",
    "ratio_unit": "× without",
    "test_unmet": "Use unmet",
    "unmet_unit": "% of use",
    "more_unmet": "More unmet",
    "more_unit": "points",
    "test_cover": "Cover, worst month",
    "cover_unit": "days",
    "by_licence": "approved {approve} · refused {refuse}",
    "rung": "rung {rung}",
    "year": "year {number}",
    "sectors": "Output at risk, {region}: {rows}.",
    "sector": "{title} {low} to {high}",
    "mitigation": "Mitigation",
    "measure": "Measure",
    "exists": "What exists",
    "changes": "What it would change",
    "from": "from",
    "gaps": "Gaps",
    "world": "world",
    "not_modelled": (
        "Not modelled: substitution beyond one elasticity of use, new mines within the year, "
        "private contracts, quality, rationing by governments. A band, not a forecast of a month: "
        "levels over twelve months held to about ×/÷ 1.5 in past controls, and misses were upward."
    ),
    "grades": "Grades of the accounts: {grades} (A best; D: trade by partner is assumed).",
    "rests": "Rests on",
    "cards": "{count} assumption cards of the chain, named in run.json",
    "more_sources": "and {count} more, named in run.json",
    "test_provenance": (
        "orepact {code}, dataset {name} {version} ({hash}), results {results}, {draws} of "
        "{sampling}, seed {seed}"
    ),
}
