"""Should-cost prices, host shares and research options on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Cli, listing


def test_a_should_cost_price_with_its_brief(cli: Cli, home: Path) -> None:
    done = cli("support", "should-cost", "ndpr-oxide", "--draws", "200", "--report", "oxide.html")
    assert done.code == 0, done.err
    said = " ".join(done.out.split())
    for text in ("should-cost price", "5 to 95 %", "base price of the chain", "No forecast",
                 "What moves it in US", "The 110 USD/kg contract", "USD per t", "Left out:",
                 "Feeds are at market prices"):
        assert text in said, text
    page = (home / "oxide.html").read_text(encoding="utf-8")
    for text in ("Capital of the plant", "supposed", "PJ-010", "<svg", "doi:10.2172/35391"):
        assert text in page, text
    assert "<script" not in page
    assert 'src="http' not in page


def test_its_json_is_the_same_for_the_same_seed(cli: Cli) -> None:
    words = ("support", "should-cost", "magnesium-metal", "--draws", "50", "--json")
    one, two = (json.loads(cli(*words).out) for _ in range(2))
    assert one == two
    assert one["format"] == "orepact/should-cost-price/1"
    assert one["unit"] == "USD per t Mg"


def test_what_cannot_be_priced_is_refused_with_the_list(cli: Cli, home: Path) -> None:
    done = cli("support", "should-cost", "gallium-primary", "--report", "x.html")
    assert (done.code, done.out) == (2, "")
    for text in ("input is missing", "bauxite, alumina and gallium together", "kWh/t", "USD/t"):
        assert text in done.err, text
    assert listing(home) == []
    done = cli("support", "should-cost", "ndpr-oxid", "--draws", "-1", "--feeds", "free")
    assert done.code == 2
    for text in ("did you mean 'ndpr-oxide'?", "--draws", "--feeds"):
        assert text in done.err, text
    done = cli("support", "should-cost")
    assert done.code == 0
    assert "graphite-anode" in done.out


def test_a_host_country_s_share(cli: Cli) -> None:
    done = cli("projects", "host-share", "lithium-AUS", "--draws", "100", columns=160)
    assert done.code == 0, done.err
    said = " ".join(done.out.split())
    for text in ("of the value of", "stays in the country", "loses money", "no forecast",
                 "USD per t Li in lithium hydroxide"):
        assert text in said, text
    content = json.loads(cli("projects", "host-share", "lithium-AUS", "--json").out)
    assert content["format"] == "orepact/host-share-run/1"
    assert "cobalt-COD" in cli("projects", "host-share").out
    done = cli("projects", "host-share", "cobalt-CD")
    assert (done.code, "cobalt-COD" in done.err) == (2, True)


def test_research_programmes_as_options(cli: Cli) -> None:
    done = cli("projects", "research", "germanium", "--futures", "6", "--draws", "20", "--on",
               "2026-11-21", "--workers", "1")
    assert done.code == 0, done.err
    assert "plans" in done.err
    said = " ".join(done.out.split())
    for text in ("planner's bound", "USD per EUR", "Tree of outcomes", "Most per euro",
                 "zinc-recovery", "M USD"):
        assert text.lower() in said.lower(), text
    done = cli("projects", "research", "germanum", "--futures", "0", "--on", "2026-13-01")
    assert done.code == 2
    for text in ("--futures", "--on"):
        assert text in done.err, text
    assert "magnets" in cli("projects", "research").out


def test_a_brief_goes_where_it_can(cli: Cli, home: Path) -> None:
    done = cli("projects", "host-share", "graphite-MDG", "--draws", "20", "--report", "host.html")
    assert done.code == 0, done.err
    page = (home / "host.html").read_text(encoding="utf-8")
    for text in ("Every term is a card", "<svg", "left to the owner"):
        assert text in page, text
    done = cli("projects", "host-share", "graphite-MDG", "--report", "host.doc")
    assert (done.code, ".html or .pdf" in done.err) == (2, True)
    done = cli("projects", "research", "germanium", "--report", "no/x.html", "--workers", "0")
    assert done.code == 2
    for text in ("no such folder", "--workers"):
        assert text in done.err, text
    assert listing(home) == ["host.html"]
