"""Every code that a source writes becomes one country or is reported; none is dropped."""

from __future__ import annotations

import polars as pl
import pycountry
import pytest

from orepact.data.bundle import Bundle
from orepact.data.places import SCHEMES, country_code, country_codes, is_member, members
from orepact.errors import InputError

WRITTEN = [
    ("842", "baci", "USA"),
    ("251", "baci", "FRA"),
    ("699", "baci", "IND"),
    ("757", "baci", "CHE"),
    ("579", "baci", "NOR"),
    ("490", "baci", "TWN"),
    ("S19", "baci", "TWN"),
    ("842", "comtrade", "USA"),
    ("97", "comtrade", "E27"),
    ("899", "comtrade", "NSP"),
    ("4", "baci", "AFG"),
    ("004", "baci", "AFG"),
    ("004", "m49", "AFG"),
    ("891", "baci", "SCG"),
    ("NA", "iso2", "NAM"),
    ("NA", "eurostat", "NAM"),
    ("EL", "eurostat", "GRC"),
    ("UK", "eurostat", "GBR"),
    ("XK", "eurostat", "XKX"),
    ("EU27_2020", "eurostat", "E27"),
    ("XKX", "worldbank", "XKX"),
    ("KSV", "worldbank", "XKX"),
    ("ZAR", "worldbank", "COD"),
    ("Kosovo", "name", "XKX"),
    ("EU27", "iso3", "E27"),
    ("EU27", "name", "E27"),
    ("Burma", "usgs", "MMR"),
    ("Korea, Republic of", "usgs", "KOR"),
    ("Côte d’Ivoire", "usgs", "CIV"),
    ("Congo (Kinshasa)", "usgs", "COD"),
    ("World total (rounded)", "usgs", "WLD"),
    ("Congo, D.R.", "ec", "COD"),
    ("germany", "usgs", "DEU"),
    ("  Viet  Nam ", "name", "VNM"),
]


@pytest.mark.parametrize(("code", "scheme", "iso3"), WRITTEN)
def test_codes_of_sources(code: str, scheme: str, iso3: str) -> None:
    assert country_code(code, scheme) == iso3


@pytest.mark.parametrize("code", ["697", "711", "58"])
def test_a_known_code_of_no_single_country_is_reported_with_its_reason(code: str) -> None:
    with pytest.raises(InputError) as caught:
        _ = country_code(code, "baci")
    problem = caught.value.problems[0]
    assert "no single country" in problem.message
    assert "not mapped" in problem.expected


def test_an_unknown_code_names_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'Germany'"):
        _ = country_code("Germny", "usgs")
    with pytest.raises(InputError, match="unknown country code"):
        _ = country_code("999", "baci")
    with pytest.raises(InputError, match="did you mean 'baci'"):
        _ = country_code("842", "bacci")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("code", ["", " ", "None", "nan", "²³", "-1"])
def test_what_is_no_code_is_reported(code: str, scheme: str) -> None:
    with pytest.raises(InputError):
        _ = country_code(code, scheme)


def test_many_codes_keep_the_ones_that_are_not_mapped_in_sight() -> None:
    found, problems = country_codes(["842", "999", "697", "842"], "baci")
    assert found == {"842": "USA"}
    assert [problem.found for problem in problems] == ["'999'", "'697'"]


def test_every_country_of_the_standard_is_known_by_all_its_codes() -> None:
    for country in pycountry.countries:
        assert country_code(country.alpha_3, "iso3") == country.alpha_3
        assert country_code(country.alpha_2, "iso2") == country.alpha_3
        assert country_code(country.numeric, "m49") == country.alpha_3


def test_every_country_of_the_tables_is_a_country(bundle: Bundle) -> None:
    known = set(bundle.table("countries")["iso3"])
    for table, columns in {"trade": ("exporter", "importer"), "production": ("country",)}.items():
        for column in columns:
            assert set(bundle.table(table)[column]) <= known


def test_codes_of_one_scheme_name_one_country_each(bundle: Bundle) -> None:
    countries = bundle.table("countries")
    for column in ("iso2", "m49", "name"):
        given = countries.filter(pl.col(column) != "")[column]
        assert given.is_unique().all(), column


def test_groups() -> None:
    assert len(members("EU27")) == 27
    assert members("G7") == {"CAN", "DEU", "FRA", "GBR", "ITA", "JPN", "USA"}
    assert members("PARTNERS") == {*members("EU27"), "E27", "JPN", "USA"}
    assert is_member("LTU", "EU27")
    assert is_member("E27", "EU27")
    assert is_member("JPN", "PARTNERS")
    assert not is_member("GBR", "EU27")
    with pytest.raises(InputError, match="did you mean 'EU27'"):
        _ = members("EU28")
