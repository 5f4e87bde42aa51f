"""Shares of use from the chains' accounts: processing counts as a use of the material."""

import pytest

from orepact.indicators.sector.sector_accounts import account_grades, account_use_shares
from orepact.indicators.sector.sectors import AccountUse, SectorText, find_sector, read_sectors
from orepact.network import World, read_world
from orepact.policy import Register, load_register


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_all_uses_of_a_material_that_is_not_processed_add_up_to_one(
    world: World, register: Register
) -> None:
    chain = world.chains["gallium"].text
    uses = [use for use in chain.uses if use.material == "gallium-refined" and use.counted]
    sector = SectorText(
        sector="all",
        title="All",
        end_use="civil",
        accounts=tuple(AccountUse(chain="gallium", use=use.use) for use in uses),
    )
    (figure,) = account_use_shares(world, register, sector, "EU27")
    assert figure.value == pytest.approx(1.0)
    assert figure.mineral == "gallium"
    assert figure.coverage["grade"] in set("ABCD")


def test_what_is_processed_is_not_left_out(world: World, register: Register) -> None:
    # Nearly all dysprosium oxide goes into magnets; the account's own final use is the rest.
    use = AccountUse(chain="rare-earth-magnets", use="dysprosium-other")
    sector = SectorText(sector="rest", title="Rest", end_use="civil", accounts=(use,))
    (figure,) = account_use_shares(world, register, sector, "CHN")
    assert figure.value is not None
    assert 0.0 < figure.value < 0.5


def test_defence_takes_military_uses_and_shares_of_imports(
    world: World, register: Register
) -> None:
    defence = find_sector(read_sectors(), "defence")
    figures = account_use_shares(world, register, defence, "EU27")
    forms = [figure.form for figure in figures]
    assert "magnet-heavy" in forms
    assert forms.count("magnet-heavy") == 1  # the use, not also the share of imports
    germanium = next(figure for figure in figures if figure.form == "germanium-metal")
    assert germanium.value == pytest.approx(0.2)


def test_uses_named_by_the_sectors_exist(world: World) -> None:
    for sector in read_sectors():
        for each in sector.accounts:
            assert each.use in {use.use for use in world.chains[each.chain].text.uses}


def test_a_mineral_has_the_weakest_grade_of_its_materials(world: World, register: Register) -> None:
    grades = account_grades(world, register)
    own = world.accounts["gallium"].grades
    assert grades["gallium"] == max(own.values())
