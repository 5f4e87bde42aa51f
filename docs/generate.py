"""Write the pages that are made from the code and the data, so that they cannot disagree.

- ``docs/reference/mathematics.md`` from the docstrings of the blocks in ``orepact.model``
- ``docs/reference/components.md`` from the fields of the components
- ``docs/reference/chains.md`` from the chains of the dataset
- ``docs/reference/dataset.md`` from the schemas of the dataset's tables
- ``data/world/assess/account_grades.csv`` from the balanced accounts; seal the dataset after it
- ``src/orepact/studies/schema/``: ``scenario``, ``exercise``, ``decisions``, ``holdings``,
  ``known-stocks``, ``programmes`` and ``stored-forms.schema.json`` from the classes that read
  these files
- ``docs/reference/sources.md`` and ``licenses/<source>.txt`` from the source tables of the dataset

Run ``uv run python docs/generate.py``; a test fails while a committed page differs.
"""

from __future__ import annotations

import ast
import csv
import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import polars as pl

from orepact.data.dataset.schemas import TABLES
from orepact.network import read_world
from orepact.network.components import COMPONENTS
from orepact.network.instruments import INSTRUMENTS
from orepact.network.plants import Plant
from orepact.policy import load_register
from orepact.policy.release.schema import rulebook_schema_text
from orepact.policy.scenario.schema import scenario_schema_text
from orepact.policy.support.schema import plants_schema_text, support_schema_text
from orepact.studies.assessment.account_grades import account_grades
from orepact.studies.assessment.grades import GRADES
from orepact.studies.exercise.schema import decisions_schema_text, exercise_schema_text
from orepact.studies.host_share.schema import host_share_schema_text
from orepact.studies.projects.schema import projects_schema_text, recycling_schema_text
from orepact.studies.research.schema import research_schema_text
from orepact.studies.reserve.schema import (
    forms_schema_text,
    holdings_schema_text,
    known_stocks_schema_text,
    programmes_schema_text,
)
from orepact.studies.sharing.schema import (
    division_schema_text,
    group_schema_text,
    needs_schema_text,
    transit_schema_text,
)
from orepact.studies.should_cost.schema import should_cost_schema_text
from orepact.studies.trade_defence.schema import detour_episodes_schema_text
from orepact.studies.vault.schema import (
    movements_schema_text,
    opening_schema_text,
    terms_schema_text,
)
from orepact.units import Doc, Unit

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "orepact"
WORLD = PACKAGE / "data" / "world"
SCHEMAS = PACKAGE / "studies" / "schema"
OWN = "OREPACT-"


@dataclass(frozen=True)
class Terms:
    """What a licence asks for: where its text is and the words of the acknowledgement."""

    link: str
    acknowledgement: str


# First match wins; the keys are found in the column `licence` of the source tables.
TERMS: dict[str, Terms] = {
    "US Government work": Terms(
        "https://www.usa.gov/government-copyright",
        "Public domain in the United States (17 U.S.C. § 105). Credit: {publisher}.",
    ),
    "Etalab": Terms(
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
        "Source: {publisher}, {title}, {edition}.",
    ),
    "Open Government Licence - Canada": Terms(
        "https://open.canada.ca/en/open-government-licence-canada",
        "Contains information licensed under the Open Government Licence – Canada.",
    ),
    "Open Government Licence v3.0": Terms(
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "Contains public sector information of {publisher} licensed under the Open Government "
        "Licence v3.0.",
    ),
    "CC BY 4.0": Terms(
        "https://creativecommons.org/licenses/by/4.0/",
        "© {publisher}: {title}, {edition}. Licensed under CC BY 4.0. Changes were made: figures "
        "were selected, converted, combined and balanced. No endorsement is implied.",
    ),
    "Commission reuse decision": Terms(
        "https://eur-lex.europa.eu/eli/dec/2011/833/oj",
        "© European Union: {title}, {edition}. Reuse with acknowledgement under Decision "
        "2011/833/EU. Changes were made: figures were selected, converted and balanced.",
    ),
}

# Exact words that a publisher asks for, where they are known.
ASKED = {
    "CEPII-BACI": "Gaulier, G. and Zignago, S. (2010), BACI: International Trade Database at the "
    "Product-Level. The 1994-2007 Version. CEPII Working Paper 2010-23.",
    "BGS-WMS": "Contains British Geological Survey materials © UKRI.",
}


KINDS = {
    "text": "text",
    "yes-no": "yes or no",
    "number": "number",
    "share": "fraction",
    "year": "year",
    "count": "whole number",
}

DATASET = """
Made from `src/orepact/data/dataset/schemas.py` and `registers.py`; change it there.

The folder `src/orepact/data/world` holds the bundled dataset: tables of every mineral in
`tables/`, balanced chains in `chains/`, sources in `sources*.csv`. Rows whose licence is to
confirm lie in `to_confirm/`, which is laid out like the dataset. `orepact data list` prints the
tables, `orepact data show TABLE` their rows.

- Every row names its source and, where one exists, the edition. `sources*.csv` gives publisher,
  title, edition, licence and address.
- An empty cell means not published, never zero. `W` in `flag` is withheld, `NA` not available.
- A share is a fraction. A number is in the unit of its column or of the column `unit`.
- Lists inside a cell are separated by `|`. Countries are ISO 3166-1 alpha-3, with `WLD` world
  total, `OTH` other countries, `E27` the European Union, `NSP` not specified, `XKX` Kosovo.
- Revisions stay: later editions of a figure stand beside earlier ones (`orepact data show
  production --mineral antimony --country CHN --side-by-side`).

**Which edition is preferred.** One edition of one source per mineral, stage and year, never two
sources in one year. An edition without a figure for any country is never preferred. A source whose
licence is confirmed comes before one to confirm, then the later edition before the earlier. The
rule is `orepact.data.dataset.vintage.prefer`; the older vintage applies it to what was known then.

**Vintages.** `2025.02` uses what was published until February 2025, `2026.11` everything. The
table `vintages` lists editions and last years by table. What a vintage cannot carry is said in
its notes: a release that was read once, such as the bilateral trade, holds revisions that cannot
be undone.

**World totals.** The countries of an edition add up to the world total that it prints within 3 %,
or the table `world_totals` gives the reason: `rounded_total` (printed with two digits),
`upper_bound` (a country printed as *less than* is counted in full), `listed_elsewhere`,
`no_countries`, `unexplained`.

**Digests.** `manifest.csv` lists every file with its SHA-256, `manifest.parquet` a checksum of
every line or row; `orepact data verify` names the file and the row of a changed digit. One hash
over all files is the dataset's; every result carries it with name and version (`world-2026.11`).
After a change run `orepact data seal FOLDER`, which also writes `datapackage.json`, the descriptor
of the tables as a Data Package (version 2).
"""


CHAINS = """# Chains

Made from the chains of the bundled dataset; change them there.

The grade of a chain is the share of tonnes that balancing moved (A below 10 %, B below 25 %, C
above), or a lower one where rows were set from the balance itself. A stage of grade D has no table
of trade by partner: its regional pattern is assumed, and no regional price of it is printed. *On a
source* is the share of tonnes that cite a source and do not rest on a card alone.
"""


def pages() -> dict[Path, str]:
    """Return the text of every generated file by its path."""
    sources = read_sources()
    result = {
        ROOT / "docs" / "reference" / "mathematics.md": mathematics(),
        ROOT / "docs" / "reference" / "components.md": components(),
        ROOT / "docs" / "reference" / "dataset.md": dataset_page(),
        ROOT / "docs" / "reference" / "chains.md": chain_page(),
        ROOT / "docs" / "reference" / "sources.md": source_page(sources),
        SCHEMAS / "scenario.schema.json": scenario_schema_text(),
        SCHEMAS / "exercise.schema.json": exercise_schema_text(),
        SCHEMAS / "decisions.schema.json": decisions_schema_text(),
        SCHEMAS / "division.schema.json": division_schema_text(),
        SCHEMAS / "emergency-group.schema.json": group_schema_text(),
        SCHEMAS / "sharing-needs.schema.json": needs_schema_text(),
        SCHEMAS / "transit.schema.json": transit_schema_text(),
        SCHEMAS / "release-rulebook.schema.json": rulebook_schema_text(),
        SCHEMAS / "support.schema.json": support_schema_text(),
        SCHEMAS / "plants.schema.json": plants_schema_text(),
        SCHEMAS / "detour-episodes.schema.json": detour_episodes_schema_text(),
        SCHEMAS / "should-cost.schema.json": should_cost_schema_text(),
        SCHEMAS / "host-share.schema.json": host_share_schema_text(),
        SCHEMAS / "research.schema.json": research_schema_text(),
        SCHEMAS / "projects.schema.json": projects_schema_text(),
        SCHEMAS / "recycling.schema.json": recycling_schema_text(),
        SCHEMAS / "holdings.schema.json": holdings_schema_text(),
        SCHEMAS / "known-stocks.schema.json": known_stocks_schema_text(),
        SCHEMAS / "programmes.schema.json": programmes_schema_text(),
        SCHEMAS / "stored-forms.schema.json": forms_schema_text(),
        SCHEMAS / "vault-terms.schema.json": terms_schema_text(),
        SCHEMAS / "ledger-opening.schema.json": opening_schema_text(),
        SCHEMAS / "movements.schema.json": movements_schema_text(),
        WORLD / GRADES: account_grades(read_world(), load_register()).write_csv(),
    }
    for source, files in sources:
        if has_licence(source):
            result[ROOT / "licenses" / f"{source['source_id']}.txt"] = licence(source, files)
    return result


def chain_page() -> str:
    """Return the page of chains: exporter, window, grades, what stands on cards, notes of each."""
    world = read_world()
    head = (
        "| chain | name | exporter | calibrated on | grade | tonnes moved | on a source "
        "| assumed stages (D) |\n|---|---|---|---|---|---|---|---|"
    )
    rows: list[str] = []
    for name, chain in sorted(world.chains.items()):
        text, account = chain.text, world.accounts[name]
        home = f"../../src/orepact/data/world/chains/{name}/README.md"
        window = text.calibration
        rows.append(
            f"| [{text.title}]({home}) | `{name}` | {text.exporter} "
            f"| {window.first} to {window.last} | {account.grade} | {account.moved_share:.1%} "
            f"| {account.coverage:.0%} | {', '.join(account.assumed) or 'none'} |"
        )
    return f"{CHAINS}\n{head}\n" + "\n".join(rows) + "\n"


def mathematics() -> str:
    """Return the page of equations: the docstring of every block that states one."""
    parts = [
        "# Mathematics",
        "Made from the docstrings of `src/orepact/model`; change them there.",
    ]
    for path in sorted((PACKAGE / "model").glob("*.py")):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        if "$$" in text:
            title, _, body = text.partition("\n")
            parts += [f"## {title.rstrip('.')}", f"`orepact.model.{path.stem}`", body.strip()]
    return "\n\n".join(parts) + "\n"


def components() -> str:
    """Return the page of components: every field with its type, unit and meaning."""
    parts = [
        "# Components",
        "Made from modules `components`, `instruments`, `plants` of `orepact.network`; edit these.",
        "Units are canonical: tonnes, months, constant US dollars, fractions.",
    ]
    for component in component_types():
        head = (component.__doc__ or "").strip().partition("\n")[0]
        rows = "\n".join(field_rows(component))
        parts += [f"## {component.__name__}", head,
                  f"| field | type | unit | default | meaning |\n|---|---|---|---|---|\n{rows}"]
    return "\n\n".join(parts) + "\n"


def component_types() -> list[type[Any]]:
    """Return the component classes in the order of the module."""
    return [*COMPONENTS, *INSTRUMENTS, Plant]


def field_rows(component: type[Any]) -> Iterator[str]:
    """Yield one table row per field of a component."""
    hints = get_type_hints(component, include_extras=True)
    for item in dataclasses.fields(component):
        kind, notes = flatten(hints[item.name])
        unit = next((note.symbol for note in notes if isinstance(note, Unit)), "")
        meaning = next((note.text for note in notes if isinstance(note, Doc)), "")
        yield f"| `{item.name}` | {kind} | {unit} | {default_of(item)} | {meaning} |"


def flatten(hint: Any) -> tuple[str, tuple[Any, ...]]:
    """Return the plain name of a type and all its annotations."""
    notes: tuple[Any, ...] = ()
    while get_origin(hint) is Annotated:
        hint, *extra = get_args(hint)
        notes += tuple(extra)
    name = hint.__name__ if isinstance(hint, type) and get_origin(hint) is None else str(hint)
    name = re.sub(r"typing\.|datetime\.", "", name).replace("|", "or")
    return name, notes


def default_of(item: dataclasses.Field[Any]) -> str:
    """Return a field's default as printed, or `required`."""
    if item.default is not dataclasses.MISSING:
        return f"`{item.default!r}`" if item.default != "" else "empty"
    return "required" if item.default_factory is dataclasses.MISSING else "empty"


def dataset_page() -> str:
    """Return the page of the dataset: its rules, and every column of every table."""
    parts = ["# Dataset", DATASET.strip()]
    for schema in TABLES.values():
        rows = [
            f"| `{column.name}` | {KINDS[column.kind]} | {column.unit} | "
            f"{'key' if column.key else ''} | {cell(column.meaning)} |"
            for column in schema.columns
        ]
        parts += [
            f"## `{schema.name}`",
            f"{schema.title}. File: `tables/{schema.file}`.",
            "\n".join(["| column | kind | unit | key | meaning |", "|---|---|---|---|---|", *rows]),
        ]
    return "\n\n".join(parts) + "\n"


def read_sources() -> list[tuple[dict[str, str], list[str]]]:
    """Return every source that the dataset cites, with the files that cite it."""
    rows: dict[str, dict[str, str]] = {}
    for path in sorted(WORLD.glob("sources*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            rows.update({row["source_id"]: row for row in csv.DictReader(stream)})
    files: dict[str, list[str]] = {name: [] for name in rows}
    for path in sorted(WORLD.rglob("*")):
        if path.name.startswith(("sources", "manifest", "vintages")):
            continue
        for name in words_of(path) & rows.keys():
            files[name].append(path.relative_to(WORLD).as_posix())
    return [(rows[name], files[name]) for name in sorted(rows) if files[name]]


def words_of(path: Path) -> set[str]:
    """Return the words of a file of the dataset, or the sources of a table in Parquet."""
    if path.suffix == ".parquet":
        return set(pl.read_parquet(path, columns=["source"])["source"])
    if path.suffix in {".csv", ".yaml"}:
        return set(re.findall(r"[A-Za-z0-9][A-Za-z0-9-]*", path.read_text(encoding="utf-8")))
    return set()


def has_licence(source: dict[str, str]) -> bool:
    """Tell whether a source is a work under a licence, and not a single fact or our own work."""
    return source["licence_status"] != "facts" and not source["source_id"].startswith(OWN)


def source_page(sources: list[tuple[dict[str, str], list[str]]]) -> str:
    """Return the page of sources."""
    rows = [
        f"| {source['source_id']} | {cell(source['publisher'])} | {linked(source)} | "
        f"{cell(source['edition'])} | {cell(source['licence'])} | {source['licence_status']} |"
        for source, _ in sources
    ]
    return "\n".join([
        "# Sources", "",
        "Made from the source tables of the dataset. Status:", "",
        "- *confirmed*: the publisher states this licence",
        "- *to confirm*: not yet checked; rows lie in a directory of their own and can be left out",
        "- *facts*: single facts in our own words or numbers, cited", "",
        "| id | publisher | title | edition | licence | status |", "|---|---|---|---|---|---|",
        *rows, "",
    ])


def linked(source: dict[str, str]) -> str:
    """Return a source's title with its address, where it has one."""
    title, url = cell(source["title"]), source["url"].strip()
    return f"[{title}]({url})" if url.startswith("http") else title


def cell(text: str) -> str:
    """Return text that fits a table cell."""
    return text.replace("|", "/").strip()


def licence(source: dict[str, str], files: list[str]) -> str:
    """Return the licence file of one source."""
    terms = next((terms for key, terms in TERMS.items() if key in source["licence"]), None)
    asked = next((text for key, text in ASKED.items() if source["source_id"].startswith(key)), "")
    lines = [
        f"Source:    {source['source_id']}",
        f"Publisher: {source['publisher']}",
        f"Title:     {source['title']}",
        f"Edition:   {source['edition']}",
        f"Address:   {source['url']}",
        f"Licence:   {source['licence']}",
        f"Status:    {source['licence_status']}",
    ]
    if terms:
        words = terms.acknowledgement.format(**source)
        lines += [f"Terms:     {terms.link}", "", "Acknowledgement", words]
    lines += [asked] if asked else []
    lines += ["", "Figures from this source are in (under orepact/data/world)",
              *(f"  {name}" for name in sorted(set(files)))]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write every generated file and remove licence files of sources that are no longer cited."""
    texts = pages()
    for old in (ROOT / "licenses").glob("*.txt"):
        if old not in texts and old.stem != "FACTS":
            old.unlink()
    for path, text in texts.items():
        _ = path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
