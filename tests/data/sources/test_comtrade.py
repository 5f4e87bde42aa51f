"""UN Comtrade: who reports what, places with odd codes, rows that would count twice, the limit."""

import json
from pathlib import Path

import comtradeapicall
import pytest

from orepact.data.dataset.schemas import schema_of
from orepact.data.sources import comtrade
from orepact.errors import InputError, OrepactError

FILES = Path(__file__).parent / "files"
GOOD = (FILES / "comtrade.csv").read_text(encoding="utf-8")
HEADER = GOOD.splitlines()[0].split(",")


def pairs(content: Path | bytes, table: str = "trade") -> dict[tuple[str, ...], tuple[object, ...]]:
    frame = comtrade.read(content).tables[table]
    keys = frame.select("exporter", "importer", "code").rows()
    return dict(zip(keys, frame.select("tonnes", "kusd").rows(), strict=True))


def test_codes_of_comtrade_are_mapped_or_reported() -> None:
    loaded = comtrade.read(FILES / "comtrade.csv")
    schema = schema_of("trade")
    for table in loaded.tables.values():
        assert dict(table.schema) == {name: kind() for name, kind in schema.types.items()}
    assert pairs(FILES / "comtrade.csv") == {
        ("CHN", "USA", "811292"): (2.5, 100.5),
        ("NAM", "FRA", "260500"): (None, 40.0005),
        ("WLD", "CHE", "811292"): (9.0, 900.0),
        ("NOR", "E27", "810411"): (1.0, 3.0),
        ("NSP", "USA", "811292"): (0.03, 1.5),
    }
    assert pairs(FILES / "comtrade.csv", "trade_as_exported") == {
        ("IND", "TWN", "280530"): (1.0, 7.0)
    }
    assert loaded.tables["trade"]["nomenclature"].unique().to_list() == ["HS2022"]
    assert loaded.tables["trade"]["coverage"].unique().to_list() == ["reported_by_importer"]
    assert loaded.unmapped.select("code", "rows", "value").rows() == [
        ("697", 1, 1.0),
        ("899", 1, 0.5),
    ]


def test_json_of_the_interface_is_the_same_table() -> None:
    records = [dict(zip(HEADER, line.split(","), strict=True)) for line in GOOD.splitlines()[1:]]
    content = json.dumps({"count": len(records), "data": records}).encode()
    assert pairs(content) == pairs(GOOD.encode())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("primaryValue", "tradeValue", ["column is missing", "primaryValue", "2023 to 2026"]),
        ("100500", "100,500", [":2:", "wrong number of cells"]),
        ("100500", '"100,500"', [":2:", "primaryValue", "'100,500'"]),
        ("C00,0,2500", "C01,0,2500", [":2:", "customsCode", "counted twice"]),
        ("C00,0,2500", "C00,2100,2500", [":2:", "motCode", "counted twice"]),
        ("H6,811292,C00,0,2500", "S4,811292,C00,0,2500", [":2:", "classificationCode", "'S4'"]),
        ("811292,C00,0,2500", "8112,C00,0,2500", [":2:", "cmdCode", "six digits"]),
        ("842,M,156", "842,RX,156", [":2:", "flowCode", "'RX'"]),
        ("757,M,0,0,H6", "842,M,156,0,H6", [":4:", "flow given twice"]),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(old: str, new: str, words: list[str]) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        _ = comtrade.read(GOOD.replace(old, new, 1).encode(), name="comtrade.csv")
    assert all(word in str(caught.value) for word in ("comtrade.csv", *words)), str(caught.value)


@pytest.mark.parametrize("content", [b"{broken", b'{"data": []}', b"[]"])
def test_json_without_rows_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        _ = comtrade.read(content)


class Frame:
    """What the library returns: something with records."""

    def __init__(self, rows: int, year: str) -> None:
        self.rows, self.year = rows, year

    def to_dict(self, orient: str) -> list[dict[str, object]]:
        assert orient == "records"
        row = dict(zip(HEADER, GOOD.splitlines()[1].split(","), strict=True))
        return [{**row, "refYear": self.year, "cmdCode": f"{n:06d}"} for n in range(self.rows)]


def test_a_full_answer_is_split_and_the_key_stays_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def answer(key: str, **given: str) -> Frame:
        assert key == "secret"
        asked.append((given["period"], given["cmdCode"]))
        return Frame(3 if "," in given["cmdCode"] else 1, given["period"])

    monkeypatch.setattr(comtrade, "_MOST", 3)
    monkeypatch.setattr(comtradeapicall, "getFinalData", answer)
    monkeypatch.setenv(comtrade.KEY, "secret")
    path = comtrade.fetch(["811292", "850511"], [2023, 2024], tmp_path / "c.csv", wait=0.0)
    assert asked[:3] == [("2023", "811292,850511"), ("2023", "811292"), ("2023", "850511")]
    assert len(asked) == 6
    assert path.read_text(encoding="utf-8").count("\n") == 5
    assert "secret" not in path.read_text(encoding="utf-8")


def test_an_answer_that_can_not_be_split_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comtrade, "_MOST", 1)
    monkeypatch.setattr(comtradeapicall, "getFinalData", lambda *_, **__: Frame(1, "2024"))
    with pytest.raises(OrepactError, match="name the reporters"):
        _ = comtrade.fetch(["811292"], [2024], tmp_path / "c.csv", key="k", wait=0.0)
    assert not (tmp_path / "c.csv").exists()


def test_what_the_library_prints_becomes_the_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(key: str, **_: str) -> None:
        print(f"429 Rate limit is exceeded for {key}")  # noqa: T201 - as the library does

    monkeypatch.setattr(comtradeapicall, "getFinalData", refuse)
    with pytest.raises(OrepactError, match="429 Rate limit") as caught:
        _ = comtrade.fetch(["811292"], [2024], tmp_path / "c.csv", key="secret", wait=0.0)
    assert "secret" not in str(caught.value)
    assert capsys.readouterr().out == ""


def test_without_a_key_the_error_says_where_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(comtrade.KEY, raising=False)
    with pytest.raises(InputError, match=r"comtradeplus\.un\.org"):
        _ = comtrade.fetch(["811292"], [2024], tmp_path / "c.csv")
