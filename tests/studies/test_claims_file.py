"""Claims files: every problem at once with its place; the shipped register holds together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from orepact.data.bundle import read_bundle
from orepact.errors import InputError
from orepact.studies.claims.check import Verdict, check_claims
from orepact.studies.claims.file import (
    MEASURES,
    REGISTER,
    Claim,
    Definition,
    known_names,
    read_claims,
)

GOOD = """\
format: orepact/claims/1
claims:
  - claim: mine
    statement: The Union gets 97 % of its magnesium from China.
    value: 97
    asserted_by: somebody
    compute:
      measure: sourcing_share
      importer: EU27
      mineral: magnesium
      origin: CHN
      kind: ec_study
"""
ENTRIES = 202
COUNTS = {"supported": 119, "outside range": 20, "cannot tell": 63}
OUTSIDE = {
    "eu-arsenic-china-auditors-secondary",
    "eu-ga-china-auditors",
    "eu-ga-china-press-report",
    "eu-ge-china-crm-alliance",
    "eu-ge-china-usgs-press",
    "eu-magnet-china-share-arithmetic",
    "eu-mg-china-industry",
    "eu-ndpr-china-auditors",
    "eu-ree-china-eurostat",
    "eu-ree-imports-eurostat",
    "loss-ga-usgs-ofr",
    "mp10x-trade-press",
    "ni-indonesia-aggregator",
    "us-100-proclamation",
    "us-50-proclamation",
    "us-anode-duty-usgs-2026",
    "us-magnet-imports-company",
    "us-w-301-usgs-2026-text",
    "verde-start-company",
    "verde-start-company-2",
}


def problems(text: str, folder: Path) -> list[tuple[int | None, str, str, str]]:
    path = folder / "claims.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_claims(path)
    return [(each.line, each.field, each.message, each.nearest) for each in caught.value.problems]


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(GOOD, encoding="utf-8")
    (claim,) = read_claims(path)
    assert (claim.claim, claim.unit, claim.grade) == ("mine", "%", "S")
    assert claim.compute == Definition(
        measure="sourcing_share",
        importer="EU27",
        mineral="magnesium",
        origin="CHN",
        kind="ec_study",
    )


def test_every_problem_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    text = GOOD.replace("importer", "importr").replace("value: 97", "low: 98\n    high: 97")
    text += "      year: 2024\n  - claim: mine\n    statement: s\n    asserted_by: me\n"
    text += "    unit: tons\n    value: 1\n    compute: {measure: production}\n"
    found = problems(text, tmp_path)
    assert [each[:3] for each in found] == [
        (5, "claims.0.low", "low is above high"),
        (8, "claims.0.compute.importer", "the measure sourcing_share needs this"),
        (10, "claims.0.compute.importr", "unknown field"),
        (14, "claims.0.compute.year", "the measure sourcing_share has no such argument"),
        (15, "claims.1.claim", "duplicate claim"),
        (18, "claims.1.unit", "unknown unit"),
        (20, "claims.1.compute.mineral", "the measure production needs this"),
        (20, "claims.1.compute.stage", "the measure production needs this"),
        (20, "claims.1.compute.country", "the measure production needs this"),
        (20, "claims.1.compute.year", "the measure production needs this"),
    ]
    assert found[2][3] == "importer"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("orepact/claims/1", "orepact/claim/1", "wrong or missing format line"),
        ("    value: 97\n", "", "a claim needs a number"),
        ("measure: sourcing_share", "measure: sourcing", "unknown word"),
        ("claim: mine", "claim: My claim", "not written as it should be"),
        ("value: 97", 'value: "97"', "not a number"),
        ("asserted_by: somebody", "asserted_by: ''", "empty text"),
    ],
)
def test_a_wrong_cell_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert any(message in each[2] for each in problems(GOOD.replace(old, new), tmp_path))


WRONG = """\
format: orepact/claims/1
claims:
  - claim: a
    statement: s
    value: "97"
    unit: tons
    published: 2026-13
    mineral: galium
    asserted_by: me
    compute: {measure: sourcing_share, importer: EU, mineral: galium, origin: CHN, kind: ecstudy}
  - claim: b
    value: 3
    asserted_by: me
    compute: {measure: import_share, importer: EU, origin: CHN, code: 811292, year: 2024, by: value}
  - claim: a
    statement: s
    value: 5
    asserted_by: me
    compute: {measure: nope, mineral: nope}
"""


def test_problems_of_kind_and_of_meaning_are_told_in_one_pass(tmp_path: Path) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(WRONG, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_claims(path, known_names(read_bundle()))
    told = {(each.field, each.nearest) for each in caught.value.problems}
    assert told >= {
        ("claims.0.unit", ""),
        ("claims.0.published", ""),
        ("claims.0.mineral", "gallium"),
        ("claims.0.compute.kind", "ec_study"),
        ("claims.0.compute.importer", "EU27"),
        ("claims.1.statement", ""),
        ("claims.1.compute.code", ""),
        ("claims.2.claim", ""),
        ("claims.2.compute.measure", ""),
    }
    assert not any("nothing to compute" in str(each) for each in caught.value.problems)
    assert not any("needs a number" in str(each) for each in caught.value.problems)


def test_a_claim_without_definition_says_what_is_missing(tmp_path: Path) -> None:
    head = GOOD.split("    compute:", maxsplit=1)[0]
    assert "nothing to compute" in problems(head, tmp_path)[0][2]


def test_names_are_unique_across_the_files_of_a_folder(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(InputError, match="duplicate claim"):
        read_claims(tmp_path)


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no claims file here"):
        read_claims(tmp_path)


@pytest.fixture(scope="module")
def shipped() -> list[Claim]:
    return read_claims(known=known_names(read_bundle()))


@pytest.fixture(scope="module")
def verdicts(shipped: list[Claim]) -> tuple[Verdict, ...]:
    return check_claims(read_bundle(vintage="2026.11"), shipped)


def test_the_shipped_register_gives_the_verdicts_that_were_read(
    verdicts: tuple[Verdict, ...],
) -> None:
    """Change these only with a line in the changelog that names the claims that moved."""
    assert len(verdicts) == ENTRIES
    assert Counter(each.verdict for each in verdicts) == COUNTS
    assert {each.claim.claim for each in verdicts if each.verdict == "outside range"} == OUTSIDE


def test_every_verdict_has_its_arithmetic_or_says_what_is_missing(
    verdicts: tuple[Verdict, ...],
) -> None:
    for each in verdicts:
        assert (each.figure is not None) if each.verdict != "cannot tell" else each.missing
        assert each.figure is None or {name.source for name in each.chain} == set(
            each.figure.sources
        ), each.claim.claim


def test_the_same_claims_give_the_same_verdicts(
    shipped: list[Claim], verdicts: tuple[Verdict, ...]
) -> None:
    assert check_claims(read_bundle(vintage="2026.11"), shipped) == verdicts


def test_the_headline_claims_get_their_verdicts(verdicts: tuple[Verdict, ...]) -> None:
    found = {each.claim.claim: each for each in verdicts}
    magnesium = found["eu-mg-china-auditors"]
    assert magnesium.verdict == "supported"
    assert magnesium.figure is not None
    assert magnesium.figure.value == 0.97
    assert not magnesium.own_source
    gallium = found["eu-ga-china-auditors"]
    assert gallium.verdict == "outside range"
    assert not gallium.reproduced_by
    assert gallium.tried > 20
    magnets = found["eu-magnet-china-auditors"]
    assert magnets.verdict == "cannot tell"
    assert [each.claim for each in magnets.conflicts] == ["eu-magnet-china-press-report"]


def test_older_tables_tell_less(shipped: list[Claim], verdicts: tuple[Verdict, ...]) -> None:
    then = check_claims(read_bundle(vintage="2025.02"), shipped)
    counts = Counter(each.verdict for each in then)
    assert counts["cannot tell"] > COUNTS["cannot tell"]
    assert counts["supported"] < COUNTS["supported"]
    assert len(then) == len(verdicts)


def test_no_statement_hides_who_said_it(shipped: list[Claim]) -> None:
    for each in shipped:
        told = each.source or each.url or "not recorded" in f"{each.asserted_by} {each.note}"
        assert told or "transcription" in each.note, each.claim


def test_every_measure_is_documented() -> None:
    root = Path(__file__).resolve().parents[2]
    page = (root / "docs" / "how-to" / "check-claims.md").read_text(encoding="utf-8")
    assert not [name for name in MEASURES if f"`{name}`" not in page]
    assert REGISTER.is_dir()
