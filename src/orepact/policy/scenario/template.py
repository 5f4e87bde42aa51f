"""A scenario file to start from: one part filled in for a chain, the other kinds as comments."""

from __future__ import annotations

from dataclasses import dataclass

from orepact.errors import InputError, Problem, nearest
from orepact.policy.branches import months_later
from orepact.policy.controls import partial_date
from orepact.policy.scenario.view import ChainView, WorldView

__all__ = ["scenario_template"]

_TEXT = """\
format: orepact/scenario/1
scenario: {name}
title: {title}
text: >-
  Say in a few sentences what happens, in the order in which it happens.
version: 1            ## count up when you change the file
chains: [{chain}]
first_month: {first}  ## first month that is told
months: 24
branch: extended      ## what becomes of suspended acts that no outcome below decides
licence: [approve, refuse]  ## run one by one, never averaged
reason: >-
  Say why the scenario is worth running.
sources: []
## Every part has an id and a reason, and a source (address, source id, act) or a card.
## Without both it counts as supposed. An uncertain number is {{value, low, high}}.
## Dates are days or months, or counted: {{after: some-part, months: 3}}, {{end_of: CN-2025-70}}.
## `until` is the last day. `rung: 1` puts a part on the escalation ladder.
quotas:
  - id: quota
    issuer: {exporter}
    materials: [{material}]
    share_of_base: {{value: 0.7, low: 0.5, high: 0.9}}  ## or limit: tonnes per period
    per: month
    announced: {first}
    effective: {start}
    reason: Say why, and why so large.
## Take the hash signs away from what you need.
# ladder: {{climbs: [0, 1]}}
# outcomes:
#   - id: returns
#     act: CN-2025-72
#     outcome: revives
#     reason: The suspension ends and nothing follows.
# controls:
#   - id: licence
#     title: Supposed licence
#     issuer: {exporter}
#     kind: export_licence
#     announced: {first}
#     effective: {{after: quota, months: 2}}
#     destinations: [ALL]
#     excluded: []
#     clauses:
#       - effect: licence
#         end_uses: [civil]
#         items: [{{name: "{material}", materials: [{material}]}}]
#       - effect: ban
#         end_uses: [military, listed]
#         items: [{{name: "{material}", materials: [{material}]}}]
#     reason: Say why.
# taxes:
#   - id: tax
#     rung: 1
#     issuer: {exporter}
#     materials: [{material}]
#     rate: {{value: 0.1, low: 0.05, high: 0.2}}
#     announced: {first}
#     effective: {{after: quota, months: 3}}
#     reason: Say why.
# outages:
#   - id: outage
#     process: {process}
#     region: {place}
#     month: {{after: quota, months: 4}}
#     until: {{after: outage, months: 2}}
#     activity: {{value: 0.5, low: 0.3, high: 0.8}}
#     alarm: {{value: 0.5, low: 0.0, high: 1.0}}
#     reason: Say why.
# demand:
#   - id: surge
#     use: {use}
#     region: {user}
#     month: {{after: quota, months: 6}}
#     until: {{after: surge, months: 11}}
#     factor: {{value: 1.3, low: 1.1, high: 1.6}}
#     reason: Say why.
# floods:
#   - id: flood
#     rung: 1
#     region: {exporter}
#     materials: [{material}]
#     price: {{value: 0.7, low: 0.5, high: 0.9}}
#     volume: {{value: 1.2, low: 1.0, high: 1.5}}
#     month: {{after: quota, months: 12}}
#     until: {{after: flood, months: 8}}
#     reason: Say why.
# conduits:
#   - id: conduit
#     exporter: {exporter}
#     through: {through}
#     to: {buyer}
#     materials: [{material}]
#     share: {{value: 0.15, low: 0.02, high: 0.31}}
#     premium: {{value: 0.2, low: 0.05, high: 0.4}}
#     ramp_months: 6
#     permitted: {{value: 1.0, low: 0.5, high: 1.0}}
#     reason: Say why.
# distributions:
#   - {{of: quotas.0.share_of_base, kind: beta}}
"""


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of a chain that stand in the template, so that it passes every check."""

    exporter: str
    material: str
    buyer: str
    through: str
    process: str
    place: str
    use: str
    user: str


def scenario_template(name: str, chain: str, view: WorldView, first_month: str) -> str:
    """Return the text of a scenario file for a chain; it passes every check as it is.

    Raises `InputError` for an unknown chain.
    """
    if chain not in view.chains:
        raise InputError([Problem("unknown chain", field="--chain", found=repr(chain),
                                  expected="one of " + ", ".join(view.chains),
                                  nearest=nearest(chain, list(view.chains)))])
    names = _names(view.chains[chain])
    title = name.replace("-", " ").capitalize()
    start = months_later(partial_date(first_month).first, 2)
    known = {key: getattr(names, key) for key in _Names.__slots__}
    text = _TEXT.format(name=name, title=title, chain=chain, first=first_month,
                        start=f"{start:%Y-%m}", **known)
    return text.replace("##", "#")


def _names(chain: ChainView) -> _Names:
    """Return the largest flow of a chain, a third region for a conduit, a process and a use."""
    material, exporter, buyer = max(chain.trade, key=lambda key: (chain.trade[key], key))
    others = [one for one in chain.regions if one not in {exporter, buyer}]
    process = next((name for name, where in chain.processes.items() if exporter in where),
                   next(iter(chain.processes)))
    place = exporter if exporter in chain.processes[process] else chain.processes[process][0]
    use, users = next(iter(chain.uses.items()))
    return _Names(exporter, material, buyer, others[0], process, place, use, users[0])
