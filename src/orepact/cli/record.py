"""The verb ``orepact record``."""

from __future__ import annotations

from pathlib import Path

from orepact.cli.show import print_json, say
from orepact.errors import InputError, Problem
from orepact.studies.prediction import file_prediction, verify

__all__ = ["file_verb", "verify_verb"]


def file_verb(folder: Path | None, file: Path, *, json: bool) -> None:
    """File a run's predictions and say how to verify the file later."""
    if folder is None:
        raise InputError(
            [
                Problem(
                    "nothing to file",
                    field="RUN",
                    expected="the folder of a run, or --verify and a file of predictions",
                )
            ]
        )
    filed = file_prediction(folder, file)
    line = filed.content
    if json:
        kept = ("format", "filed", "study", "run_sha256", "previous_sha256")
        print_json({**{name: line[name] for name in kept}, "file": str(file), "head": filed.sha256})
        return
    say(
        f"filed in {file}: {line['study']} as of {line['as_of']}, {len(line['results']):,} "
        f"predictions, at {line['filed']}"
    )
    say(f"head of the file: {filed.sha256}")
    say(f"publish the head; whoever has it checks with: orepact record --verify {file}")


def verify_verb(file: Path, *, json: bool) -> None:
    """Check that a file of predictions was not altered and print its head."""
    lines = verify(file)
    head = lines[-1].sha256
    if json:
        print_json(
            {
                "format": "orepact/verification/1",
                "file": str(file),
                "predictions": [
                    {
                        "filed": line.content["filed"],
                        "study": line.content["study"],
                        "run_sha256": line.content["run_sha256"],
                        "sha256": line.sha256,
                    }
                    for line in lines
                ],
                "head": head,
            }
        )
        return
    for line in lines:
        say(f"{line.content['filed']}  {line.content['study']}  {line.sha256[:16]}")
    count = "1 prediction" if len(lines) == 1 else f"{len(lines)} predictions"
    say(f"{file}: {count}, none altered since the head was {head}")
