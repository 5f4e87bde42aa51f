"""What goes round a scenario's controls and whom it refuses by name, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orepact.views import digits
from orepact.views.names import material_name, region_name
from orepact.views.stress_table import (
    grade_of,
    group_name,
    key_buyers,
    period_name,
    rung_name,
    told_case,
)
from orepact.views.texts import say

__all__ = ["way_lines"]

Entry = Mapping[str, Any]

NAMED = 4
MILLION = 1e6
ALIKE = 0.01
"""Two cases whose sums differ by less than this fraction are alike; the first is told."""


def way_lines(content: Entry) -> list[str]:
    """Return a sentence per conduit and quota, on undeclared trade, and per place with users.

    Told are the period and the rung in which the scenario changes most; quotas in every period.
    """
    return [
        *_refused_lines(content),
        *_quota_lines(content),
        *_conduit_lines(content),
        *_undeclared_lines(content),
    ]


def _told(entries: Sequence[Entry], size: Callable[[Entry], float]) -> list[Entry]:
    """Return the entries of the rung and period in which most of something goes on, the first."""
    sums: dict[tuple[int, str], float] = {}
    for entry in entries:
        case = (entry["rung"], entry["period"])
        sums[case] = sums.get(case, 0.0) + size(entry)
    most = max(sums.values(), default=0.0)
    told = next((case for case, sum_ in sums.items() if sum_ >= most * (1.0 - ALIKE)), None)
    return [entry for entry in entries if (entry["rung"], entry["period"]) == told]


def _case(content: Entry, entry: Entry) -> str:
    """Return rung and period of an entry in brackets, nothing where there is one of each."""
    periods = {period["name"]: period for period in content["periods"]}
    words = [rung_name(content, entry["rung"]), period_name(content, periods[entry["period"]])]
    told = ", ".join(word for word in words if word)
    return f" ({told})" if told else ""


def _refused_lines(content: Entry) -> list[str]:
    """Return what the scenario refuses military and listed users: the plan's region, most tonnes.

    Each licence branch is told by itself; places where less than 0.1 t/month more is refused in
    every branch are left out.
    """
    told = _told(content["refused_users"], _more)
    places: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in told:
        places.setdefault((entry["chain"], entry["region"], entry["material"]), []).append(entry)
    plan = content["plan"]["region"]
    ranked = sorted(
        (mine for mine in places.values() if max(map(_more, mine)) >= digits.LITTLE),
        key=lambda mine: (mine[0]["region"] != plan, -max(map(_more, mine))),
    )
    lines = [
        say(
            "stress_refused", region=region_name(mine[0]["region"]),
            material=material_name(mine[0]["material"]), case=_case(content, mine[0]),
            branches=_by_branch(mine, _refused),
            pooled=_by_branch(mine, lambda entry: digits.share(entry["region_unmet"] or 0.0)),
        )
        for mine in ranked
    ]
    rest = len(lines) - NAMED
    return lines[:NAMED] + ([say("stress_refused_more", count=rest)] if rest > 0 else [])


def _more(entry: Entry) -> float:
    return max(0.0, float(entry["refused"]) - float(entry["refused_without"]))


def _refused(entry: Entry) -> str:
    return say(
        "stress_refused_branch", tonnes=digits.tonnes(entry["refused"]),
        part=digits.share(entry["of_theirs"]), before=digits.tonnes(entry["refused_without"]))


def _by_branch(mine: Sequence[Entry], words: Callable[[Entry], str]) -> str:
    """Return words of each licence branch, once where all say the same."""
    told = {entry["licence"]: words(entry) for entry in mine}
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    return ", ".join(
        say("stress_if_branch", words=each, licence=say(f"stress_{licence}"))
        for licence, each in told.items()
    )


def _quota_lines(content: Entry) -> list[str]:
    """Return a line per quota, rung and period; rungs on which it reads the same are told once."""
    lines: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in content["quotas"]:
        lines.setdefault((entry["id"], entry["period"], _quota(entry, "", "")), []).append(entry)
    return [
        _quota(mine[0], _rungs_case(content, mine), grade_of(content, mine[0]["materials"]))
        for mine in lines.values()
    ]


def _rungs_case(content: Entry, mine: Sequence[Entry]) -> str:
    rungs = [entry["rung"] for entry in mine]
    if len(rungs) == 1:
        return _case(content, mine[0])
    periods = {period["name"]: period for period in content["periods"]}
    words = [group_name(content, [rungs[0], rungs[-1]]) if rungs[-1] - rungs[0] == len(rungs) - 1
             else say("stress_and").join(rung_name(content, rung) for rung in rungs),
             period_name(content, periods[mine[0]["period"]])]
    return f" ({', '.join(word for word in words if word)})"


def _quota(entry: Entry, case: str, grade: str) -> str:
    """Return what a quota lets through and is worth; of a weak account to one digit."""
    return say(
        "stress_quota" if entry["binds"] else "stress_quota_idle",
        quota=entry["act"] or entry["id"],
        shipped=_ends([entry["shipped"]["low"], entry["shipped"]["high"]]),
        rent=_rough(entry["rent"]["low"] / MILLION, entry["rent"]["high"] / MILLION),
        margin=_rough(entry["margin"]["low"], entry["margin"]["high"]),
        whose=say(f"stress_rent_{entry['licences']}", issuer=region_name(entry["issuer"])),
        case=case, grade=say("stress_grade", grade=grade) if grade else "",
    )


def _rough(low: float, high: float) -> str:
    """Return amounts to one digit: no band of a rent was ever held against one that was seen."""
    ends = [digits.tonnes(float(f"{each:.1g}")) for each in (low, high)]
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def _conduit_lines(content: Entry) -> list[str]:
    """Return what conduits carry, material by material, and which carry nothing in any member."""
    entries: dict[str, list[Entry]] = {}
    for entry in content["conduits"]:
        entries.setdefault(entry["id"], []).append(entry)
    lines: list[str] = []
    none = False
    for name, mine in entries.items():
        idle = {one["material"] for one in mine} - {
            one["material"] for one in mine if not one["idle"]}
        told = _told([one for one in mine if one["material"] not in idle],
                     lambda one: one["carried"]["middle"])
        parts = [
            say("stress_carries", material=material_name(one["material"]),
                tonnes=_ends([one["carried"]["low"], one["carried"]["high"]]))
            for one in told
        ]
        parts += [say("stress_carries_none", material=material_name(one)) for one in sorted(idle)]
        lines.append(say(
            "stress_conduit", conduit=name, exporter=region_name(mine[0]["exporter"]),
            through=region_name(mine[0]["through"]), to=region_name(mine[0]["to"]),
            case=_case(content, told[0]) if told else "", carried="; ".join(parts)))
        none = none or bool(idle)
    return [*lines, say("stress_conduit_idle")] if none else lines


def _undeclared_lines(content: Entry) -> list[str]:
    """Return where trade arrives undeclared, per chain in the case the scenario changes most."""
    lines: list[str] = []
    for chain in dict.fromkeys(entry["chain"] for entry in content["evasion"]):
        buyers = key_buyers(content, chain)
        case = told_case(content, chain, buyers[0]) if buyers else (
            content["rungs"][0], content["periods"][0]["name"])
        told = [entry for entry in content["evasion"]
                if entry["chain"] == chain and (entry["rung"], entry["period"]) == case]
        told.sort(key=lambda one: -one["undeclared"]["high"])
        places = [
            say("stress_undeclared_place", region=region_name(entry["region"]),
                material=material_name(entry["material"]),
                tonnes=_ends([entry["undeclared"]["low"], entry["undeclared"]["high"]]))
            for entry in told if entry["undeclared"]["high"] >= digits.LITTLE
        ]
        if places:
            lines.append(say("stress_undeclared", places="; ".join(places[:NAMED]),
                             case=_case(content, told[0])))
    return lines


def _ends(values: Sequence[float]) -> str:
    low, high = digits.tonnes(min(values)), digits.tonnes(max(values))
    return high if low == high else f"{low}–{high}"
