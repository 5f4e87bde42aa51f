"""A run: what a study found, as ``run.json`` and tidy tables, written whole or not at all."""

from __future__ import annotations

import datetime
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from orepact.errors import InputError, Problem
from orepact.indicators.bands import band_of, price_band, share_band
from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour
from orepact.network.world import World
from orepact.policy import Register, clocks, load_branches, load_template, status
from orepact.studies.control_clocks import Members, Progress, base_checks, run_members
from orepact.studies.study import Study

__all__ = ["SCHEMA_VERSION", "Run", "run_study", "write_run"]

SCHEMA_VERSION = 1

BALANCE_TOLERANCE = 1e-6
"""Largest balance error, as a share of a stage's base throughput."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: `content` is what ``run.json`` holds, `frames` the tables beside it."""

    content: dict[str, Any]
    frames: dict[str, pl.DataFrame]


def run_study(
    study: Study,
    world: World,
    register: Register,
    *,
    sets: Sequence[Behaviour] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    command: str = "",
) -> Run:
    """Run a study and return what it found.

    Raises `InputError` for a study that names what does not exist and `SolveError` when a program
    was not proven optimal or a balance does not close to 1e-6 of its stage's tonnage.
    """
    members = run_members(study, world, register, sets=sets, workers=workers, progress=progress)
    checks = base_checks(study, world)
    _require_balance(members)
    content = {
        "format": "orepact/run/1",
        "schema_version": SCHEMA_VERSION,
        "study": study.study,
        "title": study.title,
        "question": study.question.strip(),
        "as_of": study.as_of.isoformat(),
        "first_month": study.first_month,
        "last_month": _last_month(study),
        "dataset": {
            "name": world.dataset.name,
            "version": world.dataset.version,
            "hash": world.dataset.hash,
        },
        "code_version": metadata.version("orepact"),
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": command or f"orepact run {study.study}",
        "solver": "dual Newton, Clarabel " + metadata.version("clarabel"),
        "parameter_sets": sorted(members.years["rank"].unique().to_list()),
        "licence_branches": sorted(members.years["licence"].unique().to_list()),
        "windows": members.windows,
        "second_solver_windows": members.fallbacks,
        "windows_per_second": members.windows / members.seconds,
        "seconds": members.seconds,
        "peak_memory_mb": _peak_memory(),
        "base_checks": checks,
        "balance_residual_max": members.residual,
        "chains": [_chain(study, world, register, name) for name in study.chains],
        "results": _results(study, world, members),
        "assumptions": _assumptions(study, world),
        "sources": _sources(study, world),
        "clocks": _clocks(study, register),
        "warnings": _warnings(study, world),
        "not_covered": [name for name in study.chains if not _acts(study, world, register, name)],
    }
    return Run(
        content,
        {
            **_accounts(study, world),
            "monthly": _monthly(members),
            "calendar": _calendar(study, world, register),
            "members": members.years,
        },
    )


def write_run(run: Run, folder: Path, *, extra: Mapping[str, str] | None = None) -> None:
    """Write a run's tables and, last of all, ``run.json``; the folder appears whole or not at all.

    `extra` maps further file names to their text. An earlier run of orepact in `folder` is replaced.
    Raises `InputError` when `folder` holds something else.
    """
    folder = folder.absolute()
    if folder.exists() and not (folder / "run.json").is_file() and any(folder.iterdir()):
        raise InputError(
            [
                Problem(
                    "the folder holds something that is not a run",
                    file=str(folder),
                    expected="a new or empty folder, or an earlier run",
                )
            ]
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(
        tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".unfinished", dir=folder.parent)
    )
    try:
        for name, frame in run.frames.items():
            frame.write_parquet(draft / f"{name}.parquet")
            frame.write_csv(draft / f"{name}.csv")
        for name, text in (extra or {}).items():
            _ = (draft / name).write_text(text, encoding="utf-8", newline="\n")
        text = json.dumps(run.content, indent=1, ensure_ascii=False, allow_nan=False)
        _ = (draft / "run.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        draft.chmod(0o755)
        _replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _replace(draft: Path, folder: Path) -> None:
    if folder.exists():
        old = Path(
            tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".replaced", dir=folder.parent)
        )
        _ = folder.replace(old / folder.name)
        _ = draft.replace(folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        _ = draft.replace(folder)


def _require_balance(members: Members) -> None:
    if members.residual > BALANCE_TOLERANCE:
        raise InputError(
            [
                Problem(
                    "a mass balance does not close",
                    found=f"{members.residual:.1e}",
                    expected=f"at most {BALANCE_TOLERANCE:g} of the stage's tonnage",
                )
            ]
        )


def _last_month(study: Study) -> str:
    index = study.first.year * 12 + study.first.month - 1 + study.months - 1
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def _peak_memory() -> float | None:
    """Return the peak resident memory in MB where the system tells it, else None."""
    status_file = Path("/proc/self/status")
    if not status_file.is_file():
        return None
    for line in status_file.read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return round(float(line.split()[1]) / 1024.0, 1)
    return None


def _materials(world: World, chain: str) -> list[str]:
    return [item.material for item in world.chains[chain].text.materials]


def _acts(study: Study, world: World, register: Register, chain: str) -> list[str]:
    exporter = world.chains[chain].text.exporter
    places = [region.name for region in world.regions if region.name != exporter]
    found: dict[str, None] = {}
    for material in _materials(world, chain):
        for place in places:
            for one in status(register, study.as_of, material, place, exporter=exporter):
                if one.kind not in {"removal", "suspension"} and one.status != "ended":
                    found[one.act] = None
    return sorted(found)


def _chain(study: Study, world: World, register: Register, name: str) -> dict[str, Any]:
    text, accounts = world.chains[name].text, world.accounts[name]
    return {
        "chain": name,
        "title": text.title,
        "mineral": text.mineral,
        "exporters": [text.exporter],
        "grade": accounts.grade,
        "moved_share": accounts.moved_share,
        "coverage": accounts.coverage,
        "calibration": {
            "from": text.calibration.first,
            "to": text.calibration.last,
            "alternative_from": text.calibration.alternative_from,
            "reason": text.calibration.reason,
        },
        "covered_by": _acts(study, world, register, name),
        "note": text.grade_cap.reason.strip() if text.grade_cap else "",
    }


_KEYS = ["chain", "branch", "region", "material"]


def _use_shares(study: Study, world: World) -> dict[tuple[str, str, str], float]:
    """Return each region's share of a material's use outside the exporter, inputs included."""
    shares: dict[tuple[str, str, str], float] = {}
    for name in study.chains:
        exporter = world.chains[name].text.exporter
        taken: dict[tuple[str, str], float] = {}
        for stock in world.network(name).stocks:
            if stock.region != exporter:
                taken[stock.region, stock.material] = stock.wanted
        totals: dict[str, float] = {}
        for (_, material), amount in taken.items():
            totals[material] = totals.get(material, 0.0) + amount
        shares |= {
            (name, region, material): amount / totals[material]
            for (region, material), amount in taken.items()
        }
    return shares


def _results(study: Study, world: World, members: Members) -> list[dict[str, Any]]:
    """Return one entry per chain, branch, region and material with a band for every figure."""
    central = world.ensemble[0]
    grades = {name: world.accounts[name].grade for name in study.chains}
    order = members.years.sort(*_KEYS, "rank", "licence")
    keys = order.select(_KEYS).unique(maintain_order=True)

    def of(name: str) -> Array:
        return order[name].to_numpy().astype(np.float64).reshape(len(keys), -1)

    quo, marginal, paid = of("price_status_quo"), of("price_marginal"), of("price_transaction")
    paid_quo = (1.0 - central.spot_share) + central.spot_share * quo
    bands = {
        "price_marginal_vs_base": price_band(marginal),
        "price_marginal_vs_status_quo": price_band(marginal / quo),
        "price_transaction_vs_base": price_band(paid),
        "price_transaction_vs_status_quo": price_band(paid / paid_quo),
        "unmet_share": share_band(of("unmet_share"), central.demand_elasticity),
        "cover_days_worst": band_of(of("cover_days_worst")),
        "export_volume_relative": price_band(of("export_volume_relative")),
    }
    licences = order.head(marginal.shape[1]).select("licence", "rank")
    first = licences["rank"].to_numpy() == licences["rank"].min()
    by_licence = {
        name: np.flatnonzero(first & (licences["licence"].to_numpy() == name))[0]
        for name in licences["licence"].unique().sort()
    }
    unmet, shares = of("unmet_share"), _use_shares(study, world)
    rows: list[dict[str, Any]] = []
    for number, key in enumerate(keys.iter_rows(named=True)):
        row: dict[str, Any] = {
            **key,
            "grade": grades[key["chain"]],
            "use_share": shares.get((key["chain"], key["region"], key["material"]), 0.0),
        }
        row |= {
            name: asdict(band[number])
            for name, band in bands.items()
            if np.isfinite(band[number].mean)
        }
        row["by_licence"] = {
            name: {
                "price_marginal_vs_base": float(marginal[number, at]),
                "price_marginal_vs_status_quo": float(marginal[number, at] / quo[number, at]),
            }
            | (
                {"unmet_share": max(0.0, float(unmet[number, at]))}
                if np.isfinite(unmet[number, at])
                else {}
            )
            for name, at in by_licence.items()
        }
        rows.append(row)
    return rows


def _monthly(members: Members) -> pl.DataFrame:
    parts = [
        expression
        for name in ("price_marginal", "price_transaction", "unmet_share")
        for expression in (
            pl.col(name).quantile(0.1).alias(f"{name}_low"),
            pl.col(name).median().alias(f"{name}_mean"),
            pl.col(name).quantile(0.9).alias(f"{name}_high"),
        )
    ]
    return members.monthly.group_by(*_KEYS, "month", maintain_order=True).agg(parts)


def _accounts(study: Study, world: World) -> dict[str, pl.DataFrame]:
    flows: list[pl.DataFrame] = []
    uses: list[pl.DataFrame] = []
    made: list[tuple[str, str, str, str | None, str, float]] = []
    for name in study.chains:
        entries = world.accounts[name].entries.filter(pl.col("balanced") > 0)
        stages = {item.material: item.stage for item in world.chains[name].text.materials}
        flows.append(
            entries.filter(pl.col("kind") == "trade").select(
                pl.lit(name).alias("chain"),
                "material",
                pl.col("material").replace_strict(stages).alias("stage"),
                pl.col("region").alias("exporter"),
                pl.col("partner").alias("importer"),
                pl.col("balanced").alias("tonnes_per_month"),
                pl.when(pl.col("source") != "")
                .then(pl.col("source"))
                .otherwise("card:" + pl.col("card"))
                .alias("source"),
            )
        )
        uses.append(
            entries.filter(pl.col("kind") == "use").select(
                pl.lit(name).alias("chain"),
                "material",
                "region",
                "use",
                pl.col("balanced").alias("tonnes_per_month"),
            )
        )
        recipes = {item.process: item for item in world.chains[name].text.processes}
        for process, region, tonnes in (
            entries.filter(pl.col("kind") == "production")
            .select("process", "region", "balanced")
            .iter_rows()
        ):
            recipe = recipes[process]
            for output, ratio in recipe.outputs.items():
                for material in recipe.inputs or (None,):
                    made.append((name, process, region, material, output, tonnes * ratio))
    schema = {
        "chain": pl.String,
        "process": pl.String,
        "region": pl.String,
        "material_in": pl.String,
        "material_out": pl.String,
        "tonnes_per_month": pl.Float64,
    }
    return {
        "flows_base": pl.concat(flows),
        "uses_base": pl.concat(uses),
        "processes_base": pl.DataFrame(made, schema=schema, orient="row"),
    }


def _assumptions(study: Study, world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            **asdict(card),
            "card": card.id,
            "title": card.id.replace("_", " "),
            "unit": "share of base trade",
            "affects": "permits",
            "chain": "",
        }
        for card in load_template().cards
    ]
    for name in study.chains:
        for card in world.chains[name].cards:
            affects = card.affects if isinstance(card.affects, str) else ", ".join(card.affects)
            found.append({**asdict(card), "affects": affects, "chain": name})
    for card in found:
        _ = card.pop("id", None)
    return found


def _clocks(study: Study, register: Register) -> list[dict[str, Any]]:
    table = clocks(register, study.as_of).filter(
        (pl.col("event") == "suspension ends")
        & (pl.col("date") >= study.as_of - datetime.timedelta(days=60))
    )
    return [
        {
            "act": row["act"],
            "title": row["title"],
            "event": row["event"],
            "date": row["date"].isoformat(),
            "days": row["days"],
            "known_as_of": row["known_as_of"],
            "status": "outcome unknown"
            if row["days"] < 0 and row["outcome"] == "unknown"
            else "suspended",
            "reading": "By its text an ended suspension revives the act; what follows is a branch.",
        }
        for row in table.iter_rows(named=True)
    ]


def _calendar(study: Study, world: World, register: Register) -> pl.DataFrame:
    dates = sorted(
        {
            study.first,
            study.as_of,
            *(
                day + datetime.timedelta(days=1)
                for day in clocks(register, study.as_of)["date"]
                if study.first <= day <= study.first + datetime.timedelta(days=31 * study.months)
            ),
        }
    )
    end = datetime.date.fromisoformat(f"{_last_month(study)}-28")
    known = load_branches()
    rows: dict[tuple[str, str, str, str, datetime.date], tuple[datetime.date, str]] = {}
    for branch in study.branches:
        definite = register.under(known[branch])
        for chain in study.chains:
            exporter = world.chains[chain].text.exporter
            for material in _materials(world, chain):
                for place in ("USA", "EU27", "JPN"):
                    for day in dates:
                        for one in status(definite, day, material, place, exporter=exporter):
                            if one.status in {"not_yet", "ended"} or one.kind in {
                                "removal",
                                "suspension",
                            }:
                                continue
                            since = max(one.since or study.first, study.first)
                            rows[branch, one.act, chain, one.status, since] = (
                                min(one.until or end, end),
                                one.reading,
                            )
    table = [(*key, until, reading) for key, (until, reading) in sorted(rows.items())]
    return pl.DataFrame(
        table,
        orient="row",
        schema={
            "branch": pl.String,
            "act": pl.String,
            "chain": pl.String,
            "status": pl.String,
            "since": pl.Date,
            "until": pl.Date,
            "reading": pl.String,
        },
    )


def _sources(study: Study, world: World) -> list[dict[str, Any]]:
    """Return the sources that a figure of the study's chains cites."""
    cited: set[str] = set()
    for name in study.chains:
        chain = world.chains[name]
        cited.update(item.base_price.source for item in chain.text.materials)
        for frame in (
            chain.accounts,
            chain.supply_path,
            chain.demand_path,
            chain.observed,
            chain.prices,
        ):
            if "source" in frame.columns:
                cited.update(frame["source"])
    columns = ["source_id", "publisher", "title", "edition", "licence", "licence_status", "url"]
    return world.sources.filter(pl.col("source_id").is_in(list(cited))).select(columns).to_dicts()


def _warnings(study: Study, world: World) -> list[str]:
    found = [
        f"{world.chains[name].text.title}: account of grade C; every figure of this chain is weak."
        for name in study.chains
        if world.accounts[name].grade == "C"
    ]
    confirm = [one for one in _sources(study, world) if one["licence_status"] == "to confirm"]
    if confirm:
        found.append(f"{len(confirm)} cited sources have a licence to be confirmed.")
    return found
