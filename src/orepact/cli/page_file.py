"""Write a brief to a file that the user named: HTML, or PDF where a browser can print it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from orepact.errors import InputError, Problem
from orepact.views.print_page import find_browser, print_page

__all__ = ["page_problems", "write_page"]

KINDS = (".html", ".pdf")


def page_problems(path: Path | None) -> list[Problem]:
    """Return why a brief cannot be written there, before anything is computed."""
    if path is None:
        return []
    found: list[Problem] = []
    if path.suffix not in KINDS:
        found.append(Problem("not a brief", field="--report", found=str(path),
                             expected="a file that ends in .html or .pdf"))
    elif path.suffix == ".pdf" and find_browser() is None:
        found.append(Problem("no browser that prints", field="--report", found=str(path),
                             expected="a file that ends in .html, or a browser of the Chromium "
                                      "family"))
    if path.is_dir() or not path.absolute().parent.is_dir():
        found.append(Problem("no such folder", field="--report", found=str(path),
                             expected="a file in a folder that exists"))
    return found


def write_page(html: str, path: Path) -> None:
    """Write a brief; raises `InputError` when a PDF cannot be printed."""
    if path.suffix != ".pdf":
        _ = path.write_text(html, encoding="utf-8")
        return
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="orepact-page-") as place:
        page = Path(place) / "brief.html"
        _ = page.write_text(html, encoding="utf-8")
        if browser is None or not print_page(page, path.absolute(), browser):
            raise InputError([Problem("the browser printed nothing", field="--report",
                                      found=str(path), expected="a PDF; try .html")])
