"""The brief and charts of a portfolio, from plain data: nothing is solved here."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import pytest

from orepact.views.portfolio_brief import portfolio_html
from orepact.views.portfolio_charts import (
    money_chart,
    opening_chart,
    pooling_chart,
    shortage_chart,
    supply_chart,
    tornado_chart,
)
from orepact.views.portfolio_table import (
    again_line,
    chosen_rows,
    deadline_line,
    notes,
    pooling_line,
    short_rows,
    shorter_lines,
    weight_line,
    zone_rows,
)

CHOSEN: dict[str, Any] = {
    "project": "smelter", "title": "A smelter <b>", "chain": "antimony", "country": "FRA",
    "home": "EU27", "kind": "metal", "year": 2027, "makes": ["antimony-metal"], "capital": 1e8,
    "capital_low": 5e7, "capital_high": 2e8, "public": 6e7, "private": 4e7, "capacity": 1000.0,
    "capacity_low": 600.0, "capacity_high": 1000.0, "worth": 2e8, "supposed": ["capacity"],
    "share": 1.0, "unsure": False, "promised": "",
}
SENT: list[dict[str, Any]] = [
    {"project": "smelter", "zone": "EU27", "material": "antimony-metal", "tonnes": 700.0,
     "scrap": False},
    {"project": "smelter", "zone": "USA", "material": "antimony-metal", "tonnes": 300.0,
     "scrap": False},
    {"project": "smelter", "zone": "USA", "material": "magnet-scrap", "tonnes": 999.0,
     "scrap": True},
]


def portfolio_of(name: str, zones: list[str], worth: float, *, chosen: bool) -> dict[str, Any]:
    return {
        "portfolio": name, "zones": zones, "budget": 1e9, "public": 6e7, "private": 4e7,
        "worth": worth, "worth_low": -worth, "worth_high": 3.0 * worth, "bound": worth,
        "gap": 0.001, "next_dollar": 0.0,
        "parts": {"shortage": -3e8, "supply": 5e7, "capital": 8e7, "calm_years": -1e7,
                  "concentration": 0.0},
        "loses": 0.5, "chosen": [CHOSEN] if chosen else [], "deliveries": SENT if chosen else [],
        "opening": [{"project": "smelter", "decided": False, "opens_low": 2029.0, "opens": 2029.8,
                     "opens_high": 2031.2, "deadline": 2030, "chance": 0.8, "share": 0.4,
                     "capacity": 1000.0, "counts": 400.0}] if chosen else [],
        "finance": [{"project": "smelter", "role": "export-bank", "public": True, "amount": 6e7},
                    {"project": "smelter", "role": "private", "public": False, "amount": 4e7}]
        if chosen else [],
        "shortage": [{"chain": "antimony", "zone": zone, "material": "antimony-metal",
                      "need": 4000.0, "without": 1500.0, "with": 800.0 if chosen else 1500.0,
                      "given_up_without": 400.0, "given_up_with": 200.0}
                     for zone in zones],
        "supply": [{"chain": "antimony", "zone": zone, "material": "antimony-metal",
                    "source": source, "tonnes": tonnes} for zone in zones
                   for source, tonnes in (("imports", 2000.0), ("smelter", 700.0))],
        "futures": [{"future": "none", "weight": 0.5, "worth": -worth},
                    {"future": "ban", "weight": 0.5, "worth": 3.0 * worth}],
    }


@pytest.fixture
def run() -> dict[str, Any]:
    return {
        "kind": "portfolio",
        "dataset": {"name": "world", "version": "2026.11", "hash": "a" * 64},
        "design": {"zones": ["EU27", "USA"], "budget": {"EU27": 1e9, "USA": 1e9},
                   "chains": ["antimony"], "futures": 2, "seed": 1, "years": [2027, 2035],
                   "starts": [2027], "deadline": 2030, "shift": None, "gap": 0.004, "wait": 1.0,
                   "least_chance": 0.0,
                   "weights": {"shortage": 1.0, "cost": 1.0, "diversity": 0.05,
                               "concentration": 0.65}, "willingness_cap": 10.0,
                   "gives_up": 1.5, "elasticity": [0.2],
                   "kinds": {"none": 0.35, "partial": 0.35, "ban": 0.3}},
        "portfolios": {"EU27": portfolio_of("EU27", ["EU27"], 1e8, chosen=True),
                       "USA": portfolio_of("USA", ["USA"], 0.0, chosen=False),
                       "joint": portfolio_of("joint", ["EU27", "USA"], 2e8, chosen=True)},
        "pooling": {"gain": 2e8, "by_projects": 1e8, "by_sharing_what_stands": 1e8,
                    "worth_separate": 1e8, "worth_joint": 2e8, "unproven": 1e5, "runs": 7,
                    "gain_low": 1e8, "gain_high": 4e8, "by_projects_low": 0.0,
                    "by_projects_high": 3e8, "by_sharing_what_stands_low": 5e7,
                    "by_sharing_what_stands_high": 2e8,
                    "zones": [{"zone": "USA", "shortage_alone_without": 5e9,
                               "shortage_alone_with": 4e9, "shortage_pooled_without": 4.5e9,
                               "shortage_pooled_with": 4.2e9, "public_alone": 0.0,
                               "public_pooled": 6e7}],
                    "materials": [{"chain": "antimony", "zone": "USA", "shorter": True,
                                   "material": "antimony-metal", "need": 4000.0,
                                   "alone_without": 1500.0, "alone_with": 800.0,
                                   "pooled_without": 1500.0, "pooled_with": 1200.0}]},
        "again": [], "foresight": None,
        "sensitivity": [
            {"card": "chance-ban", "title": "Chance of a ban", "unit": "1", "value": value,
             "worth": worth, "enters": [], "leaves": []} for value, worth in
            ((0.1, 5e7), (0.5, 4e8))],
        "decided": [], "candidates": [{"project": "smelter", "title": "A smelter <b>"}],
        "not_modelled": [{"row": "PJ-018", "reason": "no capacity was read"},
                         {"row": "PJ-022", "reason": "no capacity was read"}],
        "limits": ["portfolio_limit_bound"],
    }


def test_the_page_tells_choice_money_and_what_is_left_out(run: dict[str, Any]) -> None:
    page = portfolio_html(run, "orepact projects portfolio")
    for words in ("not a forecast", "PJ-018, PJ-022: no capacity was read", "bn USD",
                  "When the projects open", "Who serves final use", "A smelter &lt;b&gt;",
                  "orepact projects portfolio", "1 of 1 chosen projects are open",
                  "No project is worth its money"):
        assert words in page
    assert "<script" not in page
    assert "A smelter <b>" not in page


def test_every_chart_is_a_valid_specification(run: dict[str, Any]) -> None:
    joint = run["portfolios"]["joint"]
    for spec in (opening_chart(run, joint), money_chart(run), shortage_chart(joint),
                 supply_chart(run, joint), pooling_chart(run), tornado_chart(run, joint)):
        assert spec is not None
        drawn = alt.Chart.from_dict(spec)
        assert drawn.to_dict()
        assert spec["description"]


def test_who_serves_a_use_adds_up_to_it(run: dict[str, Any]) -> None:
    spec = supply_chart(run, run["portfolios"]["EU27"])
    assert spec is not None
    rows = spec["datasets"]["rows"]
    shares = {row["who"]: row["share"] for row in rows}
    assert sum(shares.values()) == pytest.approx(100.0)
    # 4,000 t are used: 2,000 imported, 700 of the chosen smelter, 800 unserved, 500 own plants
    assert shares["own plants today"] == pytest.approx(12.5)
    assert shares["projects chosen"] == pytest.approx(17.5)
    assert shares["nobody"] == pytest.approx(20.0)


def test_apart_is_the_sum_by_future(run: dict[str, Any]) -> None:
    spec = pooling_chart(run)
    assert spec is not None
    row = next(one for one in spec["datasets"]["worth"] if "added" in one["portfolio"])
    assert (row["worth"], row["low"], row["high"]) == pytest.approx((0.1, -0.1, 0.3))


def test_a_cell_names_products_and_leaves_scrap_out(run: dict[str, Any]) -> None:
    row = chosen_rows(run["portfolios"]["joint"])[0]
    assert row["under_control_t_per_year"].count("antimony") == 2
    assert "999" not in row["under_control_t_per_year"]
    assert row["t_per_year"] == "1,000 (600 to 1,000)"


def test_what_is_given_up_is_told_apart_from_what_is_not_to_be_had(run: dict[str, Any]) -> None:
    row = short_rows(run["portfolios"]["joint"])[0]
    assert (row["given_up_without"], row["not_to_be_had_without"]) == ("10%", "28%")
    assert (row["given_up_with"], row["not_to_be_had_with"]) == ("5%", "15%")


def test_pooling_tells_its_range_and_who_is_shorter(run: dict[str, Any]) -> None:
    line = pooling_line(run)
    assert "(100 million USD to 400 million USD)" in line
    assert "present value 2027 to 2035" in line
    assert line.index("choosing projects together") < line.index("sharing what stands")
    assert "US goes without more" in shorter_lines(run)[0]
    assert "20% of final use alone, 30% pooled" in shorter_lines(run)[0]
    assert zone_rows(run)[0]["pooled_with_projects_MUSD"] == "4,200"
    assert "35% narrow licences" in weight_line(run, run["portfolios"]["joint"])
    run["pooling"]["runs"] = 1
    assert "No range" in pooling_line(run)
    for one in run["portfolios"].values():
        one["chosen"] = []
    assert "No project is chosen" in pooling_line(run)


def test_the_deadline_is_told_apart_from_the_years_of_worth(run: dict[str, Any]) -> None:
    line = deadline_line(run, run["portfolios"]["joint"])
    assert "1 of 1 chosen projects are open by the end of 2030" in line
    assert "40% of their capacity, weighted by capital, may run in that year" in line
    assert "Worth runs from 2027 to 2035" in " ".join(notes(run))
    assert "--in-time" in " ".join(notes(run))
    run["design"]["least_chance"] = 0.5
    assert "--in-time" not in " ".join(notes(run))
    assert chosen_rows(run["portfolios"]["joint"])[0]["t_in_deadline_year"] == "400"
    page = portfolio_html(run)
    assert "worth 2027 to 2035, deadline 2030" in page
    assert "35% narrow licences" in page
    run["design"]["shift"] = 0.4
    assert "no new single supplier beyond 40% of use</h1>" in portfolio_html(run)
    assert "t in 2030" in page
    assert "US goes without more" in page


def test_money_is_real_and_ends_with_the_years(run: dict[str, Any]) -> None:
    said = " ".join(notes(run))
    assert "constant prices of the base year" in said
    assert "payments after 2035 are left out, and so is output" in said


def test_marks_tell_a_part_and_an_unsure_figure_and_money_that_is_promised(
    run: dict[str, Any],
) -> None:
    assert not {"†", "‡"} & set(" ".join(notes(run)))
    row = {**CHOSEN, "share": 0.5, "unsure": True, "promised": "US OSC loan: USD 620m; USD 80m"}
    run["portfolios"]["joint"]["chosen"] = [row]
    assert chosen_rows(run["portfolios"]["joint"])[0]["project"] == "A smelter <b>*†‡"
    said = " ".join(notes(run))
    for words in ("partner-share", '"up to"', "(US OSC loan: USD 620m, USD 80m)"):
        assert words in said, words


def test_traces_of_a_product_are_not_told(run: dict[str, Any]) -> None:
    joint = run["portfolios"]["joint"]
    joint["deliveries"] = [
        {"project": "smelter", "zone": zone, "material": "antimony-metal", "tonnes": tonnes,
         "scrap": False} for zone, tonnes in (("EU27", 0.081), ("USA", 563.0))]
    assert "EU" not in chosen_rows(joint)[0]["under_control_t_per_year"]


def test_a_choice_that_holds_names_nobody(run: dict[str, Any]) -> None:
    run["again"] = [{"chosen": ["smelter"], "gain": 1e8}]
    assert "(not:" not in again_line(run)
    run["again"] = [{"chosen": [], "gain": 1e8}]
    assert "(not: smelter)" in again_line(run)


def test_labels_of_ends_on_one_side_stand_apart(run: dict[str, Any]) -> None:
    for row, worth in zip(run["sensitivity"], (5e7, 1.9e8), strict=True):
        row["worth"] = worth  # both below the worth as it is
    spec = tornado_chart(run, run["portfolios"]["joint"])
    assert spec is not None
    assert [row["low"] for row in spec["datasets"]["rows"]] == [True, False]


def test_nothing_chosen_draws_nothing(run: dict[str, Any]) -> None:
    for one in run["portfolios"].values():
        one["chosen"] = one["opening"] = one["finance"] = []
        one["worth"] = one["worth_high"] = one["worth_low"] = 0.0
        for future in one["futures"]:
            future["worth"] = 0.0
        for row in one["shortage"]:
            row["with"] = row["without"]
    joint = run["portfolios"]["joint"]
    assert opening_chart(run, joint) is None
    assert money_chart(run) is None
    assert shortage_chart(joint) is None
    assert pooling_chart(run) is None
    assert "No project is worth its money" in portfolio_html(run)
    assert json.dumps(run)
