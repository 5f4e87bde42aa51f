"""The overview of all minerals loads no solver and no charts; its time is in the benchmarks."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("altair", "clarabel", "distributed", "highspy", "sklearn")


def test_the_overview_loads_no_charts_and_no_solver() -> None:
    code = (
        "import sys\nfrom orepact.cli.main import main\n"
        "sys.argv = ['orepact', 'assess', '--json']\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code\n"
        f"sys.stderr.write(repr([name for name in {HEAVY!r} if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.endswith("[]")
