"""What the documentation promises about names, verbs and lazy loading holds."""

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

import orepact
from orepact.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
FACES = ("typer", "rich", "altair", "vl_convert", "jinja2")
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(orepact.__path__, "orepact.")
    if not module.name.endswith("__main__")
)


def test_importing_the_library_loads_no_face() -> None:
    code = f"import sys, orepact; print([name for name in {FACES!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_loads_no_charts() -> None:
    code = (
        "import sys\nfrom orepact.cli.main import app\n"
        "print([name for name in ('altair', 'vl_convert', 'jinja2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_readme_lists_the_verbs_that_work() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `orepact ([a-z-]+)", text, re.MULTILINE))
    assert listed == {name.split()[1] for name, _ in verbs(typer.main.get_command(app))}


def test_every_verb_says_what_it_does() -> None:
    assert not [name for name, help_text in verbs(typer.main.get_command(app)) if not help_text]


def verbs(command: Any, name: str = "orepact") -> Iterator[tuple[str, str | None]]:
    """Yield every command with its help text, groups taken apart."""
    if hasattr(command, "commands"):
        for verb, sub in command.commands.items():
            yield from verbs(sub, f"{name} {verb}")
    else:
        yield name, command.help


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_is_documented(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    missing = [
        public
        for public in getattr(module, "__all__", [])
        if undocumented(getattr(module, public))
    ]
    assert not missing


def test_the_package_lists_its_public_names() -> None:
    assert orepact.__all__
    assert not [name for name in orepact.__all__ if undocumented(getattr(orepact, name))]


def undocumented(thing: object) -> bool:
    """Tell whether a class or function has no docstring of its own, or any public method none."""
    if not (inspect.isclass(thing) or inspect.isfunction(thing)):
        return False
    text = thing.__doc__ or ""
    if not text or text.startswith(f"{thing.__name__}("):  # what dataclass writes by itself
        return True
    return inspect.isclass(thing) and any(
        not member.__doc__
        for name, member in vars(thing).items()
        if inspect.isfunction(member) and not name.startswith("_")
    )
