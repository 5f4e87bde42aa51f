"""Print an HTML page to PDF with a browser of the Chromium family, where one is installed.

The one place that knows of browsers. The page is a file of our own without scripts; the browser
gets a profile of its own that is thrown away.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

__all__ = ["find_browser", "print_page"]

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
SECONDS = 60.0


def find_browser() -> str | None:
    """Return the path of an installed browser that can print, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def print_page(page: Path, pdf: Path, browser: str) -> bool:
    """Print a page to `pdf`; return whether the browser wrote it."""
    with tempfile.TemporaryDirectory(prefix="orepact-print-") as profile:
        words = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-pdf-header-footer",
            f"--user-data-dir={profile}",
            f"--print-to-pdf={pdf.resolve()}",
            page.resolve().as_uri(),
        ]
        if getattr(os, "geteuid", lambda: 1)() == 0:
            words.insert(1, "--no-sandbox")
        try:
            done = subprocess.run(words, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 — a found browser, our own page
        except (OSError, subprocess.TimeoutExpired):
            return False
    return done.returncode == 0 and pdf.is_file()
