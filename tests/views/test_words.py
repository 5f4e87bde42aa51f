"""The catalogue is complete, and the terminal says what the brief says."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import orepact.views
from orepact.errors import InputError
from orepact.views.names import material_name, region_name
from orepact.views.table import summary_table
from orepact.views.texts import TEXTS, say

FOLDER = Path(orepact.views.__file__).parent
VERBS = FOLDER.parent / "cli"


def test_every_text_is_used_and_every_text_used_exists() -> None:
    """No orphan in the catalogue, no key that it lacks; a key may be put together."""
    files = [path for path in FOLDER.rglob("*")
             if path.suffix in {".py", ".jinja"} and not path.name.endswith("texts.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    verbs = "\n".join(path.read_text(encoding="utf-8") for path in VERBS.rglob("*.py"))
    quoted = set(re.findall(r"[\"']([a-z_]+)[\"']", text + verbs))
    starts = tuple(set(re.findall(r"[\"']([a-z_]+_)(?:[\"']|{)", text)))
    assert set(re.findall(r'say\(\s*"([a-z_]+)"\s*[,)]', text)) <= set(TEXTS)
    assert {key for key in set(TEXTS) - quoted if not key.startswith(starts)} == set()


def test_a_text_that_does_not_exist_is_refused() -> None:
    """A wrong key raises with the nearest right one."""
    with pytest.raises(InputError, match="no such text; found questoin"):
        _ = say("questoin")


def test_unknown_ids_name_themselves() -> None:
    """A new region or material is printed, not dropped."""
    assert region_name("XYZ") == "XYZ"
    assert material_name("tungsten-carbide") == "tungsten carbide"


@pytest.mark.parametrize("width", [80, 130])
def test_the_terminal_shows_every_chain_and_branch(run: dict[str, Any], width: int) -> None:
    """Chains, branches, units, the warning of grade C and the caveat fit the width."""
    out = io.StringIO()
    Console(file=out, width=width).print(summary_table(run))
    text = out.getvalue()
    for entry in run["chains"]:
        assert entry["title"] in text
    assert text.count("escalated ") >= 4
    assert "(×)" in text
    assert "grade C" in text
    assert "not a forecast of a month" in text
    assert max(len(line) for line in text.splitlines()) <= width


def test_importing_the_library_loads_no_face() -> None:
    """`import orepact` loads no charts, no renderer, no templates and no terminal tables."""
    faces = ("orepact.views", "vl_convert", "altair", "jinja2", "rich", "typer")
    code = f"import sys, orepact; print([m for m in {faces!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.strip() == "[]"
