"""One kind of figures of a mineral, from tables and, where accounts tell it too, from these."""

from __future__ import annotations

from orepact.cli.assess import Asked, mineral_of, print_figures
from orepact.studies.assessment.families import FAMILIES, check_year
from orepact.studies.assessment.names import known_region

__all__ = ["family_verb"]

OF_ACCOUNTS = ("dependence", "largest-supplier")


def family_verb(asked: Asked, family: str, year: int = 0) -> None:
    """Print one kind of figures of a mineral."""
    bundle = asked.bundle()
    mineral, region = mineral_of(asked, bundle), known_region(bundle, asked.region)
    check_year(bundle, mineral, year)
    figures = FAMILIES[family](bundle, mineral, region, year)
    if family in OF_ACCOUNTS:
        from orepact.cli.assess_accounts import also_accounts

        figures += also_accounts(asked, family, mineral, region)
    print_figures(asked, bundle, (mineral, region, family), figures)
