"""The verb ``orepact assess warning --history``: how the index would have done, month by month."""

from __future__ import annotations

import datetime
import re
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from orepact.cli.assess import Asked, head_of, print_csv
from orepact.cli.show import print_json, print_table, say, tell
from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem
from orepact.policy import load_register
from orepact.studies.warning_history.score import FIRST, LAST, Score, back_test, scores_frame
from orepact.views.warning_scores import score_table

__all__ = ["history_verb"]

_MONTH = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])")


def history_verb(asked: Asked, first: str, last: str) -> None:
    """Print recall, precision and lead time of the index, against warning always and never."""
    first, last = first or FIRST, last or LAST
    problems = _problems(asked, first, last)
    if problems:
        raise InputError(problems)
    bundle = asked.bundle()
    scores = _scored(bundle, first, last)
    frame = scores_frame(scores)
    if asked.form == "json":
        head = head_of("orepact/assessment-history/1", bundle, "")
        print_json({**head, "from": first, "to": last, "rows": frame.to_dicts()})
    elif asked.form == "csv":
        print_csv(frame)
    else:
        table = score_table(scores)
        print_table(table, table.columns, title=f"early warning, {first} to {last}")
        tell(
            "Cited: episodes that a source dates; computed: moves of a price by half in a year. "
            "Recall: part of the cited that were warned of; precision: part of the warned months "
            "that an episode followed within a year, its base rate is that of always. Intervals: "
            "90 %."
        )
        say("Both kinds of episodes, all rates and months: --csv or --json.")


def _scored(bundle: Bundle, first: str, last: str) -> tuple[Score, ...]:
    """Score the index month by month, with a bar of progress on standard error of a terminal."""
    bar = Progress(
        TextColumn("early warning of every mineral"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("months, left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None)
        return back_test(
            bundle,
            load_register(),
            first,
            last,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _problems(asked: Asked, first: str, last: str) -> list[Problem]:
    problems = [
        Problem(
            "the score is of all minerals and months together",
            field=field,
            found=repr(found),
            expected="no such argument beside --history",
        )
        for field, found in (("MINERAL", asked.mineral), ("--on", asked.on))
        if found
    ]
    problems += [
        Problem("not a month", field=field, found=repr(text), expected="a month, YYYY-MM")
        for field, text in (("--from", first), ("--to", last))
        if not _MONTH.fullmatch(text)
    ]
    now = datetime.datetime.now(datetime.UTC).date().isoformat()[: len(LAST)]
    if not problems and not first <= last < now:
        problems.append(
            Problem(
                "no months to score",
                field="--from --to",
                found=f"{first} to {last}",
                expected=f"two months in order, before {now}",
            )
        )
    return problems
