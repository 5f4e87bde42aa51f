"""Sentences of exercises; part of the catalogue of texts."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["EXERCISE_TEXTS"]

EXERCISE_TEXTS: Mapping[str, str] = {
    "exercise_turn": "Turn {turn} of {turns}, {date}: {title}",
    "exercise_for": "for {team}",
    "exercise_secret": "for you alone, or for few",
    "exercise_stock": "Your stock",
    "exercise_menu": "What you may decide",
    "exercise_approve": "licences approved",
    "exercise_refuse": "licences refused",
    "exercise_short_approve": "approved",
    "exercise_short_refuse": "refused",
    "exercise_bands": (
        "Means over {months} months, bands over parameter sets widened by 1.35 to both sides; "
        "licence branches apart, never averaged. Over fewer than twelve months history backs a "
        "level less than this width says, and no path within them."
    ),
    "exercise_uses": "Uses short by {short}",
    "exercise_first": "served first",
    "exercise_kicker": "orepact exercise, after-action report",
    "exercise_head": (
        "{months} months from {first} · scenario {scenario} · {chains} · {sets} parameter sets · "
        "licence branches apart"
    ),
    "exercise_result": "What the decisions changed",
    "exercise_result_note": (
        "Unmet use of the regions that count for a team, at base prices, its own restraint "
        "included; over all months. Change: each member with and without the decisions of all. "
        "Cost: what users of the team's region pay at transaction prices. Public: paid for "
        "purchases and subsidies, less what sales from stock brought; below 0 more was earned than "
        "paid. Not to be added up. Ranges: "
        "10th to 90th percentile of the parameter sets, not widened; levels are less sure than "
        "changes."
    ),
    "exercise_team": "Team",
    "exercise_licence": "Licences",
    "exercise_without": "Unmet without decisions, MUSD",
    "exercise_with": "As decided, MUSD",
    "exercise_change": "Change, MUSD",
    "exercise_alone": "Its own decisions alone, MUSD",
    "exercise_best": "Best of its menu in hindsight, MUSD",
    "exercise_cost": "Change of cost, MUSD",
    "exercise_public": "Public, MUSD (below 0: earned)",
    "exercise_tonnes": "Who lacked how much of what",
    "exercise_tonnes_note": (
        "Tonnes over all months in the team's own region: middle member (10th to 90th percentile), "
        "not widened. Held back by decision is counted as unmet."
    ),
    "exercise_material": "Material",
    "exercise_wanted": "Wanted, t",
    "exercise_unmet_none": "Unmet without decisions, t",
    "exercise_unmet_all": "Unmet as decided, t",
    "exercise_unmet_change": "Change, t",
    "exercise_held_back": "Held back, t",
    "exercise_who": "Who did what when, and what it changed",
    "exercise_who_note": (
        "Change of unmet use (MUSD at base prices) by this decision, all others as they were, for "
        "the teams whose unmet use it moved; less than 0 is less unmet."
    ),
    "exercise_when": "Turn",
    "exercise_decision": "Decision",
    "exercise_changed": "What it changed",
    "exercise_nothing": "nothing that the model resolves",
    "exercise_none": "no decision",
    "exercise_taken": "taken",
    "exercise_not_taken": "not taken, or taken back",
    "exercise_refused": "Refused",
    "exercise_hindsight": "Hindsight",
    "exercise_hindsight_note": (
        "A bound, not a reproach: found with full knowledge of every inject and of the licence "
        "branch, the others deciding as they did, by enumerating from which turn on each entry of "
        "the menu is used at full strength. It counts unmet use and no money."
    ),
    "exercise_best_line": (
        "{team}, if {licence}: {plan} ({tried} plans tried{complete}). Unmet {unmet} MUSD, public "
        "money {public} MUSD."
    ),
    "exercise_complete": ", every one that the menu has at full strength",
    "exercise_as_decided": "nothing that was tried beat what was decided",
    "exercise_from_turn": "{title} from turn {turn}",
    "exercise_told": "What was told",
    "exercise_to_all": "all",
    "exercise_chart": "Unmet use over all months: without decisions, as decided, in hindsight",
    "exercise_axis": "Unmet use, MUSD at base prices",
    "exercise_run_none": "no decisions",
    "exercise_run_all": "as decided",
    "exercise_run_best": "best in hindsight",
    "exercise_limits": "What is not modelled",
    "exercise_start": "Stocks at the start (supposed unless a source is given)",
    "exercise_provenance": (
        "Dataset {name} {version}, {hash} · inputs {inputs} · orepact {code}"
    ),
    "exercise_below_resolution": "below resolution",
    "exercise_sign_not_determined": "sign not determined",
}
