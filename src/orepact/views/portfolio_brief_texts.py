"""The sentences of the brief and the charts of a portfolio."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["PORTFOLIO_BRIEF_TEXTS"]

PORTFOLIO_BRIEF_TEXTS: Mapping[str, str] = {
    "portfolio_kicker": "orepact brief · a portfolio of projects",
    "portfolio_meta": (
        "{modelled} projects of {chains} chains over {futures} futures; {not_modelled} rows of the "
        "table are not modelled, each with its reason below."
    ),
    "portfolio_answer": "What the choice says",
    "portfolio_read": (
        "A planner's choice with foresight inside a year under control: an upper bound on what "
        "projects bring, not a forecast. Chances of controls, lead times and most costs are "
        "assumption cards with ranges; a star marks what rests on a card for capacity or capital."
    ),
    "portfolio_is_decided": "decided already",
    "portfolio_is_chosen": "chosen",
    "portfolio_year_axis": "Year",
    "portfolio_opening_title": "When the projects open",
    "portfolio_opening_note": (
        "Triangle: decision. Tick: opening in the middle of draws; bar: 80 % of draws of permits "
        "and construction; orange line: end of the deadline's year. What lies beyond the last year "
        "is drawn at the edge."
    ),
    "portfolio_money_axis": "bn USD",
    "portfolio_money_title": "Money by who finances, and the public budget (orange)",
    "portfolio_role_export-bank": "export bank",
    "portfolio_role_development-bank": "development bank",
    "portfolio_role_private": "private",
    "portfolio_without": "without the projects",
    "portfolio_with": "with the projects",
    "portfolio_unserved_axis": "% of use under control not served",
    "portfolio_shortage_title": "Not served in years under control, stage by stage",
    "portfolio_supply_title": "Who serves final use in years under control",
    "portfolio_served_axis": "% of use under control",
    "portfolio_who_home": "own plants today",
    "portfolio_who_partner": "the other zone's plants",
    "portfolio_who_imports": "imports",
    "portfolio_who_decided": "projects decided",
    "portfolio_who_chosen": "projects chosen",
    "portfolio_who_unserved": "nobody",
    "portfolio_worth_axis": "bn USD, mean (dot) and range over futures",
    "portfolio_worth_title": "Worth: together and apart",
    "portfolio_together": "together",
    "portfolio_alone": "{zone} alone",
    "portfolio_apart": "both alone, added",
    "portfolio_charts_note": (
        "Worth and shortage are of the joint portfolio where zones are pooled. A stage that needs "
        "a chosen plant's feed may be short of more than before: its feed goes to where it is "
        "worth more."
    ),
    "portfolio_tornado_title": "What moves the worth of the joint choice, chosen again each time",
    "portfolio_tornado_axis": "bn USD; line: as it is",
    "portfolio_robust": "How far it holds",
    "portfolio_head_project": "Project",
    "portfolio_head_country": "In",
    "portfolio_head_decide": "Decide",
    "portfolio_head_opens": "Opens",
    "portfolio_head_deadline": "By deadline",
    "portfolio_head_counts": "t in {deadline}",
    "portfolio_head_makes": "Makes",
    "portfolio_head_tonnes": "t/year",
    "portfolio_head_capital": "Capital, M USD",
    "portfolio_head_public": "Public, M USD",
    "portfolio_head_worth": "Worth, M USD",
    "portfolio_head_goes": "Goes to under control, t/year",
    "portfolio_brief_none": "No project is worth its money under this budget.",
    "portfolio_limits": "What it rests on, and what it leaves out",
    "portfolio_reasons": "Not modelled:",
    "portfolio_provenance": (
        "Dataset {name}-{version} ({hash}) · {futures} futures, seed {seed}"
    ),
}
