"""Files for a vault are what their schemas say, and readers say what is not."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from orepact.data.ledger.movements import read_movements
from orepact.data.ledger.opening import read_opening
from orepact.data.text import read_yaml
from orepact.errors import InputError
from orepact.network.world import WORLD
from orepact.studies.vault.schema import (
    movements_schema_text,
    opening_schema_text,
    terms_schema_text,
)
from orepact.studies.vault.terms import BOUNDS, TERMS_FILE, Term, draws_of, read_terms
from tests.cli.test_reserve_ledger import MARCH, OPENING


def plain(path: Path, kind: str) -> Any:
    value = read_yaml(path, kind=kind).value
    return json.loads(json.dumps(value, default=date.isoformat))


def validator(text: str) -> Draft202012Validator:
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_schemas_take_what_the_readers_take(tmp_path: Path) -> None:
    opening, march = tmp_path / "opening.yaml", tmp_path / "march.yaml"
    _ = opening.write_text(OPENING, encoding="utf-8")
    _ = march.write_text(MARCH, encoding="utf-8")
    _ = read_opening(opening)
    assert len(read_movements(march)) == 4
    validator(opening_schema_text()).validate(plain(opening, "ledger-opening"))
    validator(terms_schema_text()).validate(plain(WORLD / TERMS_FILE, "vault-terms"))
    checked = validator(movements_schema_text())
    content = plain(march, "movements")
    checked.validate(content)
    for name, value in (("tonnes", -1.0), ("movement", "drw"), ("extra", 1)):
        wrong = json.loads(json.dumps(content))
        wrong["movements"][3][name] = value
        assert list(checked.iter_errors(wrong)), name


def test_nothing_unpublished_is_called_published() -> None:
    terms = read_terms()
    assert {each.term for each in terms.terms} == set(BOUNDS)
    published = {each.term for each in terms.terms if each.published}
    assert published == {"public_loan", "tenor_years", "private_capital", "buffer_days"}
    for each in terms.terms:
        assert each.reason
        if not each.published:
            assert each.ends[0] < each.ends[1], each.term


def test_two_published_figures_are_never_averaged() -> None:
    draws = draws_of(read_terms(), 64, 1)
    assert set(draws["private_capital"]) == {1.67e9, 2e9}
    assert set(draws["buffer_days"]) == {45.0, 60.0}
    assert set(draws["origin_rule"]) == {0.0, 1.0}


def test_half_of_the_members_lie_below_the_middle_value() -> None:
    term = Term(term="x", title="x", unit="1", value=2.0, low=1.0, high=10.0, reason="r")
    quantiles = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    assert term.at(quantiles).tolist() == [1.0, 1.5, 2.0, 6.0, 10.0]
    draws = draws_of(read_terms(), 100, 7)
    middle = read_terms().of("funds_used").value
    assert np.mean(draws["funds_used"] < middle) == 0.5


def test_every_problem_of_a_file_of_terms_is_told(tmp_path: Path) -> None:
    text = (WORLD / TERMS_FILE).read_text(encoding="utf-8")
    text = text.replace("  - term: overhead\n", "  - term: overheads\n")
    text = text.replace("    value: 0.6\n    low: 0.2\n    high: 1\n",
                        "    value: 0.6\n    low: 0.2\n    high: 1.2\n")
    text = text.replace("    value: 0.25\n    low: 0.15\n", "    value: 0.05\n    low: 0.15\n")
    text = text.replace("facts: [F-011]", "facts: [F-999]")
    path = tmp_path / "terms.yaml"
    _ = path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_terms(path, {f"F-{number:03d}" for number in range(1, 142)})
    told = str(caught.value)
    for words in ("unknown term; found 'overheads'", "did you mean 'overhead'", "a term is missing",
                  "out of bounds; found '0.2 to 1.2'; expected 0 to 1",
                  "value outside its range; found '0.05 in 0.15 to 0.5'",
                  "unknown fact; found 'F-999'"):
        assert words in told, words
