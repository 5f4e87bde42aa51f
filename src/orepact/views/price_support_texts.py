"""The sentences of price supports: what they are, what they pay, what a contract costs."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["PRICE_SUPPORT_TEXTS"]

PRICE_SUPPORT_TEXTS: Mapping[str, str] = {
    "support_kind_border-floor": "border-adjusted floor",
    "support_kind_contract-for-difference": "contract for difference",
    "support_kind_price-gap-subsidy": "price-gap subsidy",
    "support_kind_standards-tier": "standards-based market",
    "support_kind_offtake": "buyer of last resort",
    "support_index_landed": "landed price",
    "support_index_none": "none",
    "support_levels": (
        "The level of a standards-based market is the largest premium on top of the price. "
        "Levels are cards with ranges; `orepact support settle NAME --price …` prints what is "
        "paid at a price, `orepact support cost NAME` what a contract costs over price paths."
    ),
    "support_settled_title": "{instrument}, {material}: {tonnes} t sold, {paid} t under the cap",
    "support_settled_note": (
        "Million USD; positive is paid to the producer, or by the buyer of last resort. One-way, "
        "two-way and collar are the plain forms on the same level; the two columns to producer and "
        "treasury are the terms of the file at the middle values of its cards, in brackets the "
        "least and most that the ranges of its open terms make of them. Prices are without tax."
    ),
    "support_settled_index": (
        "{instrument}: the price given is read as its index ({index}); cap on tonnes: {cap}. "
        "Where the file calls index or cap unpublished, they are suppositions too."
    ),
    "support_cap_none": "none",
    "support_settled_floor": (
        "A border floor is paid by the importer to the treasury: the price is read as landed at "
        "the border before the charge."
    ),
    "support_settled_upside_waits": (
        "The upside is shared only once {process} is at full production: --full settles it so."
    ),
    "support_settled_market": (
        "{instrument}: what it pays follows from a market, not from a price; "
        "orepact support wind-tunnel simulates one."
    ),
    "support_cards_open": "Not published, supposed with a range: {names}.",
    "support_cost_kicker": "orepact brief · public cost of a price support",
    "support_cost_meta": (
        "{months} months from {first} to {last}, {draws} draws from the ranges; {published} terms "
        "published, {supposed} supposed with a range each. Prices move by themselves and tonnes "
        "are given: nothing answers to the support. Shares of draws are no probabilities."
    ),
    "support_cost_tonnes": (
        "Tonnes are given, not the answer of a market: {sold} t/year sold{cap}. "
        "The wind tunnel's tonnes follow from what plants make there and may be far fewer, so the "
        "two costs of one contract differ; at more tonnes the cost rises in proportion up to "
        "the cap."
    ),
    "support_cost_cap": ", paid up to {cap} t/year",
    "support_cost_no_cap": ", without a cap",
    "support_limit_not_priced": (
        "Other instruments of the file, whose cost does not follow from a price alone: {names}."
    ),
    "support_cost_borrowed": (
        "No yearly prices of {material} are in the dataset: those of {series} stand in for it."
    ),
    "support_cost_past": (
        "{months} months before {today} are not in it: their prices were not read."
    ),
    "support_process_walk": "random walk",
    "support_process_reverting": "returning to a level",
    "support_cost_answer": "What it costs",
    "support_cost_line": (
        "{process}: {mean} M USD on average ({low} to {high} from the 5th to the 95th percentile), "
        "present value at {rate} a year {present} M USD; the public receives more "
        "than it pays in {receives} of draws."
    ),
    "support_cost_strip": (
        "{process}: the closed form (Black 1976, an option for every month) at the middle values "
        "gives a present value of {strip} M USD; drawn paths at the same values give {drawn} ± "
        "{error}."
    ),
    "support_cost_moves": "{process}: moved most by {names}.",
    "support_cost_move": "{title} ({low} to {high} M USD)",
    "support_cost_volatility": (
        "Volatility {volatility} per √year from {changes} yearly changes of {series}, drawn to the "
        "median of all minerals; the range multiplies it."
    ),
    "support_cost_years": "By year, million USD of the year",
    "support_year": "Year",
    "support_months": "Months",
    "support_mean": "Mean",
    "support_p5": "P5",
    "support_p50": "P50",
    "support_p95": "P95",
    "support_pays": "Public pays",
    "support_price": "Price, mean USD/kg",
    "support_process": "Price process",
    "support_cost_chart": "Public cost by year: mean, and 5th to 95th percentile of draws",
    "support_cost_axis": "Million USD a year",
    "support_tornado_title": "What moves it: {process}",
    "support_tornado_axis": "Closed form, present value, million USD",
    "support_tornado_note": (
        "The closed form with one card at its lowest and highest value, the others in the middle. "
        "Cards that do not move it are left out."
    ),
    "support_low": "lowest",
    "support_high": "highest",
    "support_known": "Published",
    "support_supposed": "Supposed",
    "support_card": "{title}: {value} ({low} to {high}); {reason}.",
    "support_fixed": "{title}: {value} ({evidence}).",
    "support_limits": "What is not in it",
    "support_limit_market": (
        "What buyers and rivals do once the support is there: output, prices and trade stay what "
        "they are drawn to be. The wind tunnel simulates that."
    ),
    "support_limit_settling": (
        "How the contract averages its index: here each month settles on the price at its end."
    ),
    "support_limit_other": (
        "Other parts of a package, such as equity, loans, guarantees of earnings and offtake of "
        "products: they cost or earn money of their own."
    ),
    "support_limit_series": (
        "Jumps at controls: both processes are smooth, and yearly prices hide them. Upward jumps "
        "make a floor cheaper, floods make it dearer."
    ),
    "support_limit_nominal": (
        "A level that rises with inflation: it is taken as dollars of each year, while prices rise "
        "by {rate} a year in the middle. A level that rises too would cost more: the tornado's "
        "end without inflation."
    ),
    "support_limit_inflation": (
        "Inflation: prices are drawn without it, against a level in dollars of today. If prices "
        "rise with inflation while the level stays what it is, the support costs less than "
        "printed."
    ),
    "support_written": "brief: {brief}   table and run.json: {folder}",
    "support_data": "Data: {name} {version} ({hash}); seed {seed}.",
    "support_no_pdf": (
        "No PDF: no browser of the Chromium family found; print the page from any browser."
    ),
}
