"""The verb ``orepact record``."""

from __future__ import annotations

from pathlib import Path

from orepact.cli.show import print_json
from orepact.studies.prediction import file_prediction

__all__ = ["record_verb"]


def record_verb(folder: Path, file: Path, *, json: bool) -> None:
    """File a run's predictions."""
    line = file_prediction(folder, file)
    if json:
        print_json({name: line[name] for name in ("format", "filed", "run_sha256", "study")})
    else:
        print(
            f"filed in {file}: {line['study']}, {len(line['results'])} predictions, "  # noqa: T201
            f"run {line['run_sha256'][:12]}, {line['filed']}"
        )
