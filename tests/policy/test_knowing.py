"""A register learns the materials of a chain that it does not know, by code and mineral."""

from __future__ import annotations

import datetime

import pytest

from orepact.errors import InputError
from orepact.network import read_world
from orepact.policy import Form, knowing, load_register, permit, status

AFTER = datetime.date(2025, 3, 1)


def test_a_new_material_is_met_by_code_and_mineral() -> None:
    rod = Form("tungsten-rod", "tungsten rod", "tungsten", ("81019400",))
    wire = Form("tungsten-wire", "tungsten wire", "tungsten", ("81019600",))
    steel = Form("steel-rod", "steel rod", "iron", ("81019400",))
    register = knowing(load_register(), (rod, wire, steel))
    assert [one.act for one in status(register, AFTER, "tungsten-rod", "USA", exporter="CHN")] == [
        "CN-2025-10"
    ]
    assert not status(register, AFTER, "tungsten-wire", "USA", exporter="CHN")
    assert not status(register, AFTER, "steel-rod", "USA", exporter="CHN")


def test_a_group_of_minerals_means_its_members() -> None:
    form = Form("europium-oxide", "europium oxide", "europium", ("28469019",))
    register = knowing(load_register(), (form,))
    day = datetime.date(2010, 10, 1)
    acts = {one.act for one in status(register, day, "europium-oxide", "JPN", exporter="CHN")}
    assert {"CN-2010-QUOTA", "CN-2010-JPN"} <= acts


def test_what_is_known_stays_as_it_is() -> None:
    register = load_register()
    assert knowing(register, register.forms.materials) is register
    with pytest.raises(InputError, match="unknown"):
        _ = status(register, AFTER, "tungsten-rod", "USA", exporter="CHN")


def test_every_material_of_the_dataset_is_in_the_vocabulary() -> None:
    known = {form.id for form in load_register().forms.materials}
    world = read_world()
    missing = {
        item.material
        for chain in world.chains.values()
        for item in chain.text.materials
        if item.material not in known
    }
    assert not missing


def test_bismuth_metal_needs_a_licence_and_its_oxide_does_not() -> None:
    register = load_register()
    metal, oxide = (
        permit(register, "CHN", name, "USA", end_use="civil", on=AFTER)
        for name in ("bismuth-metal", "bismuth-oxide")
    )
    assert (metal.state, oxide.state) == ("licensed", "free")
