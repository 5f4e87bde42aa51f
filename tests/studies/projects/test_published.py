"""What is published of chosen projects: how sure it is, and the public money that is named."""

from __future__ import annotations

from orepact.network import read_world
from orepact.network.project_files import read_projects
from orepact.studies.projects.published import with_published


def test_unsure_rows_parts_and_promised_money_are_told() -> None:
    world = read_world()
    projects = read_projects("candidates", world).projects
    names = ("benson", "lynas-heavies", "magfactory", "gramercy-gallium")
    rows = with_published([{"project": name} for name in names], projects, world)
    benson, lynas, magfactory, gramercy = rows
    assert benson["unsure"]
    assert benson["promised"].startswith("US OSC loan conditional: about USD 1bn; OSC loans USD")
    assert benson["share"] == 1.0
    assert not lynas["unsure"]
    assert lynas["share"] < 1.0
    assert (magfactory["unsure"], magfactory["promised"]) == (False, "")  # a label, no money
    assert gramercy["unsure"]  # "up to" in the name of its product
