"""A tonne is a tonne in any unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.units import convert, known_units


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1.0, "kt", "t", 1000.0),
        (1000.0, "kg", "t", 1.0),
        (2204.622621848776, "lb", "t", 1.0),  # 1 lb = 0.45359237 kg exactly
        (1.0, "short ton", "t", 0.90718474),
        (1.0, "flask", "kg", 34.47302012),  # 76 lb
        (12.0, "t/year", "t/month", 1.0),
        (1.0, "USD/kg", "USD/t", 1000.0),
        (1.0, "USD/lb", "USD/t", 2204.622621848776),
        (100.0, "USD/mtu", "USD/t", 10_000.0),  # an mtu is 10 kg of the quoted content
        (1.0, "year", "month", 12.0),
        (365.25, "day", "year", 1.0),
        (35.0, "%", "1", 0.35),
    ],
)
def test_known_conversions(value: float, unit: str, to: str, expected: float) -> None:
    assert convert(value, unit, to) == pytest.approx(expected, rel=1e-12)


@given(value=st.floats(-1e12, 1e12), data=st.data())
def test_there_and_back_is_the_same(value: float, data: st.DataObject) -> None:
    unit = data.draw(st.sampled_from(known_units()))
    mates = [name for name in known_units() if _measures_the_same(unit, name)]
    to = data.draw(st.sampled_from(mates))
    back = convert(convert(value, unit, to), to, unit)
    assert back == pytest.approx(value, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(("unit", "to"), [("t", "USD"), ("t", "t/month"), ("USD/t", "month")])
def test_different_things_are_not_converted(unit: str, to: str) -> None:
    with pytest.raises(InputError, match="measures"):
        _ = convert(1.0, unit, to)


def test_unknown_units_are_all_named_with_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        _ = convert(1.0, "kts", "USD/kgs")
    assert [problem.nearest for problem in caught.value.problems] == ["kt", "USD/kg"]


def _measures_the_same(unit: str, other: str) -> bool:
    try:
        _ = convert(1.0, unit, other)
    except InputError:
        return False
    return True
