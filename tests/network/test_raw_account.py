"""The raw account of a mineral, from small tables and from the bundled ones."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from orepact.data.bundle import read_bundle
from orepact.errors import InputError
from orepact.network import read_world
from orepact.network.accounts.nodes import BLOC, nodes_of
from orepact.network.accounts.raw import Window, raw_account

YEAR = Window("2023-01", "2023-12")


def tables(
    *,
    made: list[tuple[str, str, int, float | None]],
    trade: list[tuple[str, str, str, float, float]],
    codes: list[tuple[str, str, str, str, float | None]],
    basis: str = "content",
    limits: tuple[tuple[str, str, float, float, float, str], ...] = (),
) -> Callable[[str], pl.DataFrame]:
    """Return tables of a made-up mineral: output by stage, trade by code, the codes' meaning."""
    frames = {
        "production": pl.DataFrame(
            [
                ("ore", stage, country, year, quantity, "t", basis, "1", "S", "E")
                for stage, country, year, quantity in made
            ],
            orient="row",
            schema={
                "mineral": pl.String,
                "stage": pl.String,
                "country": pl.String,
                "year": pl.Int64,
                "quantity": pl.Float64,
                "unit": pl.String,
                "basis": pl.String,
                "preferred": pl.String,
                "source": pl.String,
                "edition": pl.String,
            },
        ),
        "trade": pl.DataFrame(
            [(code, "HS1992", 2023, *rest, "", "T") for code, *rest in trade],
            orient="row",
            schema={
                "code": pl.String,
                "nomenclature": pl.String,
                "year": pl.Int64,
                "exporter": pl.String,
                "importer": pl.String,
                "tonnes": pl.Float64,
                "kusd": pl.Float64,
                "coverage": pl.String,
                "source": pl.String,
            },
        ),
        "concordance": pl.DataFrame(
            [
                ("ore", form, code, basket, materials, factor, f"HS1992:{code}")
                for code, form, basket, materials, factor in codes
            ],
            orient="row",
            schema={
                "mineral": pl.String,
                "form": pl.String,
                "hs2022": pl.String,
                "basket": pl.String,
                "materials": pl.String,
                "content_factor": pl.Float64,
                "bilateral": pl.String,
            },
        ),
        "maximum_contents": pl.DataFrame(
            limits,
            orient="row",
            schema={
                "mineral": pl.String,
                "code": pl.String,
                "maximum": pl.Float64,
                "low": pl.Float64,
                "high": pl.Float64,
                "note": pl.String,
            },
        ),
        "unit_values": pl.DataFrame(
            schema={"code": pl.String, "year": pl.Int64, "usd_per_t": pl.Float64}
        ),
    }
    return frames.__getitem__


def test_a_bounded_factor_is_never_more_than_the_form_can_hold() -> None:
    content = {
        limits: raw_account(
            tables(
                made=[("mine", "AUS", 2023, 60.0)],
                trade=[("1", "AUS", "CHN", 80.0, 80.0)],
                codes=[("1", "ore/concentrate", "no", "", None)],
                limits=limits,
            ),
            "ore",
            YEAR,
        )
        for limits in ((), (("ore", "1", 0.62, 0.5, 0.67, "a formula"),))
    }
    free, held = (account.stages[0] for account in content.values())
    assert [code.factor for code in free.trade.codes] == [0.75]
    assert [code.factor for code in held.trade.codes] == [0.62]
    assert held.flows["tonnes"].to_list() == pytest.approx([0.62 * 80.0])
    assert held.flows["bounded"].to_list() == [1.0]


def test_what_screening_did_to_the_tonnes_of_a_stage_is_known() -> None:
    some = tables(
        made=[("mine", "AUS", 2023, 1000.0)],
        trade=[
            *(("1", "AUS", place, 100.0, 100.0) for place in ("CHN", "JPN", "KOR", "IND")),
            ("1", "AUS", "USA", 600.0, 60.0),
        ],
        codes=[("1", "mineral", "no", "", 1.0)],
    )
    trade = raw_account(some, "ore", YEAR).stages[0].trade
    assert trade.screening == pytest.approx((60.0 - 600.0) / 1000.0)
    assert trade.flows.sort("importer")["screened"].to_list() == [0.0, 0.0, 0.0, 0.0, 1.0]
    assert trade.flows["bounded"].to_list() == [0.0] * 5


def test_tonnes_become_content_by_the_printed_factor() -> None:
    some = tables(
        made=[("mine", "AUS", 2023, 100.0)],
        trade=[("1", "AUS", "CHN", 80.0, 80.0)],
        codes=[("1", "ore/concentrate", "no", "", 0.5)],
    )
    (stage,) = raw_account(some, "ore", YEAR).stages
    assert stage.flows["tonnes"].to_list() == [40.0]
    assert [code.kind for code in stage.trade.codes] == ["printed"]


def test_a_missing_factor_is_bounded_by_what_exporters_make() -> None:
    some = tables(
        made=[("mine", "AUS", 2023, 30.0), ("mine", "PER", 2023, 60.0)],
        trade=[("1", "AUS", "CHN", 60.0, 60.0), ("1", "PER", "CHN", 80.0, 80.0)],
        codes=[("1", "ore/concentrate", "no", "", None)],
    )
    (stage,) = raw_account(some, "ore", YEAR).stages
    assert [(code.kind, code.factor) for code in stage.trade.codes] == [("bounded", 0.5)]
    made = dict(stage.production.select("country", "tonnes").iter_rows())
    sold = dict(stage.flows.group_by("exporter").agg(pl.col("tonnes").sum()).iter_rows())
    assert all(sold[country] <= made[country] * (1 + 1e-12) for country in made)


def test_gross_production_is_compared_with_gross_trade() -> None:
    some = tables(
        made=[("mine", "AUS", 2023, 100.0)],
        trade=[("1", "AUS", "CHN", 80.0, 80.0)],
        codes=[("1", "mineral", "no", "", 0.97)],
        basis="gross",
    )
    (stage,) = raw_account(some, "ore", YEAR).stages
    assert stage.flows["tonnes"].to_list() == [80.0]


def test_a_basket_counts_only_with_a_share() -> None:
    some = tables(
        made=[("refined", "CHN", 2023, 10.0)],
        trade=[("1", "CHN", "JPN", 100.0, 100.0)],
        codes=[("1", "unwrought", "yes", "ore|dust", None)],
    )
    without = raw_account(some, "ore", YEAR)
    assert without.stages[0].flows.is_empty()
    assert without.left_out == (
        ("1", "unwrought: basket of ore|dust, needs a share (at most 0.1)"),
    )
    given = raw_account(some, "ore", YEAR, shares={"1": 0.05})
    assert given.stages[0].flows["tonnes"].to_list() == [5.0]
    bounded = raw_account(some, "ore", YEAR, open_baskets=True)
    assert bounded.stages[0].flows["tonnes"].to_list() == [10.0]


def test_what_is_traded_after_the_mine_but_not_counted_follows_by_difference() -> None:
    some = tables(
        made=[("mine", "AUS", 2023, 100.0)],
        trade=[("1", "AUS", "CHN", 80.0, 80.0), ("2", "CHN", "JPN", 20.0, 200.0)],
        codes=[("1", "ore/concentrate", "no", "", 1.0), ("2", "metal", "no", "", 1.0)],
    )
    stages = raw_account(some, "ore", YEAR).stages
    assert [(stage.stage, stage.counted) for stage in stages] == [
        ("mine", True),
        ("refined", False),
    ]


def test_codes_of_a_stage_that_nobody_counts_are_listed() -> None:
    some = tables(
        made=[("refined", "CHN", 2023, 100.0)],
        trade=[("1", "AUS", "CHN", 80.0, 80.0), ("2", "CHN", "JPN", 20.0, 200.0)],
        codes=[("1", "ore/concentrate", "no", "", 1.0), ("2", "metal", "no", "", 1.0)],
    )
    raw = raw_account(some, "ore", YEAR)
    assert [stage.stage for stage in raw.stages] == ["refined"]
    assert raw.left_out == (
        ("1", "ore/concentrate: output of this stage is not counted in the window"),
    )


def test_output_of_unnamed_countries_goes_to_exporters_that_are_not_listed() -> None:
    some = tables(
        made=[("mine", "AUS", 2023, 100.0), ("mine", "OTH", 2023, 50.0)],
        trade=[("1", "AUS", "CHN", 80.0, 80.0), ("1", "BOL", "CHN", 20.0, 20.0)],
        codes=[("1", "ore/concentrate", "no", "", 1.0)],
    )
    (stage,) = raw_account(some, "ore", YEAR).stages
    assert dict(stage.production.select("country", "tonnes").iter_rows()) == {
        "AUS": 100.0,
        "BOL": 20.0,
    }
    assert stage.unplaced == pytest.approx(30.0)
    assert stage.netted.transit.is_empty()


def test_withheld_is_not_zero() -> None:
    """A year that a country withholds does not halve its mean."""
    some = tables(
        made=[
            ("mine", "USA", 2022, None),
            ("mine", "USA", 2023, 40.0),
            ("mine", "CHN", 2022, 10.0),
            ("mine", "CHN", 2023, 20.0),
        ],
        trade=[("1", "USA", "CHN", 10.0, 10.0)],
        codes=[("1", "ore/concentrate", "no", "", 1.0)],
    )
    (stage,) = raw_account(some, "ore", Window("2022-01", "2023-12")).stages
    assert dict(stage.production.select("country", "tonnes").iter_rows()) == {
        "USA": 40.0,
        "CHN": 15.0,
    }


def test_a_window_across_years_weighs_them_by_months() -> None:
    assert Window("2022-08", "2023-07").years() == {2022: 5 / 12, 2023: 7 / 12}


@pytest.mark.parametrize(
    ("mineral", "window", "words"),
    [
        ("zink", YEAR, "did you mean 'zinc'?"),
        ("helium", YEAR, "million_m3"),
        ("yttrium", YEAR, "expected months in 2025 to 2025"),
    ],
)
def test_refusal_says_what_the_table_has(mineral: str, window: Window, words: str) -> None:
    with pytest.raises(InputError, match="production") as caught:
        raw_account(read_bundle().table, mineral, window)
    assert words in str(caught.value)


def test_screening_brings_exports_to_what_is_mined() -> None:
    """Guinea's bauxite for China is printed with an eighth of its tonnes; its value tells."""
    (stage,) = raw_account(read_bundle().table, "bauxite", YEAR).stages
    mined = stage.production.filter(pl.col("country") == "GIN")["tonnes"][0]
    sold = stage.flows.filter(pl.col("exporter") == "GIN")["tonnes"].sum()
    slip = stage.trade.outliers.filter(
        (pl.col("exporter") == "GIN") & (pl.col("importer") == "CHN")
    )
    assert 0.8 * mined <= sold <= 1.2 * mined
    assert slip["reported"][0] < 0.2 * slip["tonnes"][0]


def test_large_countries_are_nodes_and_the_union_stays_whole() -> None:
    world, bundle = read_world(), read_bundle()
    nodes = nodes_of(raw_account(bundle.table, "zinc", YEAR), world.regions)
    assert nodes.home["PER"] == "PER"
    assert nodes.home["SWE"] == BLOC == nodes.home["IRL"]
    assert nodes.home["NAM"] == "AFR"
    assert nodes.home["CHN"] == "CHN"
    assert nodes.unknown == ()
