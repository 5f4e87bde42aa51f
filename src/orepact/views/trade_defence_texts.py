"""Sentences of trade defence: margins, duties, surges, detours."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["TRADE_DEFENCE_TEXTS"]

TRADE_DEFENCE_TEXTS: Mapping[str, str] = {
    "defence_notice": (
        "Arithmetic, not legal advice. Whether a sale counts, whether goods are like, whether an "
        "industry is injured and by what is for an authority to find."
    ),
    "defence_margin_title": "Margin of dumping of {sheet}, % of the {value_is} of all exports",
    "defence_value_cif": "value at the border",
    "defence_value_export_price": "export value",
    "defence_product_title": "Normal value by product, USD/t (or per piece)",
    "defence_pattern_title": "Export prices of each group against the others (Article 2.4.2)",
    "defence_one_product": "one product",
    "defence_ww": "average to average (W-W)",
    "defence_tt": "transaction to transaction (T-T)",
    "defence_wt": "average to transaction (W-T)",
    "defence_pattern_only": ", differences of the pattern's sales only",
    "defence_zeroing": ", with zeroing",
    "defence_normally": "normal comparison",
    "defence_paired": "normal comparison; pairs by {pairing}",
    "defence_zeroing_against": "disputed: zeroing (see below)",
    "defence_condition_met": (
        "condition shown with these cards: pattern found, explanation given (its worth is for an "
        "authority)"
    ),
    "defence_condition_no_explanation": (
        "condition not shown: a pattern with these cards, but no explanation (--because)"
    ),
    "defence_condition_no_pattern": (
        "condition not shown with these cards: no significantly lower prices"
    ),
    "defence_condition_flips": "; other ends of the cards say otherwise",
    "defence_zeroed": (
        "Rows with zeroing count differences below zero as nothing. Reports of the Appellate Body "
        "of the World Trade Organization held zeroing to be against Article 2.4.2, in US – Washing "
        "Machines (DS464, 2016) in W-T too; a panel of 2019 (DS534) let it stand in W-T. Told from "
        "memory: the reports were not read for this."
    ),
    "defence_unpaired": (
        "T-T: {rows}: the home sale with the same label was left out as below cost, so the nearest "
        "day was taken instead."
    ),
    "defence_row": "row {rows}",
    "defence_rows": "rows {rows}",
    "defence_pattern_ends": (
        "With all of these cards at their low ends: {low}; at their high ends: {high}. {ends}"
    ),
    "defence_pattern_yes": "a pattern",
    "defence_pattern_no": "no pattern",
    "defence_pattern_flips": "So these cards decide whether there is a pattern.",
    "defence_pattern_firm": "So no choice within their ranges changes that.",
    "defence_eu_wt": (
        "European Union: for W-T, Article 2(11) of Regulation 2016/1036 (from memory, not read "
        "here) also asks that W-W and T-T would not reflect the full degree of dumping. Here: "
        "{told}."
    ),
    "defence_eu_method": "{method} {margin}",
    "defence_straddle": (
        "{method}: {border} of the value at the border, {price} of the export price; 2 % lies "
        "between. Article 5.8 goes by the export price."
    ),
    "defence_wt_is_ww": (
        "Without zeroing W-T over all sales equals W-W: the sums are the same. It differs only if "
        "zeroing or the pattern's sales alone are counted."
    ),
    "defence_no_tt": (
        "No T-T: a product has a constructed normal value and no home sale to compare with."
    ),
    "defence_de_minimis": (
        "Below 2 % of the export price a margin is de minimis (Article 5.8): {methods}."
    ),
    "defence_below_cost": (
        "{product}: {share} of the home volume is sold below cost; left out: {rows}."
    ),
    "defence_below_cost_kept": (
        "{product}: {share} of the home volume is sold below cost, under a fifth and with the "
        "average above cost: nothing left out."
    ),
    "defence_cost_unknown": (
        "No costs in the sheet: home sales were not tested against cost (Article 2.2.1)."
    ),
    "defence_pattern_none": (
        "One purchaser, region and quarter, or none named: nothing to compare, so no pattern."
    ),
    "defence_pattern_cards": (
        "Significant: {difference} lower, {distance} standard deviations, {share} of the volume. "
        "These are assumption cards; the Agreement has no numbers."
    ),
    "defence_yes": "yes",
    "defence_no": "no",
    "defence_injury_title": "Injury margin of {sheet}, USD/t (or per piece)",
    "defence_injury": (
        "Injury margin {margin} of the landed value{cif}. A product that lands above its price "
        "without injury counts against it."
    ),
    "defence_injury_cif": ", {margin} of the value at the border",
    "defence_undercutting": "Undercutting {value} of the industry's price.",
    "defence_no_undercutting": (
        "No undercutting: the sheet has no prices of the industry (domestic)."
    ),
    "defence_duty": (
        "Lesser duty {duty}: dumping {dumping}, injury {injury}, both of the {on}. {binds}"
    ),
    "defence_binds_dumping": "The margin of dumping binds.",
    "defence_binds_injury": "The injury margin binds.",
    "defence_binds_none": "No injury margin, no duty.",
    "defence_binds_de_minimis": (
        "The margin of dumping is de minimis (below 2 % of the export price)."
    ),
    "defence_on_landed": (
        "No sheet has a value at the border (cif), which a duty is levied on and which is smaller "
        "than the landed value: as a duty both would be higher."
    ),
    "defence_duty_given": (
        "The margin of dumping is taken as given: what it is a fraction of is not known. If it is "
        "not the {on}, the comparison is wrong; --sales carries the base along."
    ),
    "defence_duty_dumping": (
        "The sheet of sales has no cif. Its margin is {found} of the export price; the amount "
        "dumped a tonne (or piece) is taken here over the {on} of the injury sheet."
    ),
    "defence_duty_injury": (
        "The injury sheet has no cif: its gap a tonne (or piece) is taken over the value at the "
        "border of the sheet of sales."
    ),
    "defence_duty_counts": (
        "The margin of dumping is {price} of the export price, which Article 5.8 goes by, so it is "
        "{counts}."
    ),
    "defence_counts_small": "de minimis, though it is {border} of the {on}",
    "defence_counts_more": "not de minimis, though it is {border} of the {on}",
    "defence_eu_duty": (
        "European Union, Articles 7(2a) and 9(4) of Regulation 2016/1036 (from memory, not read "
        "here): the lesser duty may be set aside where raw materials are distorted, and the duty "
        "is then the margin of dumping, {dumping}. Whether they are is not tested."
    ),
    "defence_eu_profit": (
        "European Union, Article 7(2c) of Regulation 2016/1036 (from memory, not read here): the "
        "target profit is 6 % at least. Below that, of the price without injury: {products}."
    ),
    "defence_eu_profit_given": (
        "The prices without injury are given, so the profit in them is not known; in the European "
        "Union it is 6 % at least (Article 7(2c) of Regulation 2016/1036, from memory, not read)."
    ),
    "defence_no_duty": (
        "No lesser duty without a margin of dumping: --dumping-margin or --sales."
    ),
    "defence_monitor_title": (
        "Imports of {importer}, {year} against the mean of {first} to {last}: surges, and unit "
        "values below the other origins'"
    ),
    "defence_months_title": (
        "Imports of {importer} by month as its customs publish them, {months} against the same "
        "months a year before"
    ),
    "defence_nothing": "Nothing reaches the thresholds.",
    "defence_surge": "surge",
    "defence_undercut": "undercutting",
    "defence_doubtful": "quantity doubtful",
    "defence_new": "new",
    "defence_monitor_note": (
        "Surge: {growth} times the mean before, and a rise of {rise} of imports. Undercutting: a "
        "unit value {undercut} below that of all other origins together, but not {odd} times, "
        "where a quantity is doubted. These are assumption cards. Unit values of customs are not "
        "prices: another mix of products looks like a low price. Origins under 3 % of imports are "
        "not listed for undercutting alone."
    ),
    "defence_undercut_alone": (
        "Over all codes only surges are listed; {count} origins undercut without one: --item, "
        "--csv or --json."
    ),
    "defence_monitor_checked": (
        "Origins looked at: {origins}; codes: {codes}. Before → now, tonnes a year (three months "
        "in a table of months). Rise: in % of all imports of the code. Shares are of tonnes."
    ),
    "defence_by_value": (
        "{codes}: no tonnes in all years, so growth, and the rise that follows from it, are by "
        "value over the world's value of a tonne in the year; tonnes of the year are as published."
    ),
    "defence_detour_by_value": (
        "{codes}: no tonnes in all years. v: value over the world's value of a tonne in the year, "
        "which is not tonnes; what is published of the year in tonnes stands beside it."
    ),
    "defence_estimated": (
        "≈: in part or whole value over the world's value of a tonne, where none are published."
    ),
    "defence_valued": "{now} ({growth} by value)",
    "defence_about": "≈ {now}",
    "defence_v": "{text} v",
    "defence_legs": "{direct} / {onward} / {first_leg}",
    "defence_eu_negligible": (
        "European Union: Article 5(7) of Regulation 2016/1036 (from memory, not read here) goes by "
        "shares of Union consumption instead, under 1 % unless such origins together have 3 %; "
        "these tables have no consumption, so that is not tested."
    ),
    "defence_cut": (
        "{codes}: {years} print the largest partners only; a flow not printed counts as large as "
        "it can have been, so growth is the least that is possible."
    ),
    "defence_skipped": "Not looked at, no trade in all the years: {codes}.",
    "defence_baskets": "Codes that mix materials: {codes}.",
    "defence_prices": "Published prices of {year}, USD/t: {prices}.",
    "defence_months_none": (
        "{code}: of the customs of {importer} the dataset has {month} alone, no month to compare "
        "with."
    ),
    "defence_month_shares": (
        "Shares of value, a single month against {year}, so weak: {told}."
    ),
    "defence_month_share": "{origin} {now} ({before})",
    "defence_dispatch": (
        "Monthly imports of the United Kingdom from members of the Union show dispatch, not origin."
    ),
    "defence_detours_title": (
        "Signs of detours round {exporter}, {item}, {year} against the mean of {first} to {last}"
    ),
    "defence_exports": (
        "{code} ({form}): {exporter} sold {now} t in {year}, after {before} t a year."
    ),
    "defence_exports_value": (
        "{code} ({form}): {exporter} sold {now} v in {year}, after {before} v a year{published}."
    ),
    "defence_exports_published": "; published of {year}: {tonnes} t",
    "defence_no_detour": "No alarm and no watch.",
    "defence_detours": (
        "Alarms: {alarms}. Watches: {watches}. Direct: {exporter} to the buyer; onward: the third "
        "country to the buyer; first leg: {exporter} to the third country; before → now, a year, "
        "in tonnes or, marked v, by value. Own supply: what the third country sold before and "
        "cannot have bought. Price ratio: value of a tonne onward over the first leg."
    ),
    "defence_was_now": "{was}\u00a0→\u00a0{now}",
    "defence_grown": "{was}\u00a0→\u00a0{now} ({growth})",
    "defence_times": "{growth}\u00a0×",
    "defence_mirror": (
        "Mirror, {year}: customs of {exporter} report {reported} t of exports in all, trade by "
        "partner has {recorded} t in codes {codes}, {ratio} times as much. The table reconciles "
        "what both sides report, so importers alone may have seen more."
    ),
    "defence_not_code": "{code} not looked at: {why}.",
    "defence_detour_note": (
        "Watch: sales of {exporter} to the buyer fell by {fall} or more, having been {dependence} "
        "of its imports; the third country sold the buyer {growth} times as much or more, a rise "
        "of {size} of the exporter's sales or more; and it has under {output} of world output. "
        "Alarm: besides, it bought more of {exporter}, {feed} of that rise or more, and had no "
        "supply of its own to speak of. A sign is no proof: new works, another mix or another port "
        "look the same. Thresholds are assumption cards."
    ),
    "defence_no_makers": (
        "{codes}: the dataset has no output by country of this, so a producer looks like a detour."
    ),
    "defence_union": "The European Union is one country here; trade among its members is left out.",
    "defence_try_backtest": (
        "How often such signs are right: orepact trade-defence circumvention --backtest."
    ),
    "defence_back_title": "Documented detours: found or missed with the thresholds of the cards",
    "defence_back_found": "found",
    "defence_back_missed": "missed",
    "defence_any_buyer": "any buyer",
    "defence_back_why": "{sign} {value}, threshold {threshold}",
    "defence_back_nothing": "no rise at all, or no fall of direct trade",
    "defence_back_sign": "{level} {code} {year} to {to}",
    "defence_back_score": (
        "{found} of {documented} documented detours found ({low} to {high} with other thresholds "
        "of the cards). {right} of {signs} signs in these episodes are documented (of alarms "
        "{sure} of {alarms}), so precision is {precision_low} if all the others are false; "
        "{precision_high} if only as many are chance as elsewhere ({band_low} to {band_high} over "
        "the cards)."
    ),
    "defence_back_quiet": (
        "Elsewhere, {quiet} codes and years in which the register knows no control of the largest "
        "exporter: {alarm} have an alarm, {sign} a sign. Signs a code and year: {rate} in the "
        "episodes, {chance} elsewhere; alarms {alarms} and {alarms_chance}. {controlled} more "
        "codes and years stood under some control and were left out."
    ),
    "defence_back_worst": (
        "Largest false alarms by this count: {list}. Some may be true: the register knows export "
        "controls, not sanctions and duties of buyers."
    ),
    "defence_back_worst_item": "{mineral} {code} {year} {exporter} via {through} to {to}",
    "defence_back_tuned": (
        "Three documented detours are few: read counts, not percentages. Which signs there are was "
        "chosen after a first look at these tables; the thresholds are round numbers of the cards, "
        "not fitted to what is found, and their ends are shown."
    ),
    "defence_back_unseen": "{episode}: {unseen}.",
    "defence_back_others": (
        "{episode}: {count} more signs, not documented; largest rise {list}."
    ),
    "defence_kicker": "orepact · trade defence",
    "defence_answer": "What the trade shows",
    "defence_back_heading": "How often such signs are right",
    "defence_back_central": "as the cards say",
    "defence_back_of": "{found} of {documented} found",
    "defence_more": "and {count} more in detours.csv",
    "defence_sources": "Where the documented detours were read",
    "defence_cards": "Thresholds: assumption cards (value, range, reason)",
    "defence_data": "Dataset {name} {version} ({hash}), vintage {vintage}.",
    "defence_chart_detours": "Detours round {exporter}, {year}",
    "defence_chart_caption": (
        "Trade before (hollow, mean of the base years) and now (filled), in tonnes, or, in rows "
        "marked v, as value over the world's value of a tonne in the year, which is not tonnes; "
        "each panel has its own scale. Diamond: alarm; circle: watch."
    ),
    "defence_chart_precision": "Precision of the signs under each set of thresholds",
    "defence_precision_caption": (
        "Part of the signs in both episodes that is right: from the documented ones alone (dot) to "
        "what is left above the rate elsewhere (end of the line), and documented detours found, "
        "for the cards' values and for each card at either end."
    ),
    "defence_leg_direct": "exporter → buyer",
    "defence_leg_onward": "third country → buyer",
    "defence_leg_first": "exporter → third country",
    "defence_axis_tonnes": "t a year",
    "defence_axis_both": "t, or v, a year",
    "defence_axis_value": "v a year",
    "defence_axis_precision": "right signs, %",
    "defence_brief": "brief: {page}   rows and run.json: {folder}",
    "defence_no_pdf": (
        "No PDF: no browser of the Chromium family found; print the page from any browser."
    ),
    "defence_back_other": "{level} {code} {year} {through} to {to}",
}
