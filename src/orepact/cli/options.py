"""Options that verbs of several groups share, with one wording."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Csv",
    "Day",
    "Exclude",
    "Json",
    "Output",
    "Records",
    "Report",
    "Seed",
    "Sets",
    "Vintage",
    "Workers",
    "WorldFolder",
]

Csv = Annotated[bool, typer.Option("--csv", help="Print CSV instead of tables.")]
Day = Annotated[
    str | None, typer.Option("--on", help="Date YYYY-MM-DD; today if not given.", metavar="DATE")
]
Exclude = Annotated[
    bool,
    typer.Option("--exclude-to-confirm", help="Leave out rows whose licence is to confirm."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="Folder of the result.")]
Records = Annotated[
    Path | None,
    typer.Option(help="Outcomes filed with `orepact control record`.", metavar="FILE"),
]
Report = Annotated[
    Path | None,
    typer.Option("--report", help="Write a brief here: .html or .pdf.", metavar="FILE"),
]
Seed = Annotated[int, typer.Option(help="Seed of the draws.")]
Sets = Annotated[int, typer.Option(help="Parameter sets, 1 to 100.")]
Vintage = Annotated[
    str, typer.Option(help="What was published by then: 2025.02 or 2026.11; the newest if none.")
]
Workers = Annotated[
    int | None, typer.Option(help="Processes; as many as cores, at most 4, if not given.")
]
WorldFolder = Annotated[
    Path | None,
    typer.Option("--world", help="Folder of a dataset; the bundled one if not given."),
]
