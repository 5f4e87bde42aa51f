"""Rows and sentences of separate, virtual and joint reserves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views import digits
from orepact.views.names import region_name
from orepact.views.reserve_size_table import money
from orepact.views.texts import say

__all__ = [
    "ARRANGEMENT_COLUMNS",
    "MEMBER_COLUMNS",
    "REFUSAL_COLUMNS",
    "arrangement_rows",
    "member_rows",
    "pool_lines",
    "refusal_rows",
]

Entry = Mapping[str, Any]

JOINT, VIRTUAL, SEPARATE = "joint", "virtual", "separate"

ARRANGEMENT_COLUMNS = {
    "name": "reserves", "spent": "spent", "value": "worth a year beyond cost",
    "avoided": "unmet use avoided", "members": "of it in the members", "others": "elsewhere",
}
MEMBER_COLUMNS = {
    "name": "reserves", "member": "member", "spent": "pays", "cost": "share of cost",
    "avoided": "unmet use avoided", "tail": "avoided in the tail", "gain": "share of gain",
}
REFUSAL_COLUMNS = {
    "refuses": "who refuses", "cost": "cost to all, a year", "member": "member",
    "more": "more unmet use", "tail": "more in the tail",
}


def arrangement_rows(content: Entry) -> list[dict[str, str]]:
    """Return what each arrangement comes to."""
    return [
        {
            "name": say(f"pool_{one['arrangement']}"),
            "spent": money(one["spent"]),
            "value": money(one["value"]),
            "avoided": money(one["unmet_avoided"]),
            "members": money(one["unmet_avoided_members"]),
            "others": money(one["unmet_avoided_others"]),
        }
        for one in content["arrangements"]
    ]


def member_rows(content: Entry) -> list[dict[str, str]]:
    """Return who pays and who gains, by arrangement."""
    return [
        {
            "name": say(f"pool_{one['arrangement']}"),
            "member": region_name(member["member"]),
            "spent": money(member["spent"]),
            "cost": digits.share(member["share_of_cost"]),
            "avoided": money(member["unmet_avoided"]),
            "tail": money(member["tail_avoided"]),
            "gain": digits.share(member["share_of_gain"]),
        }
        for one in content["arrangements"] for member in one["members"]
    ]


def refusal_rows(content: Entry) -> list[dict[str, str]]:
    """Return what it costs each member that one of them refuses."""
    return [
        {
            "refuses": region_name(one["refuses"]),
            "cost": money(one["cost"]),
            "member": region_name(member["member"]),
            "more": money(member["more_unmet"]),
            "tail": money(member["more_unmet_tail"]),
        }
        for one in content["refusals"] for member in one["members"]
    ]


def pool_lines(content: Entry) -> list[str]:
    """Return sentences: what entitlements and joint buying add, who subsidises, how to read it."""
    by_name = {one["arrangement"]: one for one in content["arrangements"]}
    separate, virtual, joint = (by_name[name] for name in (SEPARATE, VIRTUAL, JOINT))
    lines = [say("pool_gain", virtual=money(virtual["value"] - separate["value"]),
                 joint=money(joint["value"] - separate["value"]))]
    lines += [
        say("pool_subsidy", payer=region_name(one["member"]),
            cost=digits.share(one["share_of_cost"]), gain=digits.share(one["share_of_gain"]))
        for one in joint["members"]
        if one["share_of_cost"] is not None and one["share_of_gain"] is not None
    ]
    if joint["unmet_avoided"] > 0.0:
        part = joint["unmet_avoided_others"] / joint["unmet_avoided"]
        lines.append(say("pool_others", share=digits.share(part)))
    return [*lines, say("pool_bound")]
