"""Sentences of `orepact reserve` on what is held: forms, safe level, report, build-up."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["RESERVE_STOCK_TEXTS"]

RESERVE_STOCK_TEXTS: Mapping[str, str] = {
    "forms_keeps": "keeps",
    "forms_notice": (
        "Months to a form include {low} to {high} months of notice. Storage is rent and "
        "insurance, USD a month per tonne as the chain counts it, at the base price; interest "
        "({interest_low} to {interest_high} a year) comes on top. Purity is the least that users "
        "of the form take."
    ),
    "forms_cards": (
        "Every number is an assumption card with a reason: --json has them. Nobody publishes one "
        "table of shelf lives or storage costs."
    ),
    "forms_none": "no chain step from here",
    "level_unknown": "cannot tell",
    "level_cards": (
        "Middle value (range). Net imports are those of the balanced account of the chain's base "
        "months; the number of days and how it follows risk and importance are assumption cards, "
        "since Art. 23 of Regulation (EU) 2024/1252 leaves them open."
    ),
    "level_scaled": (
        "Days asked for, times what supply risk and economic importance make of them: {days}. "
        "`reserve buy --days` takes days as they are, `reserve buy --safe-level` these."
    ),
    "level_months": (
        "Base months of net imports, not the previous calendar year of Art. 23: {periods}."
    ),
    "level_placeless": (
        "Cannot tell the net imports of {region} for {count} forms ({forms}): it is no place of "
        "its own in their balanced accounts, and no stock of them counts. Ask for the group that "
        "it belongs to, as EU27."
    ),
    "level_many": "--csv and --json list them",
    "level_least": "at least {value}",
    "level_most": "at most {value}",
    "level_published": (
        "Counted as private, from public tables (--no-published leaves them out): {stocks}."
    ),
    "level_left": "Not counted, or in part: {stocks}.",
    "level_formless": "Counted for no form, since the report names none: {stocks}.",
    "level_weak": (
        "Grade D, the trade by partner is assumed; read for order, not for size: {forms}."
    ),
    "total_hidden": "not to be published",
    "total_kept": "kept",
    "total_none": "none reported",
    "total_unchecked": "not checked: withheld",
    "total_partly": "kept, without {count} withheld",
    "total_rules": (
        "Public are stocks of authorities, public undertakings and operators that a member state "
        "charged (Art. 22). Rules of disclosure: {rules}. A total of private holders that breaks "
        "one is not to be published, nor is the sum of it and the public part."
    ),
    "total_unknown": "In no total, since withheld or without content: {stocks}.",
    "buy_head": (
        "{target} {unit} of {material} for {region}: {months} months of world output. The price is "
        "to move by {move} at most."
    ),
    "buy_target_days": (
        "Target: {days} days of net imports as they are, not scaled by risk and importance; "
        "--safe-level scales them."
    ),
    "buy_target_level": (
        "Target: the safe level, {days} days x {factor} for risk and importance = {lasting} days "
        "of net imports, {low} to {high} t by its cards; stocks already held are not subtracted."
    ),
    "buy_market": (
        "Market at base ({period}): world output {output} t/month, traded {traded} t/month, net "
        "imports of the buyer {imports} t/month (account grade {grade})."
    ),
    "buy_depth": (
        "Depth at {move}: {depth} t/month over the parameter sets. Allowed: {alone} t/month if "
        "nobody else buys, {beside} beside the supposed middle of the other programmes, {least} "
        "beside the most that is supposed of them."
    ),
    "buy_rate": "Buy {rate} t a month for {count} months; the rate is set by {why}.",
    "buy_by_others": (
        "what is supposed of other programmes (published goals, our pace), which alone would move "
        "the price by more"
    ),
    "buy_by_nothing-traded": "the lack of trade: none of this form crosses a border",
    "buy_by_no-need": "a target of nothing",
    "buy_no_need": (
        "Nothing to buy: the target is 0 t. A region without net imports of a form has no days of "
        "them; give --tonnes."
    ),
    "buy_by_traded-share": "the share of traded tonnes that one buyer takes (card)",
    "buy_by_price": "the price, by the tenth percentile of market depth",
    "buy_by_target": "the target, which fits into one month",
    "buy_by_months": "the months that were asked for",
    "buy_by_simulation": "the price at the buyer in the simulator",
    "buy_nothing": (
        "Nothing can be bought on these terms, because of {why}: allow a larger "
        "--move, count less of the others with --others none, or set --months and read what that "
        "does to the price."
    ),
    "buy_short": "{tonnes} t of the target are not reached within {months} months.",
    "buy_closed": "Price by the closed form, {others}: {price} above base, everywhere.",
    "buy_others_none": "nobody else buying",
    "buy_others_middle": "others' middle included",
    "buy_others_most": "others' most included",
    "buy_simulated": (
        "Price in the simulator, this buyer alone and no controls, {sets} parameter sets over "
        "{months} months: {price} above base at the buyer, {worst} in the worst month, {elsewhere} "
        "elsewhere; {delivered} of the purchase came."
    ),
    "buy_over": "That is more than {move}: the purchase moves the buyer's own market.",
    "buy_cost": (
        "Cost: {cost} million USD, at the base price of {period} ({price} USD/t) and what the "
        "purchase adds to it{newest}; today's price may be another."
    ),
    "buy_newest": ", at the newest printed price of {price} USD/t ({told}) {times:.2g} times that",
    "buy_every": "every form",
    "buy_none": "purchases not published",
    "buy_ceiling": "at most {tonnes} t",
    "buy_goal": "goal of {days} days of {covers}",
    "buy_goal_held": "goal of {days} days of {covers}, {held} held",
    "buy_taken_tonnes": "nothing to the ceiling",
    "buy_taken_usd": "tonnes at the newest printed price, supposed pace",
    "buy_taken_days": "0 to {days} days (ours), taken as net imports, supposed pace",
    "buy_taken_nothing": "not counted",
    "buy_rival": "Supposed of {title}: {rate} t/month; {basis}.",
    "buy_forms_ours": "* The source names the mineral; the form is ours.",
    "buy_alike": "each month alike",
    "buy_unknown": "not published",
}
