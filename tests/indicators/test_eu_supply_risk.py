"""The Union's supply risk: the worked table of 2017, the results of 2023, ranges, groups."""

from __future__ import annotations

import re

import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.indicators.criticality.eu_criticality import (
    Range,
    is_critical,
    one_decimal,
    supply_risk_of,
    supply_risk_range,
)
from orepact.indicators.criticality.eu_supply_risk import assessed, group_members, supply_risk
from orepact.indicators.criticality.governance import governance_mean, weighted_hhi
from orepact.indicators.figure import Figure, sources_of
from tests.indicators.criticality_vectors import (
    SR_TOLERANCE,
    Pair,
    number,
    read,
    stage_pairs,
)

HALF = 0.05


@pytest.fixture(scope="module")
def world() -> Bundle:
    return read_bundle()


@pytest.fixture(scope="module")
def pairs(world: Bundle) -> dict[tuple[str, str], Pair]:
    return {(pair.mineral, pair.stage): pair for pair in stage_pairs(world)}


def around(text: str, half: float, top: float = 1.0) -> Range | None:
    value = number(text)
    return None if value is None else (max(0.0, value - half), min(top, value + half))


def risk_2017(row: dict[str, str], case: str, *, whole: bool = False) -> Range | None:
    """Return the range of the row's one-decimal inputs; `whole`: reliance not halved."""
    reliance = around(row["import_reliance"], 0.005)
    if whole and reliance is not None:
        reliance = (2.0 * reliance[0], 2.0 * reliance[1])
    return supply_risk_range(
        around(row["hhi_global"], HALF, 10.0),
        around(row["hhi_eu"], HALF, 10.0),
        case=case,
        reliance=reliance,
        recycling=around(row["recycling"], 0.005) or (0.0, 0.0),
        substitution=around(row["substitution_sr"], HALF) or (1.0, 1.0),
    )


def meets(found: Range | None, printed: str) -> bool:
    value = float(printed)
    return found is not None and found[0] <= value + HALF and found[1] >= value - HALF


def test_every_row_of_the_2017_table_lies_inside_its_rounding_interval() -> None:
    rows = read("eu2017_supply_risk.csv")
    assert len(rows) == 78
    for row in rows:
        assert meets(risk_2017(row, row["case"]), row["supply_risk"]), row["material"]


@pytest.mark.parametrize(
    ("case", "column"), [("GSonly", "sr_global"), ("EUonly", "sr_eu"), ("GS+EU", "sr_both")]
)
def test_every_case_of_the_2017_table_lies_inside_its_rounding_interval(
    case: str, column: str
) -> None:
    rows = [row for row in read("eu2017_supply_risk.csv") if row[column]]
    assert len(rows) >= 77
    for row in rows:
        assert meets(risk_2017(row, case), row[column]), row["material"]


def test_the_2017_table_refuses_an_import_reliance_that_is_not_halved() -> None:
    rows = read("eu2017_supply_risk.csv")
    refused = [
        row
        for row in rows
        if not meets(risk_2017(row, row["case"], whole=True), row["supply_risk"])
    ]
    assert len(refused) > 30


def test_thresholds_give_the_verdicts_of_2017() -> None:
    for row in read("eu2017_supply_risk.csv"):
        verdict = is_critical(number(row["supply_risk"]), number(row["economic_importance"]))
        assert verdict is (row["critical"] == "yes"), row["material"]


def test_rows_of_2023_that_are_reproducible_are_reproduced_from_our_tables(
    pairs: dict[tuple[str, str], Pair],
) -> None:
    tested = [pair for pair in pairs.values() if pair.reproducible]
    assert len(tested) == 76
    for pair in tested:
        assert pair.difference is not None, pair.key
        assert pair.difference <= SR_TOLERANCE, pair.key


def test_the_formula_gives_2023_from_published_parameters_and_separate_indices(
    pairs: dict[tuple[str, str], Pair],
) -> None:
    for row in read("eu2023_supply_risk.csv"):
        if row["reproducible"] != "yes" or not row["case"]:
            continue
        value = supply_risk_of(
            number(row["hhi_global"]),
            number(row["hhi_eu"]),
            case=row["case"],
            reliance=number(row["import_reliance"]),
            recycling=number(row["recycling"]),
            substitution=number(row["substitution_sr"]) or 1.0,
        )
        assert value == pytest.approx(float(row["published"]), abs=SR_TOLERANCE)
        ours = pairs[row["mineral"], row["stage"]].figure.value
        assert value == pytest.approx(ours, abs=2e-3), row["mineral"]


def reasons() -> dict[tuple[str, str], dict[str, str]]:
    return {
        (row["mineral"], row["stage"]): row
        for row in read("differences.csv")
        if row["indicator"] == "supply_risk"
    }


def test_rows_of_2023_that_differ_are_listed_and_no_others(
    pairs: dict[tuple[str, str], Pair],
) -> None:
    assert {key for key, pair in pairs.items() if not pair.close} == set(reasons())


def test_the_stated_reasons_hold(world: Bundle, pairs: dict[tuple[str, str], Pair]) -> None:
    for key, row in reasons().items():
        pair = pairs[key]
        assert HOLDS[row["kind"]](world, pair, row["alternative"]), key


def inputs_of(pair: Pair) -> dict[str, float | None]:
    return {
        item.indicator if isinstance(item, Figure) else item.name: item.value
        for item in pair.figure.inputs
    }


def again(pair: Pair, **changed: object) -> float | None:
    """Return the supply risk of a stage with one input changed."""
    found = inputs_of(pair)
    given: dict[str, object] = {
        "case": pair.figure.coverage["case"],
        "reliance": found["import reliance"],
        "recycling": found["recycling input rate"],
        "substitution": found["substitution index"],
    } | changed
    return supply_risk_of(
        found.get("HHI of world supply"), found.get("HHI of the Union's sourcing"), **given
    )


def agrees(pair: Pair, value: float | None) -> bool:
    return (
        value is not None
        and pair.published is not None
        and (abs(value - pair.published) <= SR_TOLERANCE)
    )


def other_case(world: Bundle, pair: Pair, case: str) -> bool:
    if case == "GSonly":
        return agrees(pair, again(pair, case=case))
    rows = world.table("sourcing").filter(kind="ec_study", mineral=pair.mineral, stage=pair.stage)
    shares, trade = (
        dict(rows.select("origin", column).iter_rows()) for column in ("share", "trade_parameter")
    )
    union = weighted_hhi(shares, governance_mean(world).weights, trade)
    found = inputs_of(pair)
    value = supply_risk_of(
        None,
        union,
        case=case,
        recycling=found["recycling input rate"],
        substitution=found["substitution index"],
    )
    return agrees(pair, value)


def same_shares(world: Bundle, pair: Pair, _: str) -> bool:
    rows = world.table("global_supply").filter(source="EC-CRM-2023", stage=pair.stage)
    by_mineral = {
        str(name[0]): sorted(part.select("country", "share").rows())
        for name, part in rows.group_by("mineral")
    }
    own = by_mineral[pair.mineral]
    return sum(shares == own for shares in by_mineral.values()) >= 4


def rounding(_: Bundle, pair: Pair, __: str) -> bool:
    low, high, published = pair.figure.low, pair.figure.high, pair.published
    assert low is not None
    assert high is not None
    assert published is not None
    return low <= published + HALF and high >= published - HALF


def incomplete(_: Bundle, pair: Pair, __: str) -> bool:
    return pair.figure.coverage["named in HHI of the Union's sourcing"] < 0.5


HOLDS = {
    "other case": other_case,
    "other import reliance": lambda _, pair, at: agrees(pair, again(pair, reliance=float(at))),
    "other recycling rate": lambda _, pair, at: agrees(pair, again(pair, recycling=float(at))),
    "rounding": rounding,
    "shares incomplete": incomplete,
    "shares of a group": same_shares,
    "not printed": lambda _, pair, __: pair.published is None,
    "no shares": lambda _, pair, __: "no shares in sourcing" in pair.figure.missing,
    "not explained": lambda _, pair, __: pair.figure.value is not None,
}


def test_the_result_is_the_highest_stage_and_says_which(world: Bundle) -> None:
    *stages, result = supply_risk(world, "tungsten")
    assert [stage.stage for stage in stages] == ["extraction", "processing"]
    assert result.value == stages[1].value
    assert result.note == "bottleneck: processing"
    assert sources_of(result) == ("EC-CRM-2023", "WB-WGI-MEAN6")


def test_a_stage_without_shares_leaves_the_result_a_lower_bound(world: Bundle) -> None:
    *stages, result = supply_risk(world, "dysprosium")
    assert stages[0].value is None
    assert "no shares in sourcing" in stages[0].missing
    assert result.value == stages[1].value
    assert (result.low is not None, result.high) == (True, None)
    assert "at least this: extraction" in result.note


def test_a_group_is_the_mean_of_its_members(world: Bundle) -> None:
    members = group_members(world, "pgm")
    assert set(members) == {"iridium", "palladium", "platinum", "rhodium", "ruthenium"}
    values = [supply_risk(world, name)[-1].value or 0.0 for name in members]
    (group,) = supply_risk(world, "pgm")
    assert group.value == pytest.approx(sum(values) / 5)
    assert len(group_members(world, "hree")) == 10
    assert group_members(world, "gallium") == []


@pytest.mark.parametrize("group", ["lree", "hree", "pgm"])
def test_printed_groups_are_means_of_printed_members(world: Bundle, group: str) -> None:
    printed = {row["mineral"]: row for row in read("eu2023_results.csv")}
    members = group_members(world, group)
    for column in ("supply_risk", "economic_importance"):
        mean = sum(float(printed[name][column]) for name in members) / len(members)
        assert mean == pytest.approx(float(printed[group][column]), abs=0.06)


def test_what_is_not_assessed_or_has_no_table_is_missing(world: Bundle, tiny: Bundle) -> None:
    (unknown,) = supply_risk(world, "unobtainium")
    assert (unknown.value, unknown.missing) == (None, "not assessed in the Union's study of 2023")
    (empty,) = supply_risk(tiny, "gallium")
    assert empty.value is None


def test_every_assessed_mineral_has_a_value_or_a_reason(world: Bundle) -> None:
    for mineral in assessed(world):
        for figure in supply_risk(world, mineral):
            assert (figure.value is None) == bool(figure.missing), mineral
            if figure.value is not None:
                assert 0.0 <= figure.value < 10.0
                assert figure.low is None or figure.low <= figure.value
                assert figure.high is None or figure.high >= figure.value


def test_inputs_without_weight_need_not_be_known() -> None:
    assert supply_risk_of(2.0, None, case="GSonly") == 2.0
    assert supply_risk_of(None, 3.0, case="EUonly") == 3.0
    assert supply_risk_of(None, 3.0, reliance=0.0) == 3.0
    assert supply_risk_of(None, 3.0, reliance=0.5) is None
    assert supply_risk_of(2.0, 3.0) is None
    assert supply_risk_of(2.0, 4.0, reliance=1.0, recycling=0.5, substitution=0.9) == (
        pytest.approx(3.0 * 0.5 * 0.9)
    )


def test_values_are_compared_at_one_decimal() -> None:
    assert (one_decimal(0.95), one_decimal(0.949), one_decimal(2.75)) == (1.0, 0.9, 2.8)
    assert is_critical(0.95, 2.75) is True
    assert is_critical(0.94, None) is False
    assert is_critical(1.0, None) is None
    assert is_critical(None, 2.7) is False


def test_the_arithmetic_gives_the_value(world: Bundle) -> None:
    stage = supply_risk(world, "gallium")[0]
    found = re.findall(r"[\d.]+", stage.arithmetic)
    world_hhi, part, union_hhi, rest, one, recycling, index = map(float, found)
    assert part + rest == pytest.approx(1.0)
    value = (world_hhi * part + union_hhi * rest) * (one - recycling) * index
    assert value == pytest.approx(stage.value, abs=2e-3)
