"""Bad text files are refused with every problem, its file, line, field and nearest spelling."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.data.text import MAX_BYTES, MAX_DEPTH, parse, read_text, read_yaml
from orepact.errors import InputError, Problem

HEAD = "format: orepact/toy/1\n"

Write = Callable[[str], Path]


@dataclass(frozen=True)
class Price:
    value: float
    unit: str = "USD/t"


@dataclass(frozen=True)
class Plant:
    plant: str
    capacity: float
    opened: datetime.date | None = None
    prices: tuple[Price, ...] = ()
    inputs: dict[str, float] | None = None
    owner: Price | str = ""


@dataclass(frozen=True)
class Toy:
    plants: tuple[Plant, ...]
    month: str = ""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(text: str) -> Path:
        path = tmp_path / "toy.yaml"
        _ = path.write_bytes(text.encode("utf-8"))
        return path

    return _write


def problems_of(action: Callable[[], object]) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        _ = action()
    return caught.value.problems


def refused(path: Path) -> tuple[Problem, ...]:
    return problems_of(lambda: read_yaml(path, kind="toy"))


def only(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


# --- what a plain value means ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-11", "2026-11"),
        ("2026-11-10", datetime.date(2026, 11, 10)),
        ("'2026-11-10'", "2026-11-10"),
        ("2026-11-10T08:00:00", "2026-11-10T08:00:00"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("081290", "081290"),
        ("811292", 811292),
        ("18_000", 18000),
        ("-3", -3),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("2.", 2.0),
        ("12:30", "12:30"),
        (".", "."),
        ("-", None),
        ("~", None),
        ("''", ""),
        ("0x1F", "0x1F"),
        ("9" * 60, float("9" * 60)),
    ],
)
def test_plain_values(write: Write, text: str, value: object) -> None:
    path = write(f"{HEAD}x: {text}\n" if text != "-" else f"{HEAD}x:\n")
    found = read_yaml(path, kind="toy").value["x"]
    assert found == value
    assert type(found) is type(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_comes_back_as_written(tmp_path_factory: pytest.TempPathFactory,
                                            number: float) -> None:
    path = tmp_path_factory.mktemp("numbers") / "toy.yaml"
    _ = path.write_text(f"{HEAD}x: {number!r}\n", encoding="utf-8")
    assert read_yaml(path, kind="toy").value["x"] == number


@pytest.mark.parametrize("text", ["E0", "-e5", ".e1", "e+3", ".", "1_e", "+"])
def test_an_exponent_alone_is_a_word(write: Write, text: str) -> None:
    assert read_yaml(write(f"{HEAD}x: {text}\n"), kind="toy").value["x"] == text


@pytest.mark.parametrize("text", [".inf", "-.inf", ".nan", "nan", "Infinity", "1e999"])
def test_a_number_that_is_not_finite_is_refused(write: Write, text: str) -> None:
    problem = only(refused(write(f"{HEAD}x: {text}\n")))
    assert (problem.line, problem.field, problem.found) == (2, "x", text)


def test_a_day_that_does_not_exist_is_refused(write: Write) -> None:
    problem = only(refused(write(f"{HEAD}x: 2026-02-30\n")))
    assert problem.message == "not a day of the calendar"
    assert problem.line == 2


# --- structure -------------------------------------------------------------------------------


def test_duplicate_keys_name_both_lines(write: Write) -> None:
    problem = only(refused(write(f"{HEAD}a: 1\nb:\n  c: 1\n  c: 2\n")))
    assert problem.message == "duplicate key"
    assert (problem.line, problem.field) == (5, "b.c")
    assert "line 4" in problem.expected


def test_aliases_and_anchors_are_refused(write: Write) -> None:
    problems = refused(write(f"{HEAD}a: &x 1\nb: *x\n"))
    assert [(p.message, p.line, p.found) for p in problems] == [
        ("anchors are not allowed", 2, "&x"),
        ("aliases are not allowed", 3, "*x"),
    ]


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [echo]", "!!str 1", "!own 1"])
def test_tags_are_refused(write: Write, tag: str) -> None:
    assert only(refused(write(f"{HEAD}a: {tag}\n"))).message == "tags are not allowed"


def test_an_expanding_file_is_refused_at_once(write: Write) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    assert len(refused(write(HEAD + "\n".join(lines)))) == 40 + 2 * 39


def test_broken_yaml_has_a_line(write: Write) -> None:
    problem = only(refused(write(f"{HEAD}a: [1, 2\nb: 3\n")))
    assert problem.message.startswith("broken YAML")
    assert problem.line is not None


def test_problems_before_the_break_are_kept(write: Write) -> None:
    problems = refused(write(f"{HEAD}a: 1\na: 2\nb: [1\n"))
    assert [p.message.split(":")[0] for p in problems] == ["duplicate key", "broken YAML"]


def test_control_characters_are_refused(write: Write) -> None:
    assert only(refused(write(f"{HEAD}a: \x07\n"))).message.startswith("broken YAML")


def test_a_second_document_is_refused(write: Write) -> None:
    assert only(refused(write(f"{HEAD}---\nb: 1\n"))).message == "more than one document"


def test_a_key_must_be_a_word(write: Write) -> None:
    assert only(refused(write(f"{HEAD}[a, b]: 1\n"))).message == "a key must be a plain word"


@pytest.mark.parametrize("brackets", ["[", "{a: "])
def test_deep_nesting_is_refused_without_recursion_error(write: Write, brackets: str) -> None:
    problem = only(refused(write(f"{HEAD}a: {brackets * 20_000}")))
    assert problem.message == "nested too deeply"
    assert str(MAX_DEPTH) in problem.expected


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "word\n"])
def test_a_file_must_be_a_mapping(write: Write, text: str) -> None:
    assert only(refused(write(text))).message == "expected a mapping"


@pytest.mark.parametrize("line", ["format: orepact/toys/1", "format: orepact/toy/2", "a: 1"])
def test_the_format_line_is_checked(write: Write, line: str) -> None:
    problem = only(refused(write(line + "\n")))
    assert (problem.line, problem.field) == (1, "format")
    assert problem.expected == "format: orepact/toy/1"


def test_structure_and_format_are_reported_together(write: Write) -> None:
    assert len(refused(write("format: wrong\na: &x 1\na: 2\n"))) == 3


def test_lines_end_with_carriage_returns_too(write: Write) -> None:
    document = read_yaml(write("format: orepact/toy/1\r\na: 1\r\nb: 2\r\n"), kind="toy")
    assert document.lines[("b",)] == 3


# --- files -----------------------------------------------------------------------------------


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        _ = stream.truncate(MAX_BYTES + 1)
    problem = only(problems_of(lambda: read_text(path)))
    assert problem.message == "file is too large"
    assert problem.found == "5,000,001 bytes"


def test_a_file_of_the_allowed_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "allowed.yaml"
    _ = path.write_bytes(b"#" * MAX_BYTES)
    assert len(read_text(path)) == MAX_BYTES


@pytest.mark.parametrize("name", ["../outside.yaml", "a/../../outside.yaml"])
def test_a_path_may_not_leave_the_folder(tmp_path: Path, name: str) -> None:
    study = tmp_path / "study"
    (study / "a").mkdir(parents=True)
    _ = (tmp_path / "outside.yaml").write_text(HEAD, encoding="utf-8")
    problem = only(problems_of(lambda: read_yaml(study / name, kind="toy", root=study)))
    assert problem.message == "path leaves the study folder"


def test_a_symbolic_link_may_not_leave_the_folder(tmp_path: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    _ = (tmp_path / "outside.yaml").write_text(HEAD, encoding="utf-8")
    (study / "inside.yaml").symlink_to(tmp_path / "outside.yaml")
    problem = only(problems_of(lambda: read_text(study / "inside.yaml", root=study)))
    assert problem.message == "path leaves the study folder"


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    _ = (tmp_path / "real.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "real.yaml")
    assert read_text(tmp_path / "link.yaml", root=tmp_path) == HEAD


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to(tmp_path / "b.yaml")
    (tmp_path / "b.yaml").symlink_to(tmp_path / "a.yaml")
    assert len(problems_of(lambda: read_text(tmp_path / "a.yaml"))) == 1


def test_a_path_with_a_null_character_is_refused(tmp_path: Path) -> None:
    assert len(problems_of(lambda: read_text(tmp_path / "a\0b.yaml"))) == 1


def test_text_must_be_utf8(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    _ = path.write_bytes(b"format: orepact/toy/1\na: b\nname: caf\xe9\n")
    problem = only(problems_of(lambda: read_text(path)))
    assert (problem.message, problem.line, problem.found) == ("not UTF-8 text", 3, "byte 0xe9")


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    _ = (tmp_path / "antimony.yaml").write_text(HEAD, encoding="utf-8")
    problem = only(problems_of(lambda: read_text(tmp_path / "antimoni.yaml")))
    assert problem.nearest == "antimony.yaml"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert only(problems_of(lambda: read_text(tmp_path))).message == "is a folder"


# --- records ---------------------------------------------------------------------------------

GOOD = f"""{HEAD}month: 2026-11
plants:
  - plant: one
    capacity: 12
    opened: 2024-01-31
    prices: [{{value: 9}}, {{value: 9.5, unit: USD/kg}}]
    inputs: {{ore: 1.05}}
  - {{plant: NO, capacity: 3.5, owner: state}}
"""


def test_a_good_file_becomes_a_record(write: Write) -> None:
    toy = parse(Toy, read_yaml(write(GOOD), kind="toy"))
    assert toy.month == "2026-11"
    assert toy.plants[0] == Plant("one", 12.0, datetime.date(2024, 1, 31),
                                  (Price(9.0), Price(9.5, "USD/kg")), {"ore": 1.05})
    assert toy.plants[1].plant == "NO"


def test_all_problems_come_at_once_with_their_lines(write: Write) -> None:
    text = f"""{HEAD}mont: 2026-11
plants:
  - plant: one
    capacity: twelve
    opend: 2024-01-31
    prices:
      - {{value: true}}
      - unit: USD/kg
  - plant: 7
    capacity: 1
    inputs: {{ore: much}}
"""
    document = read_yaml(write(text), kind="toy")
    problems = problems_of(lambda: parse(Toy, document))
    assert [(p.line, p.field, p.nearest) for p in problems] == [
        (2, "mont", "month"),
        (5, "plants.0.capacity", ""),
        (6, "plants.0.opend", "opened"),
        (8, "plants.0.prices.0.value", ""),
        (9, "plants.0.prices.1.value", ""),
        (10, "plants.1.plant", ""),
        (12, "plants.1.inputs.ore", ""),
    ]
    assert all(p.file.endswith("toy.yaml") for p in problems)
    assert problems[1].found == "'twelve'"


def test_an_unknown_field_inside_a_union_is_found(write: Write) -> None:
    text = f"{HEAD}plants:\n  - plant: a\n    capacity: 1\n    owner: {{value: 2, unitt: t}}\n"
    problem = only(problems_of(lambda: parse(Toy, read_yaml(write(text), kind="toy"))))
    assert (problem.line, problem.field) == (5, "plants.0.owner.unitt")
    assert problem.nearest == "unit"


def test_part_of_a_file_is_read_with_its_place(write: Write) -> None:
    document = read_yaml(write(f"{HEAD}plants:\n  - plant: a\n    capacity: 1\n    size: 2\n"),
                         kind="toy")
    part = document.value["plants"][0]
    problem = only(problems_of(lambda: parse(Plant, document, part, ("plants", 0))))
    assert (problem.line, problem.field) == (5, "plants.0.size")


def test_an_absent_part_is_not_the_whole_file(write: Write) -> None:
    document = read_yaml(write(GOOD), kind="toy")
    assert problems_of(lambda: parse(Toy, document, None, ("nothing",)))


def test_the_format_key_is_only_allowed_at_the_top(write: Write) -> None:
    text = f"{HEAD}plants:\n  - {{plant: a, capacity: 1, format: x}}\n"
    problem = only(problems_of(lambda: parse(Toy, read_yaml(write(text), kind="toy"))))
    assert problem.field == "plants.0.format"


# --- any text --------------------------------------------------------------------------------

SIGNS = "ab:-[]{}#&*!|>'\"%@`,?\\~.0159 \n\t\r\u2028é\x00\x85\ufeff"


@given(st.text(alphabet=SIGNS, max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("any") / "toy.yaml"
    _ = path.write_bytes((HEAD + text).encode("utf-8"))
    with pytest.raises(InputError) as caught:  # nothing this short is a toy
        _ = parse(Toy, read_yaml(path, kind="toy"))
    assert all(problem.file == str(path) for problem in caught.value.problems)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory,
                                       content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "toy.yaml"
    _ = path.write_bytes(content)
    with pytest.raises(InputError):
        _ = read_yaml(path, kind="toy")
