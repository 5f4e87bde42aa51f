"""A made-up run for the views: plausible in shape, true in nothing. No number here is data."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

CHAINS: dict[str, tuple[str, str]] = {
    "gallium": ("Gallium", "B"),
    "graphite": ("Graphite to anode", "A"),
    "antimony": ("Antimony", "B"),
    "rare-earth-magnets": ("Rare-earth magnets", "C"),
}
MATERIALS: dict[str, tuple[str, ...]] = {
    "gallium": ("gallium-primary", "gallium-refined"),
    "graphite": ("graphite-flake", "graphite-spherical", "graphite-synthetic", "graphite-anode"),
    "antimony": ("antimony-ore", "antimony-metal", "antimony-oxide"),
    "rare-earth-magnets": ("ndpr-oxide", "dysprosium-oxide", "magnet-plain", "magnet-heavy"),
}
# process: chain, material_in, material_out, {region: tonnes a month}
PROCESSES: list[tuple[str, str, str, str | None, str, dict[str, float]]] = [
    ("gallium", "recovery", "", None, "gallium-primary",
     {"CHN": 51.75, "RUS": 0.4, "JPN": 0.25, "KOR": 0.2}),
    ("gallium", "refining", "", "gallium-primary", "gallium-refined",
     {"CHN": 14.0, "JPN": 8.5, "USA": 2.5, "EU27": 3.0, "CAN": 1.0}),
    ("graphite", "mining", "", None, "graphite-flake",
     {"CHN": 9000, "AFR": 3200, "LAM": 700, "IND": 300, "CAN": 200}),
    ("graphite", "spheroidising", "", "graphite-flake", "graphite-spherical",
     {"CHN": 4200, "USA": 60}),
    ("graphite", "graphitising", "", None, "graphite-synthetic",
     {"CHN": 6500, "JPN": 700, "EU27": 500, "USA": 600, "IND": 300}),
    ("graphite", "coating", "", "graphite-spherical", "graphite-anode",
     {"CHN": 3700, "KOR": 300, "JPN": 150}),
    ("graphite", "coating-synthetic", "", "graphite-synthetic", "graphite-anode",
     {"CHN": 5600, "JPN": 350}),
    ("antimony", "mining", "", None, "antimony-ore",
     {"CHN": 3300, "TJK": 1400, "RUS": 900, "MMR": 350, "AUS": 180, "LAM": 300}),
    ("antimony", "smelting", "", "antimony-ore", "antimony-metal",
     {"CHN": 5200, "TJK": 200, "IND": 250, "VNM": 150, "ASO": 200}),
    ("antimony", "oxidising", "", "antimony-metal", "antimony-oxide",
     {"CHN": 3300, "EU27": 900, "USA": 350, "JPN": 300}),
    ("rare-earth-magnets", "mining", "", None, "rare-earth-ore",
     {"CHN": 20000, "USA": 3700, "AUS": 1500, "ASO": 300}),
    ("rare-earth-magnets", "leaching", "", None, "ion-clay-ore", {"CHN": 1500, "MMR": 2600}),
    ("rare-earth-magnets", "separation", "", "rare-earth-ore", "ndpr-oxide",
     {"CHN": 5200, "MYS": 520, "USA": 110, "EU27": 20}),
    ("rare-earth-magnets", "separation-clay", "", "ion-clay-ore", "ndpr-oxide", {"CHN": 900}),
    ("rare-earth-magnets", "separation-dy", "", "ion-clay-ore", "dysprosium-oxide",
     {"CHN": 210, "MYS": 3}),
    ("rare-earth-magnets", "recycling", "", "magnet-scrap", "ndpr-oxide",
     {"CHN": 1300, "JPN": 40, "EU27": 5}),
    ("rare-earth-magnets", "metal-making", "", "ndpr-oxide", "ndpr-metal",
     {"CHN": 5700, "JPN": 180, "VNM": 150, "EU27": 15}),
    ("rare-earth-magnets", "magnet-plain", "", "ndpr-metal", "magnet-plain",
     {"CHN": 9000, "JPN": 500, "VNM": 100, "EU27": 40, "USA": 15}),
    ("rare-earth-magnets", "magnet-heavy", "", "ndpr-metal", "magnet-heavy",
     {"CHN": 8200, "JPN": 900, "VNM": 200, "EU27": 40, "USA": 10}),
    ("rare-earth-magnets", "magnet-heavy", "", "dysprosium-oxide", "magnet-heavy",
     {"CHN": 8200, "JPN": 900, "VNM": 200, "EU27": 40, "USA": 10}),
    ("rare-earth-magnets", "collection", "", None, "magnet-scrap",
     {"CHN": 4000, "JPN": 150, "EU27": 30}),
]
# material: exporter, importer, tonnes a month (inside-region flows are left to the views)
FLOWS: dict[str, list[tuple[str, str, float]]] = {
    "gallium-primary": [("CHN", "JPN", 2.9), ("CHN", "EU27", 2.0), ("CHN", "USA", 0.9),
                        ("CHN", "KOR", 0.7), ("RUS", "USA", 0.2), ("CHN", "CAN", 0.3)],
    "gallium-refined": [("JPN", "USA", 1.5), ("EU27", "USA", 0.6), ("CAN", "USA", 0.5),
                        ("CHN", "KOR", 1.0), ("CHN", "GBR", 0.2), ("JPN", "KOR", 0.8)],
    "graphite-flake": [("AFR", "CHN", 1800), ("CHN", "JPN", 500), ("CHN", "USA", 300),
                       ("CHN", "EU27", 700), ("AFR", "EU27", 600), ("CHN", "KOR", 300),
                       ("LAM", "EU27", 200)],
    "graphite-spherical": [("CHN", "KOR", 330), ("CHN", "JPN", 170)],
    "graphite-synthetic": [("CHN", "EU27", 250), ("CHN", "USA", 150), ("JPN", "USA", 100)],
    "graphite-anode": [("CHN", "KOR", 900), ("CHN", "EU27", 700), ("CHN", "USA", 800),
                       ("CHN", "JPN", 350), ("JPN", "USA", 120)],
    "antimony-ore": [("TJK", "CHN", 1150), ("RUS", "CHN", 700), ("MMR", "CHN", 330),
                     ("AUS", "CHN", 150), ("LAM", "IND", 200)],
    "antimony-metal": [("CHN", "EU27", 900), ("CHN", "USA", 450), ("CHN", "JPN", 400),
                       ("VNM", "USA", 120), ("TJK", "EU27", 170), ("CHN", "KOR", 250)],
    "antimony-oxide": [("CHN", "USA", 900), ("CHN", "EU27", 300), ("CHN", "KOR", 400),
                       ("CHN", "JPN", 350), ("EU27", "USA", 250), ("CHN", "ASO", 450)],
    "rare-earth-ore": [("USA", "CHN", 3300), ("AUS", "MYS", 1450)],
    "ion-clay-ore": [("MMR", "CHN", 2600)],
    "ndpr-oxide": [("CHN", "JPN", 80), ("MYS", "JPN", 330), ("MYS", "VNM", 120),
                   ("CHN", "VNM", 60)],
    "dysprosium-oxide": [("CHN", "JPN", 12), ("CHN", "VNM", 3), ("CHN", "EU27", 2)],
    "ndpr-metal": [("CHN", "JPN", 260), ("VNM", "JPN", 70), ("CHN", "EU27", 20),
                   ("CHN", "USA", 10)],
    "magnet-plain": [("CHN", "EU27", 900), ("CHN", "USA", 380), ("CHN", "KOR", 330),
                     ("CHN", "IND", 280), ("JPN", "USA", 60), ("CHN", "VNM", 300)],
    "magnet-heavy": [("CHN", "EU27", 1000), ("CHN", "USA", 350), ("CHN", "JPN", 250),
                     ("CHN", "KOR", 260), ("JPN", "USA", 120), ("CHN", "MEX", 90)],
    "magnet-scrap": [],
}
USES: dict[str, dict[str, dict[str, float]]] = {
    "gallium-primary": {"CHN": {"magnets": 25.0}},
    "gallium-refined": {
        "CHN": {"semiconductors": 10.0, "LED": 2.8}, "USA": {"semiconductors": 4.6, "defence": 0.5},
        "JPN": {"semiconductors": 6.0}, "EU27": {"semiconductors": 2.4},
        "KOR": {"semiconductors": 1.8}, "GBR": {"semiconductors": 0.2},
    },
    "graphite-flake": {"CHN": {"refractories": 4000}, "EU27": {"refractories": 1500},
                       "USA": {"refractories": 240}, "JPN": {"refractories": 500}},
    "graphite-anode": {"CHN": {"batteries": 6300}, "KOR": {"batteries": 1200},
                       "EU27": {"batteries": 700}, "USA": {"batteries": 900},
                       "JPN": {"batteries": 730}},
    "graphite-synthetic": {"EU27": {"electrodes": 750}, "USA": {"electrodes": 850}},
    "antimony-metal": {"EU27": {"lead alloys": 170}, "USA": {"lead alloys": 180, "defence": 40},
                       "CHN": {"lead alloys": 900}, "KOR": {"lead alloys": 250},
                       "JPN": {"lead alloys": 100}},
    "antimony-oxide": {"CHN": {"flame retardants": 900}, "USA": {"flame retardants": 1480},
                       "EU27": {"flame retardants": 950}, "KOR": {"flame retardants": 400},
                       "JPN": {"flame retardants": 650}, "ASO": {"flame retardants": 450}},
    "magnet-plain": {"CHN": {"industry": 3000, "electronics": 3750},
                     "EU27": {"industry": 940}, "USA": {"electronics": 455},
                     "KOR": {"electronics": 330}, "IND": {"industry": 280},
                     "JPN": {"industry": 440}, "VNM": {"electronics": 400}},
    "magnet-heavy": {"CHN": {"vehicles": 4000, "wind": 2250},
                     "EU27": {"vehicles": 800, "wind": 240},
                     "USA": {"vehicles": 400, "defence": 80}, "JPN": {"vehicles": 1030},
                     "KOR": {"vehicles": 260}, "MEX": {"vehicles": 90}},
}
BUYERS = ("USA", "EU27", "JPN", "KOR", "GBR", "IND", "VNM", "MEX")
STRENGTH = {"lifted": -0.15, "extended": 0.0, "revived": 0.5, "escalated": 1.0}
EXPOSURE = {"gallium": 1.1, "graphite": 0.15, "antimony": 0.8, "rare-earth-magnets": 1.4}


def _band(mean: float, spread: float, tail: float) -> dict[str, float]:
    return {"middle": mean, "low": mean / spread, "high": mean * spread,
            "tail": mean * spread * tail}


def _result(chain: str, branch: str, region: str, material: str, order: int) -> dict[str, Any]:
    push = STRENGTH[branch] * EXPOSURE[chain] * (1.3 if region == "USA" else 1 - 0.08 * order)
    price = 2.0 ** (push * 1.4)
    if region == "CHN":
        price = 0.9
    spread = 1.05 + 0.4 * abs(push)
    short = max(0.0, push - 0.35) * 0.3
    row: dict[str, Any] = {
        "chain": chain, "branch": branch, "region": region, "material": material,
        "price_marginal_vs_status_quo": _band(price, spread, 1.3),
        "price_marginal_vs_base": _band(price * 1.4, spread * 1.1, 1.4),
        "price_transaction_vs_status_quo": _band(1 + (price - 1) * 0.4, 1 + (spread - 1) / 2, 1.2),
        "price_transaction_vs_base": _band(1.2 + (price - 1) * 0.4, 1 + (spread - 1) / 2, 1.2),
        "unmet_share": {"middle": short, "low": short * 0.4, "high": short * 1.9,
                        "tail": min(1.0, short * 2.5)},
        "cover_days_worst": _band(85 / (1 + 3 * max(push, 0.0)), 1.3, 1.1),
        "export_volume_relative": None, "grade": CHAINS[chain][1],
    }
    if region == "CHN":
        row["export_volume_relative"] = _band(1 - 0.5 * max(0.0, STRENGTH[branch]), 1.1, 1.05)
    return row


def _results() -> list[dict[str, Any]]:
    return [
        _result(chain, branch, region, material, order)
        for chain in CHAINS
        for branch in STRENGTH
        for order, region in enumerate((*BUYERS, "CHN"))
        for material in MATERIALS[chain]
    ]


def _chains() -> list[dict[str, Any]]:
    acts = {"gallium": ["CN-2023-23", "CN-2024-46-2"], "graphite": ["CN-2023-39", "CN-2025-58"],
            "antimony": ["CN-2024-33", "CN-2024-46-2"],
            "rare-earth-magnets": ["CN-2025-18", "CN-2025-61"]}
    moved = {"A": 0.07, "B": 0.18, "C": 0.31}
    return [
        {"chain": chain, "title": title, "grade": grade, "moved_share": moved[grade],
         "coverage": 0.93, "calibration": {"from": "2022-08", "to": "2023-07"},
         "covered_by": acts[chain], "note": "Made-up note of the fixture."}
        for chain, (title, grade) in CHAINS.items()
    ]


def _clocks() -> list[dict[str, Any]]:
    return [
        {"act": "CN-2024-46-2", "title": "Announcement 46/2024, clause 2", "chain": "gallium",
         "event": "suspension ends", "date": "2026-11-27", "days": 6, "status": "suspended",
         "known_as_of": "2026-10-09",
         "reading": "By its text the ended suspension revives the act."},
        {"act": "CN-2025-61", "title": "Announcement 61/2025", "event": "suspension ends",
         "date": "2026-11-10", "days": -11, "status": "unknown", "known_as_of": "2026-10-09",
         "reading": "The outcome is not known on the study date."},
        {"act": "CN-2025-58", "title": "Announcement 58/2025", "event": "suspension ends",
         "date": "2026-11-10", "days": -11, "status": "unknown", "known_as_of": "2026-10-09",
         "reading": "The outcome is not known on the study date."},
    ]


def _assumptions() -> list[dict[str, Any]]:
    kinds = [("elasticity", "Demand elasticity", 0.25, 0.10, 0.59, "1"),
             ("cover", "Stocks before the control", 3.4, 1.5, 6.0, "month"),
             ("leakage", "Undeclared share of shipments", 0.15, 0.02, 0.31, "1")]
    return [
        {"card": f"{chain}-{key}", "title": title, "value": value, "low": low, "high": high,
         "unit": unit, "reason": "No published figure was found.", "evidence": "made up",
         "affects": "price, unmet use", "chain": chain}
        for chain in CHAINS for key, title, value, low, high, unit in kinds
    ]


def _sources() -> list[dict[str, Any]]:
    return [
        {"source_id": f"SRC-{n}", "publisher": f"Publisher {n}", "title": f"Made-up table {n}",
         "edition": "2026", "licence": "CC BY 4.0" if n % 3 else "OGL",
         "licence_status": "confirmed" if n % 3 else "to confirm",
         "url": f"https://example.org/{n}"}
        for n in range(1, 15)
    ] + [
        {"source_id": f"FACT-{n}", "publisher": f"Gazette {n}", "title": f"Made-up fact {n}",
         "edition": "", "licence": "facts", "licence_status": "facts", "url": ""}
        for n in range(1, 4)
    ]


@pytest.fixture(scope="session")
def run() -> dict[str, Any]:
    """Return a made-up run in the form of run.json."""
    return {
        "format": "orepact/run/1", "schema_version": 1, "study": "control-clocks",
        "title": "The control clocks of November 2026",
        "question": "The suspensions of China's export controls end on 10 and 27 November 2026: "
        "act by act and chain by chain, who runs short of what, and at what price, if they are "
        "extended, revived, escalated or lifted?",
        "as_of": dt.date(2026, 11, 21), "first_month": "2026-12", "last_month": "2027-11",
        "dataset": {"version": "2026.11", "hash": "sha256:" + "0f" * 32}, "code_version": "0.0.0",
        "created": "2026-11-21T10:00:00+00:00", "parameter_sets": [1, 12, 37, 55, 90],
        "licence_branches": ["approve", "refuse"], "windows_per_second": 240.0, "seconds": 14.2,
        "peak_memory_mb": 410.0, "base_checks": {"max_price_error": 0.003, "max_flow_error": 0.02},
        "balance_residual_max": 3e-9, "chains": _chains(), "results": _results(),
        "assumptions": _assumptions(), "sources": _sources(), "clocks": _clocks(),
        "warnings": ["Made-up warning of the fixture."], "not_covered": ["germanium", "tungsten"],
    }


def _calendar() -> pl.DataFrame:
    start, clock, end = dt.date(2025, 11, 10), dt.date(2026, 11, 10), dt.date(2027, 12, 1)
    after = {"lifted": "ended", "extended": "suspended", "revived": "in_force",
             "escalated": "in_force"}
    chain_of = {act: c["chain"] for c in _chains() for act in c["covered_by"]}
    rows: list[dict[str, Any]] = []
    for branch, state in after.items():
        for act, chain in chain_of.items():
            if act in {"CN-2025-58", "CN-2025-61", "CN-2024-46-2"}:
                turn = dt.date(2026, 11, 27) if act == "CN-2024-46-2" else clock
                chains = ["gallium", "antimony"] if act == "CN-2024-46-2" else [chain]
                for name in chains:
                    rows += [
                        {"branch": branch, "act": act, "chain": name, "status": "suspended",
                         "since": start, "until": turn, "reading": ""},
                        {"branch": branch, "act": act, "chain": name, "status": state,
                         "since": turn, "until": end, "reading": ""},
                    ]
            else:
                rows.append({"branch": branch, "act": act, "chain": chain, "status": "in_force",
                             "since": dt.date(2025, 4, 4), "until": None, "reading": ""})
    return pl.DataFrame(rows, schema_overrides={"until": pl.Date})


def _monthly() -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for branch, strength in STRENGTH.items():
        for n in range(12):
            push = strength * min(n, 4) / 4
            price = 2.0**push
            month = f"{2026 + (11 + n) // 12}-{(11 + n) % 12 + 1:02d}"
            row: dict[str, Any] = {"chain": "gallium", "branch": branch, "region": "USA",
                                   "material": "gallium-refined", "month": month}
            for name, value in (("price_marginal", price), ("price_transaction", price**0.5),
                                ("unmet_share", max(0.0, push) * 0.2)):
                row |= {f"{name}_low": value * 0.8, f"{name}_middle": value,
                        f"{name}_high": value * 1.3}
            rows.append(row)
    return pl.DataFrame(rows)


@pytest.fixture(scope="session")
def frames() -> dict[str, pl.DataFrame]:
    """Return the made-up tables that go with the run."""
    chain_of = {p[4]: p[0] for p in PROCESSES}
    flows = [
        {"chain": chain_of[m], "material": m, "stage": m.rsplit("-", 1)[-1], "exporter": a,
         "importer": b, "tonnes_per_month": float(t), "source": "SRC-1"}
        for m, legs in FLOWS.items() for a, b, t in legs
    ]
    processes = [
        {"chain": c, "process": p, "region": r, "material_in": m_in, "material_out": m_out,
         "tonnes_per_month": float(t)}
        for c, p, _, m_in, m_out, made in PROCESSES for r, t in made.items()
    ]
    uses = [
        {"chain": chain_of[m], "material": m, "region": r, "use": u, "tonnes_per_month": float(t)}
        for m, by_region in USES.items() for r, by_use in by_region.items()
        for u, t in by_use.items()
    ]
    return {
        "flows_base": pl.DataFrame(flows), "processes_base": pl.DataFrame(processes),
        "uses_base": pl.DataFrame(uses), "monthly": _monthly(), "calendar": _calendar(),
    }
