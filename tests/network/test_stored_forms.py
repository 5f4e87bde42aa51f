"""Stored forms: one for every material, every number a card, errors with line and nearest word."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.network import read_world
from orepact.network.stored_forms import (
    FORMS_FILE,
    StoredForms,
    read_stored_forms,
    storage_of,
    world_forms,
)
from orepact.network.world import WORLD, World


@pytest.fixture(scope="module")
def world() -> World:
    """The bundled dataset."""
    return read_world()


@pytest.fixture(scope="module")
def forms() -> StoredForms:
    """The bundled forms."""
    return world_forms()


def test_every_material_of_every_chain_has_a_form(world: World) -> None:
    """None lacks one and none is of a material that no chain has."""
    materials = [item.material for one in world.chains.values() for item in one.text.materials]
    forms = world_forms(WORLD, materials)
    assert set(forms.forms) == set(materials)


def test_steps_are_steps_of_the_chains(world: World, forms: StoredForms) -> None:
    """A form leads to another where a process of the chain makes the one from the other."""
    steps = {
        (made_of, output)
        for one in world.chains.values()
        for process in one.text.processes
        for made_of in process.inputs
        for output in process.outputs
        if output != "magnet-scrap"
    }
    told = {(name, into) for name, form in forms.forms.items() for into in form.into}
    assert told == steps


def test_every_number_is_a_card(forms: StoredForms) -> None:
    """Rents, shelf lives and times name a card with a reason and an evidence."""
    for form in forms.forms.values():
        for span in (form.rent, form.notice, form.insurance, form.interest, *form.into.values()):
            assert forms.cards[span.card].reason
            assert forms.cards[span.card].evidence
            assert span.low <= span.value <= span.high


def test_costs_by_hand(forms: StoredForms) -> None:
    """Oxide of antimony at 24,000 USD/t: 14 / 0.83 + 0.003 x 2,000 = 22.867; + 0.05 x 2,000."""
    form = forms.of("antimony-oxide")
    stored = form.storage_cost(24_000.0)
    assert stored.value == pytest.approx(14.0 / 0.83 + 6.0)
    assert stored.low == pytest.approx(10.0 / 0.835 + 2.0)
    assert stored.high == pytest.approx(25.0 / 0.825 + 12.0)
    assert form.carrying_cost(24_000.0).value == pytest.approx(stored.value + 100.0)


def test_time_to_the_next_form_includes_notice(forms: StoredForms) -> None:
    """One month of notice and three of a component; no step leads from oxide to plain magnets."""
    form = forms.of("dysprosium-oxide")
    months = form.time_to("magnet-heavy")
    assert months is not None
    assert (months.low, months.value, months.high) == pytest.approx((2.27, 4.0, 8.0))
    assert form.time_to("dysprosium-oxide") == form.notice
    assert form.time_to("magnet-plain") is None


def test_shelf_life(forms: StoredForms) -> None:
    """Ingots keep, hydroxide does not."""
    assert forms.of("antimony-metal").shelf_life is None
    kept = forms.of("lithium-hydroxide").shelf_life
    assert kept is not None
    assert kept.value < 24.0


def test_unknown_form_names_the_nearest() -> None:
    """An unknown form is refused with the nearest one."""
    with pytest.raises(InputError, match="did you mean 'dysprosium-oxide'"):
        _ = storage_of("dysprosium-oxid")


BAD = """\
format: orepact/stored-forms/1
cards:
  - {card: release-notice, title: t, value: 3, low: 1, high: 2, unit: month, reason: r}
  - {card: insurance, title: t, value: 0.1, low: 0, high: 1.5, unit: share of value, reason: r}
  - {card: capital-rate, title: t, value: 0.1, low: 0, high: 0.2, unit: share, reason: r}
  - {card: pile, title: t, value: 1, low: 0, high: 2, unit: USD/t/month, reason: r}
forms:
  - {material: a, form: f, purity: 0.9, of: A, content: {value: 0.9, low: 0.95, high: 1},
     storable: "yes", storage: pil, reason: r}
  - {material: a, form: f, purity: 0.9, of: A, content: {value: 1, low: 1, high: 1},
     storable: "yes", storage: release-notice, reason: r, into: [{material: c, time: pile}]}
"""


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    """Ranges, shares, cards, units, names: with their lines."""
    path = tmp_path / "forms.yaml"
    _ = path.write_text(BAD, encoding="utf-8")
    with pytest.raises(InputError) as told:
        _ = read_stored_forms(path, ["a", "b"])
    text = str(told.value)
    for words in ("outside its range, or negative", "a share is at most 1", "unknown card",
                  "did you mean 'pile'", "given twice", "a card of another unit", "unknown form",
                  "materials without a form"):
        assert words in text
    assert all(problem.line for problem in told.value.problems)


def test_purity_over_one_is_refused(tmp_path: Path) -> None:
    """A purity in per cent is no fraction."""
    text = (WORLD / FORMS_FILE).read_text("utf-8").replace("purity: 0.9965", "purity: 99.65")
    path = tmp_path / "forms.yaml"
    _ = path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="purity"):
        _ = read_stored_forms(path)
