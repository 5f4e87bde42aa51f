"""`orepact reserve` forms, safe-level, report and buy on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

HOLDINGS = """\
format: orepact/holdings/1
holdings:
  - {holding: a, owner: EU27, material: antimony-metal, tonnes: 1000}
"""
REPORT = Path(__file__).parents[2] / "docs" / "how-to" / "stocks.yaml"


@pytest.fixture
def holdings(tmp_path: Path) -> Path:
    """A file of one lot."""
    path = tmp_path / "holdings.yaml"
    _ = path.write_text(HOLDINGS, encoding="utf-8")
    return path


def test_forms(cli: Cli) -> None:
    """A mineral's forms are printed with units, and as JSON with their cards."""
    done = cli("reserve", "forms", "--material", "dysprosium")
    assert done.code == 0
    assert "dysprosium-oxide" in done.out
    assert "[USD/t/month]" in done.out
    assert "dysprosium-oxide: keeps in sealed drums." in done.out
    content = json.loads(cli("reserve", "forms", "--material", "lithium", "--json").out)
    assert content["format"] == "orepact/reserve-forms/1"
    assert len(content["forms"]) == 5
    assert all(card["reason"] for card in content["cards"])
    rows = cli("reserve", "forms", "--csv").out.splitlines()
    assert len(rows) == 73


def test_unknown_form(cli: Cli) -> None:
    """An unknown name ends with exit code 2 and the nearest known one."""
    done = cli("reserve", "forms", "--material", "dyspro")
    assert done.code == 2
    assert "did you mean 'dysprosium'" in done.err


def test_safe_level(cli: Cli, holdings: Path) -> None:
    """Levels, gaps and other conventions; JSON holds figures with their arithmetic."""
    asked = ("reserve", "safe-level", "--material", "antimony", "--stocks", holdings)
    done = cli(*asked)
    assert done.code == 0
    for words in ("safe level [t]", "gap [t]", "oil method", "Art. 23", "Grade D"):
        assert words in done.out
    content = json.loads(cli(*asked, "--json").out)
    by = {(each["form"], each["indicator"]): each for each in content["figures"]}
    assert by["antimony-metal", "public stocks counted"]["value"] == 1000.0
    assert "days x" in by["antimony-metal", "safe level"]["arithmetic"]
    assert "card:safe-level-days" in cli(*asked, "--explain").out


def test_safe_level_refuses_everything_at_once(cli: Cli, tmp_path: Path) -> None:
    """Negative days, an unknown region, form and lot: one message, exit code 2, nothing printed."""
    path = tmp_path / "bad.yaml"
    _ = path.write_text(HOLDINGS.replace("antimony-metal", "antimony-metl"), encoding="utf-8")
    done = cli("reserve", "safe-level", "--days", "-3", "--region", "EU28", "--material", "xx",
               "--stocks", path)
    assert done.code == 2
    assert done.out == ""
    for words in ("4 problems", "negative days", "--region", "did you mean 'antimony-metal'",
                  "bad.yaml:3"):
        assert words in done.err


def test_safe_level_refuses_unknown_places_and_full_stores(cli: Cli, tmp_path: Path) -> None:
    """A place that is no region and more tonnes than the capacity: both told, nothing printed."""
    path = tmp_path / "bad.yaml"
    _ = path.write_text(
        HOLDINGS.replace("owner: EU27", "owner: EU28").replace("1000}", "1000, capacity: 10}"),
        encoding="utf-8",
    )
    done = cli("reserve", "safe-level", "--material", "antimony", "--stocks", path)
    assert done.code == 2
    assert done.out == ""
    for words in ("2 problems", "did you mean 'EU27'", "more than the capacity"):
        assert words in done.err


def test_report(cli: Cli) -> None:
    """The report is that of assess, and says which totals may be published."""
    done = cli("reserve", "report", REPORT)
    assert done.code == 0
    assert "Rules of disclosure" in done.out
    assert "In no total" in done.out
    content = json.loads(cli("reserve", "report", REPORT, "--json").out)
    plain = json.loads(cli("assess", "stocks", REPORT, "--json").out)
    assert content["rows"] == plain["rows"]
    assert content["rules"] == ["frequency=3", "nk=2,90", "p=10"]
    safe = json.loads(cli("reserve", "report", REPORT, "--rule", "frequency=1", "--json").out)
    assert all(each["safe"] for each in safe["totals"])


def test_report_says_none_and_withheld(cli: Cli, tmp_path: Path) -> None:
    """No public stock is told as none, a withheld private one as a holder that was not checked."""
    path = tmp_path / "private.yaml"
    _ = path.write_text(
        "format: orepact/stocks/1\nregion: EU27\nas_of: 2026-06-30\nstocks:\n"
        "  - {stock: p, mineral: antimony, owner: private, chemical_form: ingot, "
        "withheld: [" + ", ".join(
            f"{{field: {field}, reason: business_secret, why: a contract}}" for field in
            ("tonnes", "purity", "history", "release_rules", "location", "access")
        ) + "]}\n",
        encoding="utf-8",
    )
    done = cli("reserve", "report", path, "--csv")
    assert done.code == 0, done.err
    assert done.out.splitlines()[1] == (
        "antimony,none reported,cannot tell,cannot tell,1,not checked: withheld"
    )


def test_safe_level_of_no_place_is_one_sentence(cli: Cli) -> None:
    """A member state is no place of the accounts: one sentence, not seventy rows."""
    done = cli("reserve", "safe-level", "--region", "DEU")
    assert done.code == 0
    assert "Cannot tell the net imports of DEU for 72 forms" in " ".join(done.out.split())
    assert len(done.out.splitlines()) <= 4
    assert len(cli("reserve", "safe-level", "--region", "DEU", "--csv").out.splitlines()) == 73


def test_days_are_shown_with_what_scales_them(cli: Cli) -> None:
    """The level says days times risk and importance and its months; buying does not scale."""
    level = cli("reserve", "safe-level", "--material", "gallium", "--days", 60, columns=160).out
    assert "60 x " in level
    assert "2022-08/2023-07" in level
    plain = ("reserve", "buy", "gallium-primary", "--days", 60, "--no-simulate")
    assert "not scaled by risk and importance" in " ".join(cli(*plain).out.split())
    scaled = " ".join(cli(*plain, "--safe-level").out.split())
    assert "Target: the safe level, 60 days x " in scaled
    content = json.loads(cli(*plain, "--safe-level", "--json").out)
    figures = json.loads(cli("reserve", "safe-level", "--material", "gallium-primary", "--days", 60,
                             "--json").out)["figures"]
    level_t = next(each["value"] for each in figures if each["indicator"] == "safe level")
    assert content["target_t"] == pytest.approx(level_t)
    assert content["safe_level"]["factor"] > 1.0


def test_refusal_names_what_is_supposed(cli: Cli) -> None:
    """Nothing left beside the others: price, pace and the missing period stand in the refusal."""
    done = cli("reserve", "buy", "antimony-metal", "--tonnes", 500, "--others", "most")
    words = " ".join(done.out.split())
    for each in ("our pace", "55,116 USD/t", "no period is published", "pace supposed"):
        assert each in words
    assert "Other buyers, as published" not in words


def test_report_refuses_rules(cli: Cli) -> None:
    """Shares over 100 % and unknown kinds are refused together."""
    done = cli("reserve", "report", REPORT, "--rule", "nk=2,190", "--rule", "q=3")
    assert done.code == 2
    assert "2 problems" in done.err


def test_buy(cli: Cli) -> None:
    """A schedule with its price, its competitors and its cost, every number with a unit."""
    asked = ("reserve", "buy", "gallium-primary", "--days", 60)
    done = cli(*asked)
    assert done.code == 0
    for words in ("months of world output", "t/month", "Project Vault", "not published",
                  "million USD", "in the worst month"):
        assert words in " ".join(done.out.split())
    content = json.loads(cli(*asked, "--json").out)
    assert content["price_simulated"]["worst_month"] <= 1.05
    assert content["bought_t"] == pytest.approx(content["target_t"])
    rows = cli(*asked, "--no-simulate", "--csv").out.splitlines()
    assert rows[0].startswith("month,tonnes")


def test_programmes(cli: Cli) -> None:
    """Who else buys antimony, with what is published of it; a wrong owner is refused."""
    done = cli("reserve", "programmes", "--material", "antimony", columns=240)
    assert done.code == 0
    for words in ("245 million USD", "not published", "every form", "the form is ours"):
        assert words in " ".join(done.out.split())
    korea = cli("reserve", "programmes", "--owner", "KOR", "--csv").out
    for words in ("goal of 100 days of rare metals, 54 held", "0 to 46 or 10 days (ours)"):
        assert words in korea
    assert "purchases not published" in cli("reserve", "programmes", "--owner", "JPN", "--csv").out
    content = json.loads(cli("reserve", "programmes", "--owner", "JPN", "--json").out)
    assert [each["programme"] for each in content["programmes"]] == ["japan-rare-metals"]
    wrong = cli("reserve", "programmes", "--owner", "JPM", "--material", "antimon")
    assert wrong.code == 2
    assert "did you mean 'JPN'" in wrong.err
    assert "did you mean 'antimony'" in wrong.err


def test_buy_refuses_everything_at_once(cli: Cli) -> None:
    """Negative tonnes, a move over 100 %, a name of several forms."""
    done = cli("reserve", "buy", "antimony", "--tonnes", "-5", "--move", "5")
    assert done.code == 2
    assert done.out == ""
    assert "3 problems" in done.err
    assert "5 % is 0.05" in done.err
