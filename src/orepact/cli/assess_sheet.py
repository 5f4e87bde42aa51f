"""The verb ``orepact assess sheet``: it draws and prints, which other verbs need not load."""

from __future__ import annotations

from pathlib import Path

from orepact.cli.assess import Asked, head_of, mineral_of
from orepact.cli.show import print_json, say
from orepact.policy import load_register
from orepact.studies.assessment.fact_sheet import fact_sheet
from orepact.studies.assessment.names import known_region
from orepact.views.fact_sheet import write_sheet
from orepact.views.print_page import find_browser, print_page

__all__ = ["sheet_verb"]


def sheet_verb(asked: Asked, output: Path | None) -> None:
    """Write the fact sheet of a mineral."""
    bundle = asked.bundle()
    mineral, region = mineral_of(asked, bundle), known_region(bundle, asked.region)
    sheet = fact_sheet(bundle, load_register(), mineral, region, asked.warnings(bundle))
    paths = write_sheet(sheet, output or Path(mineral))
    browser = find_browser()
    pdf = paths[0].with_suffix(".pdf")
    if browser and print_page(paths[0], pdf, browser):
        paths.insert(1, pdf)
    if asked.form == "json":
        head = head_of("orepact/fact-sheet/1", bundle, region)
        print_json({**head, "mineral": mineral, "files": [str(path) for path in paths]})
        return
    for path in paths:
        say(str(path))
    if pdf not in paths:
        say("No PDF: no browser of the Chromium family found; print the page from any browser.")
