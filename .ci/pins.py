"""Fail while a package that the project needs has no pin in pyproject.toml, or a pin no use."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Compare the resolved packages with the pins and report the difference on standard error."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    pins = {re.split("==", pin)[0] for pin in project["tool"]["uv"]["constraint-dependencies"]}
    needed = {package["name"] for package in lock["package"]} - {project["project"]["name"]}
    for name in sorted(needed - pins):
        _ = sys.stderr.write(f"pyproject.toml: {name} is needed but has no pin\n")
    for name in sorted(pins - needed):
        _ = sys.stderr.write(f"pyproject.toml: {name} is pinned but not needed\n")
    return 1 if needed ^ pins else 0


if __name__ == "__main__":
    sys.exit(main())
