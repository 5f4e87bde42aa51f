"""Governance indicators: both layouts, places with odd codes, wrong values, the interface."""

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import wbgapi

from orepact.data.dataset.schemas import schema_of
from orepact.data.sources import wgi
from orepact.errors import InputError, OrepactError

FILES = Path(__file__).parent / "files"
GOOD = (FILES / "wgi_update.csv").read_text(encoding="utf-8")


def test_the_table_of_an_update_is_read() -> None:
    loaded = wgi.read(FILES / "wgi_update.csv", edition="2023 Update")
    table = loaded.tables["governance"]
    schema = schema_of("governance")
    assert dict(table.schema) == {name: kind() for name, kind in schema.types.items()}
    found = {(row["country"], row["indicator"]): row for row in table.iter_rows(named=True)}
    assert set(found) == {("AFG", "CC"), ("NAM", "CC"), ("XKX", "CC"), ("COD", "PV"), ("NSP", "CC")}
    assert found["AFG", "CC"]["estimate"] == -1.291705
    assert found["AFG", "CC"]["n_sources"] == 2
    assert found["NAM", "CC"]["source"] == "WB-WGI-2023"
    assert loaded.unmapped.select("scheme", "code", "rows").rows() == [("economy", "ZZZ", 1)]


def test_the_interface_and_its_new_names_are_read() -> None:
    table = wgi.read(FILES / "wgi_api.csv", edition="2025 Update").tables["governance"]
    namibia = table.filter(table["country"] == "NAM").row(0, named=True)
    assert (namibia["estimate"], namibia["stderr"], namibia["n_sources"]) == (0.31, 0.12, 11)
    assert (namibia["percentile_rank"], namibia["score_0_100"]) == (None, 55.2)
    assert "CHN" in table["country"].to_list()


def test_a_workbook_is_the_same_table() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for line in GOOD.splitlines()[:3]:
        page.append([each.strip('"') for each in line.split(",")])
    stream = io.BytesIO()
    book.save(stream)
    table = wgi.read(stream.getvalue(), edition="2023 Update").tables["governance"]
    assert table["country"].to_list() == ["AFG", "NAM"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("estimate", "score", ["column is missing", "estimate", "2023 and 2024"]),
        (",0.34,", ",0,34,", [":3:", "wrong number of cells"]),
        (",0.34,", ',"0,34",', [":3:", "estimate", "not a number", "'0,34'"]),
        (",0.34,", ",34,", [":3:", "estimate", "out of range"]),
        ("66.98", "166.98", [":3:", "pctrank", "out of range"]),
        ("2022,cc,0.34", "22,cc,0.34", [":3:", "year", "'22'"]),
        ("2022,cc,0.34", "2022,xx,0.34", [":3:", "indicator", "xx"]),
        ("XKX,Kosovo,2022", "NAM,Namibia,2022", [":4:", "value given twice"]),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(old: str, new: str, words: list[str]) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        _ = wgi.read(GOOD.replace(old, new, 1).encode(), edition="2023 Update", name="wgi.csv")
    assert all(word in str(caught.value) for word in ("wgi.csv", *words)), str(caught.value)


def test_fetch_saves_what_read_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def listed(*, db: int) -> Iterator[dict[str, object]]:
        assert db == 3
        yield from ({"id": name} for name in ("GOV_WGI_CC.EST", "GOV_WGI_CC.SC", "OTHER"))

    def fetched(series: list[str], **given: object) -> Iterator[dict[str, object]]:
        assert series == ["GOV_WGI_CC.EST", "GOV_WGI_CC.SC"]
        assert given["time"] == [2024]
        for name, value in zip(series, (0.5, 60.0), strict=True):
            yield {"economy": "NAM", "series": name, "time": 2024, "value": value}

    monkeypatch.setattr(wbgapi.series, "list", listed)
    monkeypatch.setattr(wbgapi.data, "fetch", fetched)
    path = wgi.fetch([2024], tmp_path / "wgi.csv")
    row = wgi.read(path, edition="2025 Update").tables["governance"].row(0, named=True)
    assert (row["country"], row["estimate"], row["score_0_100"]) == ("NAM", 0.5, 60.0)


def test_a_silent_interface_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> list[dict[str, object]]:
        address, words = "https://api.worldbank.org", "service unavailable"
        raise wbgapi.APIError(address, words, 503)

    monkeypatch.setattr(wbgapi.series, "list", refuse)
    with pytest.raises(OrepactError, match=r"after 3 attempts.*503"):
        _ = wgi.fetch([2024], tmp_path / "wgi.csv", attempts=3, wait=0.0)
    assert list(tmp_path.iterdir()) == []
