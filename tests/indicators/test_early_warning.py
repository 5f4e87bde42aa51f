"""The early-warning index: one mineral by hand, laws, the bundled dataset."""

from __future__ import annotations

import datetime
import math
import time
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.data.bundle import Bundle, read_bundle
from orepact.errors import InputError
from orepact.indicators.figure import Figure, explain_figure, figure_frame, sources_of
from orepact.indicators.warning.disruption_rate import Restriction
from orepact.indicators.warning.early_warning import (
    BANDS,
    CANNOT_TELL,
    DIRECTIONS,
    Weight,
    band_of,
    early_warning,
    warning_table,
    weighted_index,
)
from orepact.indicators.warning.price_anomaly import Price, PriceSeries
from orepact.indicators.warning.record import Point, Record, warning_record
from orepact.indicators.warning.rules import Rules, period_end, read_rules
from orepact.indicators.warning.shares import Structure
from orepact.policy.register import Register, load_register

DAY = datetime.date
ON = DAY(2024, 6, 30)
SCORES = st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)).map(
    lambda ends: (sorted(ends)[1], min(ends), max(ends))
)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle()


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="module")
def rules() -> Rules:
    return read_rules()


@pytest.fixture(scope="module")
def world(bundle: Bundle, register: Register, rules: Rules) -> Record:
    return warning_record(bundle, register, rules)


def output(year: int, total: float, **shares: float) -> Structure:
    rest = max(0.0, 1.0 - sum(shares.values()))
    index = sum(share**2 for share in shares.values())
    return Structure(
        mineral="tin",
        stage="mine",
        period=str(year),
        kind="output",
        ends=DAY(year, 12, 31),
        known=DAY(year + 1, 2, 28),
        shares=shares,
        rest=rest,
        concentration=(index, index),
        total=total,
        unit="t",
        source="USGS-MCS-2024",
        edition=f"MCS{year}",
    )


def tiny(**changes: object) -> Record:
    """Return a record of one mineral: four fifths from CHN, which announced one act."""
    act = Restriction("CN-1", "CHN", DAY(2024, 1, 15), frozenset({"tin"}), "an act")
    base = Record(
        minerals=("tin",),
        groups={},
        structures={"tin": (output(2023, 100.0, CHN=0.8, USA=0.2),)},
        prices={},
        capacity={},
        use={},
        stocks={},
        restrictions=(act,),
    )
    return replace(base, **changes)  # pyright: ignore[reportArgumentType]


def part(figure: Figure, name: str) -> Figure:
    return next(
        one for one in figure.inputs if isinstance(one, Figure) and one.indicator == f"{name}_score"
    )


def test_a_shortage_index_by_hand(rules: Rules) -> None:
    # CHN: Gamma(1.5, 20), chance 1 - (20/21)^1.5; the rest: Gamma(0.5, 20).
    at_risk = 0.8 * (1 - (20 / 21) ** 1.5) + 0.2 * (1 - (20 / 21) ** 0.5)
    figure = early_warning(tiny(), "tin", ON, rules, "shortage")
    assert part(figure, "disruption").value == pytest.approx(at_risk / 0.10)
    assert part(figure, "concentration").value == 1.0  # HHI 0.68, above 0.50
    assert figure.value == pytest.approx((0.30 * at_risk / 0.10 + 0.25) / 0.55)
    assert figure.coverage["known_weight"] == 0.55
    assert figure.coverage["missing_components"] == "price, capacity, demand, stocks"
    assert figure.coverage["band"] == "high"
    assert {"control:CN-1", "USGS-MCS-2024", "card:warning-disruption-full"} <= set(
        sources_of(figure)
    )
    assert "restriction by CHN" in explain_figure(figure)


def test_an_oversupply_index_by_hand(rules: Rules) -> None:
    # Output grew by 11.5 %: halfway from 3 % to 20 %; half of 200 t of capacity idle counts fully;
    # stocks at one and a half times the usual score a half.
    grown = tiny(
        structures={
            "tin": (
                output(2023, 111.5, CHN=1.0),
                replace(output(2022, 100.0, CHN=1.0), edition="MCS2023"),
            )
        },
        capacity={("tin", "mine"): (point(2023, 223.0),)},
        stocks={"tin": ((point(2021, 10), point(2022, 10), point(2023, 15)),)},
    )
    figure = early_warning(grown, "tin", ON, rules, "oversupply")
    assert part(figure, "supply").value == pytest.approx(0.5)
    assert part(figure, "capacity").value == 1.0
    assert part(figure, "stocks").value == pytest.approx(0.5)
    assert figure.value == pytest.approx((0.25 * 0.5 + 0.20 + 0.15 * 0.5) / 0.60)
    assert figure.coverage["signs"] == "capacity far above use"
    # The same facts speak against a shortage.
    short = early_warning(grown, "tin", ON, rules, "shortage")
    assert part(short, "capacity").value == 0.0
    assert part(short, "stocks").value == 0.0


def point(year: int, value: float) -> Point:
    return Point(
        year=year, value=value, unit="t", known=DAY(year + 1, 2, 28), source="USGS-MCS-2024"
    )


def test_a_falling_price_warns_of_oversupply_alone(rules: Rules) -> None:
    prices = [100.0 * math.exp(0.1 * (number % 3)) for number in range(40)] + [30.0]
    periods = [f"{2021 + number // 12}-{number % 12 + 1:02d}" for number in range(41)]
    printed = tuple(
        Price(period, price, period_end(period), source="WB-PINKSHEET")
        for period, price in zip(periods, prices, strict=True)
    )
    series = PriceSeries(
        mineral="tin", market="LME", unit="USD/t", frequency="month", printed=printed
    )
    fallen = tiny(prices={"tin": (series,)})
    flood = early_warning(fallen, "tin", ON, rules, "oversupply")
    assert (flood.value, flood.coverage["band"]) == (1.0, "very high")
    assert flood.coverage["known_weight"] == 0.4
    assert flood.coverage["signs"] == "price collapse"
    assert part(early_warning(fallen, "tin", ON, rules, "shortage"), "price").value == 0.0
    # Half a year later the price is no news any more.
    late = early_warning(fallen, "tin", DAY(2025, 1, 31), rules, "oversupply")
    assert late.coverage["band"] == CANNOT_TELL


def test_too_little_known_cannot_tell(rules: Rules) -> None:
    figure = early_warning(tiny(structures={}), "tin", ON, rules, "shortage")
    assert figure.value is None
    assert figure.coverage["band"] == CANNOT_TELL
    assert "disruption" in figure.missing
    assert "cannot tell" in explain_figure(figure)


def test_an_unknown_mineral_names_the_nearest(rules: Rules) -> None:
    with pytest.raises(InputError, match="tin"):
        _ = early_warning(tiny(), "tim", ON, rules, "shortage")


def test_the_range_of_weights_by_hand() -> None:
    weights = {"a": Weight(0.6, 0.5, 0.7), "b": Weight(0.4, 0.2, 0.5)}
    found = weighted_index({"a": (1, 1, 1), "b": (0, 0, 0)}, weights)
    assert found == pytest.approx((0.6, 0.5 / (0.5 + 0.5), 0.7 / (0.7 + 0.2)))
    with pytest.raises(ValueError, match="no component"):
        _ = weighted_index({}, weights)


@given(st.lists(SCORES, min_size=1, max_size=6), st.data())
def test_the_range_holds_the_index_of_any_weights(
    scores: list[tuple[float, float, float]], data: st.DataObject
) -> None:
    named = {str(number): score for number, score in enumerate(scores)}
    weights = {name: Weight(0.3, 0.2, 0.4) for name in named}
    value, low, high = weighted_index(named, weights)
    drawn = [data.draw(st.floats(0.2, 0.4)) for _ in scores]
    inside = sum(w * s[0] for w, s in zip(drawn, scores, strict=True)) / sum(drawn)
    assert low - 1e-9 <= min(value, inside)
    assert max(value, inside) <= high + 1e-9


@given(st.lists(SCORES, min_size=1, max_size=6), st.integers(0, 5), st.floats(0, 1))
def test_a_higher_score_never_lowers_the_index(
    scores: list[tuple[float, float, float]], at: int, more: float
) -> None:
    named = {str(number): score for number, score in enumerate(scores)}
    weights = {name: Weight(0.3, 0.2, 0.4) for name in named}
    name = str(at % len(scores))
    raised = {**named, name: tuple(min(1.0, each + more) for each in named[name])}
    before = weighted_index(named, weights)
    after = weighted_index(raised, weights)  # pyright: ignore[reportArgumentType]
    assert all(new >= old - 1e-9 for old, new in zip(before, after, strict=True))


def test_bands_are_five_and_a_border_belongs_to_the_higher(rules: Rules) -> None:
    found = [band_of(index, rules) for index in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
    assert found == [*BANDS, BANDS[-1]]
    assert band_of(0.5999, rules) == "medium"
    assert band_of(None, rules) == CANNOT_TELL


def test_one_more_act_never_lowers_the_shortage_index(rules: Rules) -> None:
    before = tiny()
    act = Restriction("CN-2", "CHN", DAY(2024, 3, 1), frozenset({"tin"}))
    after = tiny(restrictions=(*before.restrictions, act))
    elsewhere = tiny(restrictions=(*before.restrictions, replace(act, minerals=frozenset({"x"}))))
    value = [
        early_warning(each, "tin", ON, rules, "shortage").value or 0.0
        for each in (before, after, elsewhere)
    ]
    assert value[1] > value[0]
    assert value[2] == value[0]


def test_members_without_shares_take_those_of_their_group(rules: Rules) -> None:
    group = tiny(minerals=("tin", "white_tin"), groups={"white_tin": "tin"})
    figure = early_warning(group, "white_tin", ON, rules, "shortage")
    assert part(figure, "concentration").coverage["of"] == "tin"


def test_cards_sum_to_one_and_lie_in_their_ranges(rules: Rules) -> None:
    for direction in DIRECTIONS:
        weights = [card for name, card in rules.cards.items() if f"{direction}-weight" in name]
        assert sum(card.value for card in weights) == pytest.approx(1.0)
    with pytest.raises(InputError, match="warning-horizon"):
        _ = rules.value("horizom")


def test_the_table_of_all_minerals(bundle: Bundle, register: Register) -> None:
    start = time.perf_counter()
    table = warning_table(bundle, register, DAY(2026, 11, 21))
    assert time.perf_counter() - start < 2.0
    assert table["mineral"].is_unique().all()
    assert table.height > 90
    for direction in DIRECTIONS:
        known = table.filter(pl.col(direction).is_not_null())
        assert known.filter(~pl.col(direction).is_between(0, 1)).is_empty()
        assert known.filter(pl.col(f"{direction}_low") > pl.col(direction)).is_empty()
        assert known.filter(pl.col(f"{direction}_high") < pl.col(direction)).is_empty()
        unknown = table.filter(pl.col(direction).is_null())
        assert set(unknown[f"{direction}_band"]) <= {CANNOT_TELL}
    flagged = dict(table.select("mineral", "flag").iter_rows())
    assert flagged["gallium"] == "SHORTAGE"
    assert flagged["graphite_natural"] == "SHORTAGE, OVERSUPPLY"
    assert flagged["gypsum"] == ""


def test_an_empty_dataset_gives_an_empty_table(tmp_path: Path, register: Register) -> None:
    (tmp_path / "tables").mkdir()
    empty = warning_table(read_bundle(tmp_path), register, DAY(2026, 1, 1))
    assert empty.is_empty()
    assert "shortage_band" in empty.columns


def test_other_vintages_and_confirmed_rows_know_less(register: Register, bundle: Bundle) -> None:
    on = DAY(2026, 11, 21)

    def known(table: pl.DataFrame) -> float:
        weights = table.select("shortage_known_weight", "oversupply_known_weight")
        return float(weights.to_numpy().sum())

    whole = known(warning_table(bundle, register, on))
    assert known(warning_table(read_bundle(confirmed_only=True), register, on)) <= whole
    assert 0 < known(warning_table(read_bundle(vintage="2025.02"), register, on)) < whole
    before = warning_table(bundle, register, DAY(1990, 1, 1))
    assert set(before["shortage_band"]) == {CANNOT_TELL}


def test_a_table_is_the_same_twice(bundle: Bundle, register: Register) -> None:
    on = DAY(2025, 3, 31)
    some = ["cobalt", "nickel", "gallium"]
    once, again = (warning_table(bundle, register, on, minerals=some) for _ in range(2))
    assert once.equals(again)


def test_every_figure_without_a_value_says_why(world: Record, rules: Rules) -> None:
    figures = [
        early_warning(world, mineral, DAY(2026, 11, 21), rules, direction)
        for mineral in world.minerals
        for direction in DIRECTIONS
    ]
    parts = [one for figure in figures for one in figure.inputs if isinstance(one, Figure)]
    for figure in [*figures, *parts]:
        assert (figure.value is None) == bool(figure.missing)
        assert figure.value is None or math.isfinite(figure.value)
    assert figure_frame(figures).height == len(figures)


@pytest.mark.parametrize("on", [DAY(2012, 5, 31), DAY(2023, 7, 31), DAY(2025, 2, 28)])
def test_later_data_change_no_earlier_warning(
    bundle: Bundle, register: Register, rules: Rules, world: Record, on: datetime.date
) -> None:
    """What was published or announced after a day is taken away: the warnings of the day stay."""
    tables = {name: bundle.table(name) for name in (
        "minerals", "production", "global_supply", "unit_values", "trade_history", "concordance",
        "prices", "capacity", "us_statistics",
    )}  # fmt: skip
    for name, period in (
        ("production", "year"),
        ("capacity", "year"),
        ("us_statistics", "year"),
        ("unit_values", "year"),
        ("trade_history", "year"),
        ("prices", "date"),
        ("global_supply", "period"),
    ):
        frame = tables[name]
        days = [
            rules.known_on(str(row[period]), row["source"]) <= on
            for row in frame.select(period, "source").iter_rows(named=True)
        ]
        tables[name] = frame.filter(pl.Series(days, dtype=pl.Boolean))
    then = replace(bundle, _tables=tables)
    acts = tuple(act for act in register.acts if act.known_from and act.known_from <= on)
    past = warning_record(then, replace(register, acts=acts, suspensions=()), rules)
    for mineral in past.minerals:
        for direction in DIRECTIONS:
            now = early_warning(world, mineral, on, rules, direction)
            assert early_warning(past, mineral, on, rules, direction) == now
