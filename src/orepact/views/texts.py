"""Every sentence that a reader sees, in one catalogue, so that it can be translated."""

from __future__ import annotations

from collections.abc import Mapping

from orepact.errors import InputError, Problem, nearest
from orepact.views.exercise_texts import EXERCISE_TEXTS
from orepact.views.host_share_texts import HOST_SHARE_TEXTS
from orepact.views.portfolio_brief_texts import PORTFOLIO_BRIEF_TEXTS
from orepact.views.portfolio_texts import PORTFOLIO_TEXTS
from orepact.views.price_support_texts import PRICE_SUPPORT_TEXTS
from orepact.views.projects_texts import PROJECTS_TEXTS
from orepact.views.research_texts import RESEARCH_TEXTS
from orepact.views.reserve_release_texts import RESERVE_RELEASE_TEXTS
from orepact.views.reserve_size_texts import RESERVE_SIZE_TEXTS
from orepact.views.reserve_stock_texts import RESERVE_STOCK_TEXTS
from orepact.views.sector_texts import SECTOR_TEXTS
from orepact.views.share_texts import SHARE_TEXTS
from orepact.views.should_cost_texts import SHOULD_COST_TEXTS
from orepact.views.stress_test_texts import STRESS_TEST_TEXTS
from orepact.views.stress_texts import STRESS_TEXTS
from orepact.views.support_tunnel_texts import SUPPORT_TUNNEL_TEXTS
from orepact.views.trade_defence_texts import TRADE_DEFENCE_TEXTS
from orepact.views.vault_texts import VAULT_TEXTS

__all__ = ["TEXTS", "say"]

TEXTS: Mapping[str, str] = {
    # The head of the brief
    "kicker": "orepact brief",
    "as_of": (
        "Study date {as_of} · months {first} to {last} · prices and unmet use are twelve-month "
        "means"
    ),
    "answer": "The answer",
    "answer_line": (
        "Hit hardest if {branch}: {region}, with {material} at {multiple} × the status quo at the "
        "margin (new licences approved · refused: {licences} ×) and {unmet} of its use unmet, "
        "against {without} if extended."
    ),
    "answer_short": "Short by 5 % of use or more: {regions}.",
    "answer_nobody": "Nobody is short by 5 % of use or more.",
    "answer_unsolved": "No buyer's price was computed.",
    "starred": "* short only at stages whose trade by partner is assumed (grade D).",
    "not_a_forecast": (
        "A band, not a forecast of a month. Levels over twelve months held to about ×/÷ 1.5 in "
        "past controls; the path within the year did not. Misses were upward: read the tail."
    ),
    "branches_note": (
        "Branches: extended = the suspensions are prolonged; revived = they end and the acts "
        "apply again; escalated = revived, and named acts are added; lifted = the suspended acts "
        "are withdrawn. Acts that were never suspended apply in every branch."
    ),
    "grade_c": ("Account grade C, the weakest: read this chain's numbers for order, not for size."),
    "not_covered": "No act in the register touches this chain: not covered.",
    "not_covered_list": "Not covered by this study: {names}.",
    # The headline table
    "headline_caption": (
        "Per chain and branch, for the buyer hit hardest: middle of all members (band), upward tail"
    ),
    "chain": "Chain, buyer hit hardest",
    "chain_only": "Chain",
    "branch": "Branch",
    "price_quo": "Marginal price vs status quo",
    "price_tail": "Tail",
    "price_base": "Marginal price vs base",
    "price_paid": "Transaction price vs status quo",
    "unmet": "Use unmet",
    "cover": "Cover, worst month",
    "who_short": "Short by 5 % or more",
    "nobody": "nobody",
    "unit_multiple": "×",
    "unit_percent": "%",
    "unit_percent_use": "% of use",
    "unit_percent_base": "% of base",
    "unit_days": "days",
    "headline_note": (
        "× = multiple. Status quo: the market on the study date, under every act then in force. "
        "Base: the chain's calibration months, before its first control. Marginal: the price of "
        "one more tonne, as spot asks show it; transaction: what buyers pay on average. Hit "
        "hardest: the largest marginal multiple among buyers with 3 % of use outside the exporter "
        "or more, if the acts revive, or in the last branch where reviving them changes nothing."
    ),
    # Acts and clocks
    "acts": "The acts and their clocks",
    "acts_caption": "State of each act on {as_of}, chain by chain",
    "act": "Act",
    "clock": "Clock",
    "clock_left": "{event} {date} ({days} days left)",
    "clock_today": "{event} {date} (today)",
    "clock_past": "{event} {date} ({days} days ago)",
    "known_as_of": "known as of {date}",
    "untouched": "–",
    "state_differs": "differs by branch",
    "timeline_title": "State of the acts by branch",
    "timeline_note": "Acts that stay in one state in every branch are left out.",
    "timeline_desc": (
        "Bars over time, one row per act and one panel per branch, showing when an act is in "
        "force, suspended, ended or unknown."
    ),
    # One chain
    "chain_meta": (
        "Account grade {grade} · {moved} of the tonnes moved to close the accounts · {coverage} of "
        "them rest on a source · calibrated on {from} to {to} · acts: {acts}"
    ),
    "sankey_title": "{chain}: flows by stage in the base year, tonnes a month",
    "sankey_desc": (
        "Flow diagram from stage to stage, left to right, one bar per region; widths are "
        "proportional to tonnes a month. Largest flows: {largest}."
    ),
    "sankey_flow": "{source} to {target}, {material}: {tonnes} t/month",
    "sankey_added": "grey, entering: other inputs, stocks, unallocated",
    "sankey_lost": "grey, leaving: losses, other elements, stocks",
    "sankey_note": (
        "Bars are regions, labelled with what leaves them; coloured links are flows by seller. "
        "Grey stubs close each bar: other elements and inputs, losses, stock changes. Scrap enters "
        "at its first use; collected scrap leaves at the right."
    ),
    "used_in": "used in",
    "end_use": "end use",
    "other_regions": "other regions",
    "other_uses": "other uses",
    "scrap": "scrap",
    "collected": "collected scrap",
    "bands_title": "{chain}: price and supply by buyer and branch",
    "picture_bands": "{chain}: twelve-month mean price and unmet use, by buyer and branch",
    "bands_desc": (
        "Left: twelve-month mean price multiple against the status quo, log scale. Right: share "
        "of use unmet in per cent. Dot: middle; thick line: band; thin line: upward tail. {rows}"
    ),
    "bands_row": "{region}, {material}, {branch}: {multiple} ×, {unmet} of use unmet.",
    "axis_price": "Marginal price vs status quo (×, log scale)",
    "axis_unmet": "Use unmet (% of use)",
    "axis_paths": "Marginal price (×, log scale)",
    "axis_month": "Month",
    "legend_branch": "Branch",
    "legend_state": "State of the act",
    "bands_note": (
        "Dot: middle; thick line: band over parameter sets and licence branches; thin line: upward "
        "tail. Each buyer is shown with the material that hits it hardest."
    ),
    "bands_table": "The same figures as a table",
    "bands_caption": "{chain}: buyers by branch",
    "buyer": "Buyer",
    "material": "Material",
    "paths_title": "{region}, {material}: monthly band by branch",
    "paths_desc": (
        "Band of monthly price multiples per branch. The level over the year is meaningful, the "
        "shape within it is not."
    ),
    "paths_note": "The shape within the year is not a finding; read the level.",
    "short_title": "{chain}: share of use unmet",
    "short_desc": "Rows are regions and materials, columns branches; the darker, the shorter.",
    "short_heading": "Who is short of what",
    "short_caption": "{chain}: share of use unmet, % of use: middle (band)",
    "short_more": "{count} more rows in the result tables.",
    "short_nobody": "Nobody is short by 5 % of use or more in any branch.",
    "short_buyer": "Region and material",
    "exporter_caption": "{region}, which applies the acts",
    "exporter_volume": "Exports",
    "exporter_price": "Its own price vs base",
    "sign_unknown": "sign not determined",
    # The close of the brief
    "assumed": "What was assumed",
    "assumed_caption": "Assumption cards: figures that no source gives",
    "assumption": "Assumption",
    "value": "Value",
    "range": "Range",
    "unit": "Unit",
    "reason": "Reason and evidence",
    "affects": "Affects",
    "all_chains": "All chains",
    "assumed_more": (
        "Reasons are shortened; {count} more cards, and every card in full, in run.json."
    ),
    "coverage": "Coverage and grade",
    "coverage_caption": "How far the accounts can be trusted",
    "grade": "Grade",
    "moved": "Tonnes moved to close the accounts",
    "covered": "Coverage: tonnes resting on a source",
    "calibration": "Calibration months",
    "note": "Note",
    "grade_note": (
        "Grade A: under 10 % of the tonnes moved; B: under 25 %; C: more, or capped for weak "
        "evidence."
    ),
    "sources": "Sources",
    "single_facts": "{count} single facts are cited besides; run.json names each.",
    "single_facts_names": "Publishers of the single facts",
    "licence_unconfirmed": "licence to confirm",
    "warnings": "Warnings",
    "checks_line": (
        "No shock, no change: prices reproduced within {price}, flows within {flow}; mass "
        "balances closed to {balance} of a stage's tonnage."
    ),
    "provenance": "Provenance",
    "unknown": "not recorded",
    "provenance_line": (
        "Study {study} · dataset {version} ({hash}) · code {code} · solver {solver} · parameter "
        "sets {sets} × licence branches {licences} · created {created} · {seconds} s at {speed} "
        "windows/s"
    ),
    "rerun": "Run it again with",
    # The fact sheet of a mineral
    "sheet_kicker": "orepact fact sheet · {region} · {on}",
    "sheet_lists": "Lists: {lists}.",
    "sheet_no_list": "Not itself on a list of the European Union or the United States.",
    "sheet_caption": "Dependence and risk by stage",
    "sheet_figure": "Figure",
    "sheet_supplier": "Largest supplier outside the region",
    "sheet_not_named": "Share without a named country (%)",
    "sheet_supplier_hhi": "Concentration of suppliers, HHI (0 to 1)",
    "sheet_producer": "Largest producer, its share of world output",
    "sheet_import_reliance": "Import reliance (% of use)",
    "sheet_without_largest": "World supply without it, with spare capacity if known (%)",
    "sheet_supply_risk": "EU supply risk (critical from 1.0)",
    "sheet_economic_importance": "EU economic importance (critical from 2.8)",
    "sheet_early_warning": "Early warning of shortage (0 to 1)",
    "sheet_age": "Age of the shares (years)",
    "sheet_driver": "driven by {driver}",
    "sheet_none": "no figure",
    "sheet_none_abroad": "none abroad named, 0 to {most}",
    "sheet_producers": "Who produces: share of world output by country",
    "sheet_producers_desc": "Bars by stage and country, in per cent.",
    "sheet_origins": "Where {region} gets it: share of supply by origin",
    "sheet_origins_desc": "Bars by stage and country of origin, in per cent.",
    "sheet_prices": "Price: {form} ({market})",
    "sheet_prices_end": "; no later price than {last} in the tables",
    "sheet_prices_none": "Price",
    "sheet_prices_desc": "Line over time, from {first} to {last}, axis from zero.",
    "sheet_uses": "What it is used for: share of end uses",
    "sheet_uses_desc": "Bars by end use, in per cent.",
    "sheet_chart_none": "Nothing published: {title}.",
    "sheet_bars_note": (
        "Blue: outside the region; green: the region itself; grey: no named country. Thin line: "
        "range of the printed digits, or what a withheld country may have."
    ),
    "sheet_axis_share": "Share (%)",
    "sheet_withheld": "withheld",
    "sheet_up_to": "up to {value}",
    "sheet_acts": "Export controls that meet it, {on}",
    "sheet_act": "Act",
    "sheet_kind": "What it is",
    "sheet_issuer": "By",
    "sheet_state": "State",
    "sheet_since": "Since",
    "sheet_no_act": "None in the register.",
    "sheet_acts_unknown": "The register of controls does not know this mineral.",
    "sheet_acts_more": "and {count} more: orepact control status",
    "sheet_projects": "Announced projects",
    "sheet_project": "Project",
    "sheet_product": "Product",
    "sheet_capacity": "Capacity of it (t/year)",
    "sheet_start": "Start (year)",
    "sheet_no_project": "None in the table of projects.",
    "sheet_projects_more": "and {count} more: orepact data show projects",
    "sheet_gaps": "How sure",
    "sheet_gap": (
        "{stage}: output of {years}, {countries} countries; withheld by {withheld}; without a "
        "named country {unmapped}; rows whose licence is to confirm {confirm}"
    ),
    "sheet_gap_no_total": "not known, no world total",
    "sheet_gap_none": (
        "No table has output by country: the shares of producers are those that the European "
        "Commission published."
    ),
    "sheet_nobody_withheld": "none",
    "sheet_disclaimer": (
        "Published figures and what follows from them, not a forecast and no advice. A figure "
        "that is not published is left out, never taken for zero. Risk scores follow the method "
        "of the European Commission re-computed by this software; they are not its findings."
    ),
    "sheet_provenance": (
        "Dataset {name}-{version}, vintage {vintage} ({hash}) · code {code} · page of {on}"
    ),
    "sheet_rerun": "orepact assess sheet {mineral} --region {region} --vintage {vintage}",
    "sheet_sources": "Sources",
    "sheet_assumed": (
        "{count} assumption cards and acts of the register besides: orepact assess explain."
    ),
    # The terminal
    "terminal_title": "{title} (study date {as_of})",
    "terminal_chain": "{chain} (account grade {grade})",
    "terminal_buyer": "Hit hardest: {region} with {material}; marginal price multiples",
    "price_quo_short": "vs status quo",
    "price_licences": "Approved · refused",
    "price_base_short": "vs base",
    "terminal_short": "  short by 5 % or more if {branch}: {names}",
    "unmet_short": "Unmet",
    "cover_short": "Cover, worst",
    "terminal_warning": "warning: {text}",
    **EXERCISE_TEXTS,
    **PORTFOLIO_BRIEF_TEXTS,
    **PORTFOLIO_TEXTS,
    **PROJECTS_TEXTS,
    **RESERVE_RELEASE_TEXTS,
    **RESERVE_SIZE_TEXTS,
    **RESERVE_STOCK_TEXTS,
    **SECTOR_TEXTS,
    **SHARE_TEXTS,
    **STRESS_TEXTS,
    **STRESS_TEST_TEXTS,
    **HOST_SHARE_TEXTS,
    **RESEARCH_TEXTS,
    **SHOULD_COST_TEXTS,
    **SUPPORT_TUNNEL_TEXTS,
    **TRADE_DEFENCE_TEXTS,
    **PRICE_SUPPORT_TEXTS,
    **VAULT_TEXTS,
}


def say(key: str, /, **values: object) -> str:
    """Return the sentence `key` with its blanks filled.

    Raises `InputError` when the catalogue has no such sentence.
    """
    template = TEXTS.get(key)
    if template is None:
        raise InputError([Problem("no such text", found=key, nearest=nearest(key, list(TEXTS)))])
    return template.format(**values)
