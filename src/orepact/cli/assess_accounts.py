"""The verbs of ``orepact assess`` that need the balanced accounts or the register of controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from orepact.cli.assess import Asked, account_alone, head_of, mineral_of, print_csv, print_figures
from orepact.cli.show import print_json, print_table, say
from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem, attempt
from orepact.indicators.dependence.supplier_dependence import suppliers_of
from orepact.indicators.figure import Figure
from orepact.indicators.sector.exposure import exposure_table, sector_exposure
from orepact.indicators.sector.sectors import find_sector, read_sectors
from orepact.indicators.union.benchmark_case import (
    RULE,
    RULE_THIRD_COUNTRY,
    Case,
    read_case,
)
from orepact.indicators.union.monitoring import Watch, monitor
from orepact.network.world import World
from orepact.policy import load_register
from orepact.studies.assessment.accounts import (
    account_figures,
    benchmark_figures,
    chains_of,
    origin_figures,
    shift_figures,
    stage_suppliers,
)
from orepact.studies.assessment.explain import world_of
from orepact.studies.assessment.grades import unpublished
from orepact.studies.assessment.names import known_mineral, known_region
from orepact.views.ceiling_table import ceiling_table

__all__ = [
    "also_accounts",
    "benchmarks_verb",
    "monitor_verb",
    "open_world",
    "origin_verb",
    "sector_verb",
    "shift_verb",
    "strategic_name",
]

SMALLEST = 0.01
"""Share from which a table shows an origin; CSV and JSON have all."""


def open_world(asked: Asked) -> World:
    """Read the dataset with its accounts; raises `InputError` for a vintage that they do not know.

    The accounts are balanced from what is known now, so an older vintage has none.
    """
    return world_of(asked.bundle())


def _newest(asked: Asked) -> str:
    return replace(asked, vintage="").bundle().vintage


def also_accounts(asked: Asked, family: str, mineral: str, region: str) -> list[Figure]:
    """Return the figures of a family that come from the accounts.

    In an older vintage one figure without a value, which says why.
    """
    if asked.vintage not in {"", newest := _newest(asked)}:
        return [
            Figure(
                indicator=f"{family} in the balanced accounts",
                value=None,
                unit="1",
                region=region,
                mineral=mineral,
                missing=f"the accounts know vintage {newest} alone, not {asked.vintage}",
            )
        ]
    world = open_world(asked)
    chains = chains_of(world, load_register(), mineral)
    found = account_figures if family == "dependence" else stage_suppliers
    return found(world, chains, region)


def origin_verb(asked: Asked) -> None:
    """Print the origin of what a region uses of a mineral."""
    world = open_world(asked)
    bundle = world.bundle
    mineral, region = mineral_of(asked, bundle), known_region(bundle, asked.region)
    chains = chains_of(world, load_register(), mineral)
    if not chains:
        known = sorted({chain.text.mineral for chain in world.chains.values()})
        raise InputError(
            [
                Problem(
                    "no chain holds the mineral",
                    field="MINERAL",
                    found=repr(mineral),
                    expected="a mineral with an account: " + ", ".join(known),
                )
            ]
        )
    figures = origin_figures(world, chains, region)
    print_figures(asked, bundle, (mineral, region, "origin"), figures, least=SMALLEST)


def shift_verb(asked: Asked, to: Sequence[str], stage: str) -> None:
    """Print the test of a shift to other suppliers."""
    bundle = asked.bundle()
    mineral, region = mineral_of(asked, bundle), known_region(bundle, asked.region)
    problems: list[Problem] = []
    pairs = [pair for text in to if (pair := attempt(problems, _share, bundle, text)) is not None]
    problems += _repeated([country for country, _ in pairs])
    if problems:
        raise InputError(problems)
    figures = shift_figures(bundle, mineral, region, dict(pairs), stage)
    print_figures(asked, bundle, (mineral, region, "shift"), figures, own=True)


def _repeated(countries: Sequence[str]) -> list[Problem]:
    """Return a problem for each country that is stated more than once."""
    return [
        Problem(
            "a country given twice",
            field="--to",
            found=country,
            expected="each country once, with the sum of its shares",
        )
        for country in sorted(set(countries))
        if countries.count(country) > 1
    ]


def _share(bundle: Bundle, text: str) -> tuple[str, float]:
    """Return a country's code and its share from ``TUR=0.68`` or ``Türkiye=0.68``."""
    country, _, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        value = -1.0
    if not (country and 0.0 <= value <= 1.0):
        raise InputError(
            [
                Problem(
                    "not a country with its share",
                    field="--to",
                    found=repr(text),
                    expected="COUNTRY=SHARE with a share from 0 to 1, as TUR=0.68",
                )
            ]
        )
    try:
        return known_region(bundle, country), value
    except InputError as error:
        raise InputError(replace(each, field="--to") for each in error.problems) from error


def benchmarks_verb(asked: Asked) -> None:
    """Print the benchmarks for 2030 of one strategic material, or of all together."""
    world = open_world(asked)
    case = read_case(world)
    figures = benchmark_figures(case, strategic_name(case, asked.mineral))
    table = not asked.form and not asked.mineral
    shown = [each for each in figures if not each.mineral] if table else figures
    print_figures(asked, world.bundle, (asked.mineral, "EU27", "benchmarks"), shown)
    if table:
        frame = ceiling_table(figures)
        share = case.listed.third_country.share
        title = f"one third country, ceiling of {share:.0%} of consumption"
        print_table(frame, frame.columns, title=title)
    if not asked.form:
        say(f"Verdict of capacity: {RULE}.")
        say(f"Verdict of one third country: {RULE_THIRD_COUNTRY}.")
    if table:
        say("Totals only; one material: orepact assess benchmarks MATERIAL; all: --csv or --json.")


def strategic_name(case: Case, name: str) -> str:
    """Return a strategic material's id from its id, or from a mineral's id, name or symbol.

    What is neither is returned as it is; empty for an empty name.
    """
    plain = name.strip().casefold().replace(" ", "-").replace("_", "-")
    if not plain or plain in [entry.material for entry in case.listed.materials]:
        return plain
    return attempt([], known_mineral, case.bundle, name) or name


def monitor_verb(asked: Asked) -> None:
    """Print the seven tiles of a mineral and a region."""
    world = open_world(asked)
    bundle = world.bundle
    mineral, region = mineral_of(asked, bundle), known_region(bundle, asked.region)
    watch = Watch(bundle, region, mineral, asked.day(), world, load_register())
    print_figures(asked, bundle, (mineral, region, "monitor"), monitor(watch))


def sector_verb(asked: Asked, sector: str) -> None:
    """Print the exposure of a sector, or the list of sectors."""
    sectors = read_sectors()
    if not sector:
        for each in sectors:
            say(f"{each.sector}: {each.title}")
        return
    bundle = asked.bundle()
    region = known_region(bundle, asked.region)
    chosen = find_sector(sectors, sector)
    exposures = sector_exposure(bundle, load_register(), chosen, region, asked.day())
    bare = {
        each.mineral: unpublished(
            bundle, each.mineral, (one.stage for one in suppliers_of(bundle, each.mineral, region))
        )
        for each in exposures
    }
    lacking = ["|".join(bare[each.mineral]) for each in exposures]
    frame = exposure_table(exposures).with_columns(
        no_shares_at=pl.Series(lacking, dtype=pl.String)
    )
    if asked.form == "json":
        answer = {**head_of("orepact/assessment-sector/1", bundle, region), "sector": sector}
        print_json({**answer, "rows": frame.to_dicts()})
    elif asked.form == "csv":
        print_csv(frame)
    else:
        shown = frame.select(
            "mineral",
            "stage",
            *(
                (pl.col(name) * 100.0).round(1).alias(f"{title} [%]")
                for name, title in _PERCENT.items()
            ),
            "largest_supplier",
            pl.col("basis").alias("share of"),
            "own_sourcing",
            pl.col("hhi").round(2).alias("HHI [0-1]"),
            "controls",
            "uses_of",
            "missing",
        )
        print_table(shown, shown.columns, title=f"{chosen.title}, {region}")
        for mineral, stages in bare.items():
            for stage, grade in stages.items():
                say(account_alone(mineral, stage, grade))


_PERCENT = {
    "exposure": "exposure",
    "exposure_high": "at most",
    "use_share": "share of use",
    "largest_share": "largest share",
    "controlled_share": "held back",
}
