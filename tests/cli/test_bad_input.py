"""Bad input ends with exit code 2, everything wrong told at once, and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orepact.data.text import MAX_BYTES
from tests.cli.conftest import STUDY, Cli, edit, line_of, listing

GALLIUM = Path("chains/gallium")


def refused(cli: Cli, home: Path, *words: object) -> list[str]:
    """Return the problems that `orepact run` printed; nothing else may have happened."""
    before = listing(home)
    done = cli("run", *words, "-o", home / "out")
    assert done.code == 2, done.err
    assert done.out == ""
    assert "Traceback" not in done.err
    assert listing(home) == before
    head, *problems = done.err.splitlines()
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    assert head == f"{count} in the input"
    return problems


def unknown_country(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "accounts.csv"
    line = line_of(path, ",RUS,")
    edit(path, (",RUS,", ",RUSS,"))
    words = (
        "region: unknown name; found RUSS; expected one of CHN, USA, EU27, JPN, KOR, GBR, CAN, "
        "AUS, …; did you mean 'RUS'?"
    )
    return path, line, words


def unknown_unit(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "chain.yaml"
    edit(path, ("unit: USD/t,", "unit: USD/tt,"))
    return path, line_of(path, "USD/tt"), "base_price.unit: unknown unit; found 'USD/tt'"


def unit_of_another_kind(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "chain.yaml"
    edit(path, ("unit: USD/t,", "unit: kg,"))
    return path, line_of(path, "unit: kg,"), "kg measures mass, USD/t measures price"


def wrong_month(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "supply_path.csv"
    line = line_of(path, "2024-01")
    edit(path, ("2024-01", "2024-13"))
    return path, line, "month: not a month; found '2024-13'; expected a month, YYYY-MM"


def negative_tonnes(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "accounts.csv"
    edit(path, (",612,", ",-612,"))
    return path, line_of(path, "-612"), "tonnes_per_year: a negative number; found '-612'"


def negative_capacity(world: Path) -> tuple[Path, int, str]:
    path = world / "chains" / "graphite" / "chain.yaml"
    edit(path, ("tonnes_per_year: 90000", "tonnes_per_year: -90000"))
    words = "restartable.0.tonnes_per_year: out of range; found -90000; expected more than 0"
    return path, line_of(path, "-90000"), words


def number_with_a_comma(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "accounts.csv"
    edit(path, (",612,", ',"1,612",'))
    return path, line_of(path, "1,612"), "tonnes_per_year: not a number; found '1,612'"


def not_finite(world: Path) -> tuple[Path, int, str]:
    path = world / "behaviour" / "ensemble.csv"
    edit(path, ("0,0.2428,", "0,nan,"))
    return path, line_of(path, "0,nan"), "demand_elasticity_monthly: not a number; found 'nan'"


def duplicate_row(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "accounts.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1], ""]), encoding="utf-8")
    words = (
        "duplicate key; found production, gallium-primary, gallium-recovery, CHN; expected one row "
        "(first given on line 2)"
    )
    return path, len(lines) + 1, words


def circle(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "chain.yaml"
    back = (
        "  - process: back\n    title: Back\n    outputs: {gallium-primary: 1}\n"
        "    inputs: {gallium-refined: 0.5}\n    utilisation: {value: 0.5}\n"
        "    elasticity: {value: 0}\nuses:\n"
    )
    edit(path, ("uses:\n", back))
    return (
        path,
        line_of(path, "inputs: {gallium-primary"),
        "processes form a circle that returns as much as it takes",
    )


def no_margin(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "chain.yaml"
    edit(path, ("value: 390000", "value: 3900"))
    return (
        path,
        line_of(path, "process: gallium-refining"),
        "base prices leave gallium-refining no margin",
    )


def broken_yaml(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "chain.yaml"
    edit(path, ("materials:\n", "materials: [\n"))
    return path, line_of(path, "materials: [") + 1, "broken YAML: "


def duplicate_yaml_key(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "chain.yaml"
    edit(path, ("mineral: gallium\n", "mineral: gallium\nmineral: indium\n"))
    first = line_of(path, "mineral: gallium")
    words = (
        f"mineral: duplicate key; found mineral; expected one value (first given on line {first})"
    )
    return path, line_of(path, "mineral: indium"), words


def alias(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "chain.yaml"
    edit(path, ("mineral: gallium\n", "mineral: *chain\n"))
    return path, line_of(path, "*chain"), "mineral: aliases are not allowed; found *chain"


def unknown_field(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "chain.yaml"
    edit(path, ("mineral: gallium\n", "mineral: gallium\nexportr: CHN\n"))
    return path, line_of(path, "exportr"), "exportr: unknown field; found 'exportr'"


def wrong_type(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "chain.yaml"
    edit(path, ("lag: 1\n", 'lag: "1"\n'))
    return path, line_of(path, 'lag: "1"'), "lag: not a whole number; found '1'"


def no_source(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "accounts.csv"
    edit(path, ("USGS-MCS-2025", "USGS-MCS-2052"))
    return path, line_of(path, "USGS-MCS-2052"), "source: unknown name; found USGS-MCS-2052"


def unknown_source_of_a_price(world: Path) -> tuple[Path, int, str]:
    path = world / "chains" / "antimony" / "chain.yaml"
    edit(path, ("source: FACT-ARGUS-SB-2024-07", "source: FACT-ARGUS-SB-2027-04"))
    return (
        path,
        line_of(path, "FACT-ARGUS-SB-2027-04"),
        "base_price.source: unknown name; found 'FACT-ARGUS-SB-2027-04'",
    )


def card_out_of_range(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "cards.yaml"
    edit(path, ("low: 0.4\n", "low: 4\n"))
    return path, line_of(path, "low: 4") - 1, "value outside its range; found"


def quote_that_never_closes(world: Path) -> tuple[Path, int, str]:
    path = world / "regions.csv"
    edit(path, (",China,", ',"China,'))
    return path, 2, "broken CSV: "


def wrong_number_of_cells(world: Path) -> tuple[Path, int, str]:
    path = world / "regions.csv"
    edit(path, (",China,", ",China, People's Republic,"))
    return path, 2, "wrong number of cells; found 7; expected 6"


def licence_status(world: Path) -> tuple[Path, int, str]:
    path = world / "sources.csv"
    edit(path, (",confirmed,", ",confirm,"))
    return path, line_of(path, ",confirm,"), "did you mean 'confirmed'?"


def wrong_format_line(world: Path) -> tuple[Path, int, str]:
    path = world / GALLIUM / "chain.yaml"
    edit(path, ("format: orepact/chain/1", "format: orepact/chain/2"))
    return path, 1, "expected format: orepact/chain/1"


MISTAKES = (
    unknown_country,
    unknown_unit,
    unit_of_another_kind,
    wrong_month,
    negative_tonnes,
    negative_capacity,
    number_with_a_comma,
    not_finite,
    duplicate_row,
    circle,
    no_margin,
    broken_yaml,
    duplicate_yaml_key,
    alias,
    unknown_field,
    wrong_type,
    no_source,
    unknown_source_of_a_price,
    card_out_of_range,
    quote_that_never_closes,
    wrong_number_of_cells,
    licence_status,
    wrong_format_line,
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_a_mistake_in_a_dataset_is_told_with_file_and_line(
    cli: Cli, home: Path, world: Path, mistake: Callable[[Path], tuple[Path, int, str]]
) -> None:
    path, line, words = mistake(world)
    problems = refused(cli, home, "--world", world)
    found = [problem for problem in problems if words in problem]
    assert found, problems
    assert found[0].strip().startswith(f"{path}:{line}: ")


def test_the_problems_of_all_files_are_told_at_once(cli: Cli, home: Path, world: Path) -> None:
    for mistake in (
        unknown_country,
        wrong_month,
        duplicate_yaml_key,
        unknown_field,
        alias,
        card_out_of_range,
        unknown_source_of_a_price,
        licence_status,
        not_finite,
    ):
        _ = mistake(world)
    (home / "mine.yaml").write_text(
        STUDY.replace("2026-11-21", "2026-11-31").replace("gallium", "galium"), encoding="utf-8"
    )
    (home / "out").mkdir()
    (home / "out" / "thesis.txt").write_text("mine", encoding="utf-8")
    problems = "\n".join(
        refused(
            cli,
            home,
            home / "mine.yaml",
            "--world",
            world,
            "--bands",
            "ful",
            "--records",
            home / "none.jsonl",
        )
    )
    for words in (
        "RUSS",
        "2024-13",
        "duplicate key",
        "exportr",
        "aliases",
        "outside its range",
        "FACT-ARGUS-SB-2027-04",
        "'confirmed'",
        "'nan'",
        "2026-11-31",
        "did you mean 'full'",
        "none.jsonl: no such file",
        "something that is not a run",
    ):
        assert words in problems


def test_a_file_that_is_too_large(cli: Cli, home: Path, world: Path) -> None:
    path = world / GALLIUM / "accounts.csv"
    with path.open("a", encoding="utf-8") as stream:
        _ = stream.write("\n" * MAX_BYTES)
    (problem,) = refused(cli, home, "--world", world)
    assert f"{path}: file is too large; found 5,0" in problem
    assert "expected at most 5,000,000 bytes" in problem


def test_a_file_that_is_missing(cli: Cli, home: Path, world: Path) -> None:
    (world / GALLIUM / "accounts.csv").rename(world / GALLIUM / "acounts.csv")
    missing, unread = refused(cli, home, "--world", world)
    assert "/accounts.csv: no such file" in missing
    assert "did you mean 'acounts.csv'?" in missing
    assert "/acounts.csv: unknown table" in unread
    assert "did you mean 'accounts.csv'?" in unread


def test_a_dataset_that_is_not_there(cli: Cli, home: Path, world: Path) -> None:
    (problem,) = refused(cli, home, "--world", home / "wrold")
    assert "wrold: no such folder" in problem
    assert "did you mean 'world'?" in problem
    problems = refused(cli, home, "--world", world / "behaviour")
    for name in ("world.yaml", "regions.csv", "sources.csv", "ensemble.csv"):
        assert any(f"{name}: no such file" in problem for problem in problems)


@pytest.mark.parametrize("path", ["../elsewhere", "/", "link", "world/../../elsewhere", '"\\0"'])
def test_a_study_cannot_leave_its_folder(
    cli: Cli, home: Path, world: Path, study: Path, path: str
) -> None:
    (home.parent / "elsewhere").mkdir()
    (home / "link").symlink_to(home.parent / "elsewhere")
    edit(study, ("parameter_sets: 1\n", f"parameter_sets: 1\nworld: {path}\n"))
    (problem,) = refused(cli, home, study)
    assert f"{study}:12: world: " in problem
    assert world.is_dir()


def test_a_link_out_of_a_dataset_is_refused(cli: Cli, home: Path, world: Path) -> None:
    path = world / GALLIUM / "accounts.csv"
    path.rename(home / "accounts.csv")
    path.symlink_to(home / "accounts.csv")
    (problem,) = refused(cli, home, "--world", world)
    assert f"{path}: path leaves the study folder" in problem


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ("[lifted]", "[lifted, revivd]"),
            "branches.1: unknown branch; found 'revivd'; expected one",
        ),
        (("[lifted]", "[lifted, revivd]"), "lifted, revived; did you mean 'revived'?"),
        (("[lifted]", "[lifted, lifted]"), "branches.1: named twice; found 'lifted'"),
        (("[lifted]", "[]"), "branches: "),
        (("[gallium]", "[galium]"), "chains.0: unknown chain; found 'galium'"),
        (("study: mine", "study: ../mine"), "study: not written as it should be"),
        (("months: 2", "monts: 2"), "monts: unknown field; found 'monts'"),
        (("months: 2", "months: two"), "months: not a whole number; found 'two'"),
        (
            ("months: 2", "months: -2"),
            "months: out of range; found -2; expected 1 or more",
        ),
        (
            ("first_month: 2026-11", "first_month: 2026-13"),
            "first_month: not written as it should be",
        ),
        (
            ("first_month: 2026-11", "first_month: 2020-01"),
            "first_month: the calibration window of ",
        ),
        (("as_of: 2026-11-21", "as_of: yesterday"), "as_of: "),
        (("title: A study of my own\n", ""), "title: required field is missing"),
    ],
)
def test_a_mistake_in_a_study(
    cli: Cli, home: Path, study: Path, change: tuple[str, str], words: str
) -> None:
    edit(study, change)
    problems = refused(cli, home, study)
    assert [problem for problem in problems if f"{study}:" in problem and words in problem]


def test_an_unknown_study(cli: Cli, home: Path) -> None:
    (problem,) = refused(cli, home, "control-clock")
    assert problem.strip() == (
        "STUDY: no such study; found 'control-clock'; expected a file ending in .yaml, or one of "
        "control-clocks; did you mean 'control-clocks'?"
    )
    (problem,) = refused(cli, home, home / "no.yaml")
    assert "no.yaml: no such file" in problem


@pytest.mark.parametrize("keep", ["thesis.txt", "run.json and thesis.txt", "brief.html"])
def test_a_folder_that_holds_something_else_is_kept(cli: Cli, home: Path, keep: str) -> None:
    (home / "out").mkdir()
    for name in keep.split(" and "):
        (home / "out" / name).write_text("mine", encoding="utf-8")
    (problem,) = refused(cli, home)
    assert "--output: the folder holds something that is not a run" in problem


def test_a_file_where_the_folder_should_be(cli: Cli, home: Path) -> None:
    (home / "out").write_text("mine", encoding="utf-8")
    (problem,) = refused(cli, home)
    assert "out: --output: not a folder" in problem
    done = cli("run", "-o", home / "out" / "deeper")
    assert (done.code, "not inside a folder" in done.err) == (2, True)


@pytest.mark.parametrize("words", [["--outptu", "x"], ["--quick=1"], ["a", "b"]])
def test_words_that_no_verb_knows(cli: Cli, home: Path, words: list[str]) -> None:
    done = cli("run", *words)
    assert done.code == 2
    assert "Usage" in done.err or "does not take a value" in done.err
    assert listing(home) == []
