"""How well the detour signs find what is documented, and how often they cry without a control.

Everything is judged with the thresholds of the cards, which were set before and are not fitted.
*Found*: a documented detour of which one code and year shows an alarm or a watch. *Recall* is the
share of documented detours that were found. *Precision* is a band: low counts every undocumented
sign of an episode as false; high takes the rate of signs where nobody controlled (the largest
exporter of each other code, each year) as the part of them that is chance. The band over cards
shows what other thresholds within their ranges would have given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orepact.data.bundle import Bundle
from orepact.indicators.trade_defence.circumvention import Level, Signs, Thresholds, level_of
from orepact.policy.controls import Act
from orepact.policy.register import Register
from orepact.studies.trade_defence.detours import signs_of
from orepact.studies.trade_defence.episodes import DetourEpisode, Documented
from orepact.studies.trade_defence.rules import BASE_YEARS, Rules
from orepact.studies.trade_defence.trade import Measure, Trade, trade_items, traded

__all__ = ["detour_backtest"]

_RESTRICTS = ("export_ban", "export_licence", "export_permit", "export_quota", "export_tax",
              "informal_embargo", "supply_stop", "export_restriction", "enforcement")
_LATEST = 9999


@dataclass(frozen=True, slots=True)
class _CodeYear:
    """One code in one year seen from one exporter: all signs, before any threshold."""

    code: str
    mineral: str
    year: int
    exporter: str
    signs: tuple[Signs, ...] = field(repr=False)


def detour_backtest(
    bundle: Bundle,
    rules: Rules,
    episodes: Sequence[DetourEpisode],
    register: Register,
    measure: Measure = "tonnes",
) -> dict[str, Any]:
    """Return hits, misses and false alarms of the episodes and of every other code and year.

    Code-years in which the register knows an act of the exporter on the code are left out of the
    comparison, except those of the episodes.
    """
    trades = {item.code: traded(bundle, item, measure) for item in trade_items(bundle)}
    told = {episode.episode: _of_episode(bundle, trades, episode) for episode in episodes}
    quiet, controlled = _others(bundle, trades, episodes, register)
    judged = [_judge(rules.thresholds(), episodes, told, quiet)]
    spread = {
        "strictest": _judge(rules.strictest(), episodes, told, quiet),
        "loosest": _judge(rules.loosest(), episodes, told, quiet),
        **{name: _judge(limits, episodes, told, quiet)
           for name, limits in rules.one_at_a_time().items()},
    }
    return {
        "format": "orepact/detour-backtest/1",
        "measure": measure,
        "episodes": [_episode(each, told[each.episode], rules.thresholds(), trades)
                     for each in episodes],
        "central": judged[0],
        "spread": spread,
        "band": {name: _band([judged[0], *spread.values()], name)
                 for name in ("recall", "precision_low", "precision_high")},
        "quiet_code_years": len(quiet),
        "quiet_with_alarm": sum(_any(each, rules.thresholds(), "alarm") for each in quiet),
        "quiet_with_sign": sum(_any(each, rules.thresholds()) for each in quiet),
        "controlled_code_years": len(controlled),
        "worst_quiet": _worst(quiet, rules.thresholds()),
        "cards": rules.told("detour"),
    }


def _of_episode(
    bundle: Bundle, trades: Mapping[str, Trade], episode: DetourEpisode
) -> list[_CodeYear]:
    return [
        _CodeYear(code, episode.mineral, year, episode.exporter,
                  tuple(signs_of(bundle, trades[code], episode.exporter, year)))
        for code in episode.codes if code in trades
        for year in episode.years if trades[code].flows.base_of(year, BASE_YEARS)
    ]


def _others(
    bundle: Bundle, trades: Mapping[str, Trade], episodes: Sequence[DetourEpisode],
    register: Register,
) -> tuple[list[_CodeYear], list[tuple[str, int]]]:
    """Return code-years without a control of the largest exporter, and those with one."""
    used = {(code, year) for each in episodes for code in each.codes for year in each.years}
    quiet: list[_CodeYear] = []
    controlled: list[tuple[str, int]] = []
    for code, trade in trades.items():
        for year in sorted(trade.flows.by_year):
            if not trade.flows.base_of(year, BASE_YEARS) or (code, year) in used:
                continue
            exporter = _largest(trade, year)
            if any(_meets(act, exporter, trade, year) for act in register.acts):
                controlled.append((code, year))
                continue
            signs = tuple(signs_of(bundle, trade, exporter, year))
            quiet.append(_CodeYear(code, trade.item.mineral, year, exporter, signs))
    return quiet, controlled


def _largest(trade: Trade, year: int) -> str:
    sold: dict[str, float] = {}
    for base in trade.flows.base_of(year, BASE_YEARS):
        for (seller, _), tonnes in trade.flows.by_year[base].items():
            sold[seller] = sold.get(seller, 0.0) + tonnes
    return max(sorted(sold), key=lambda name: sold[name])


def _meets(act: Act, exporter: str, trade: Trade, year: int) -> bool:
    """Tell whether an act of the exporter may have touched a code in a year, by code or mineral."""
    if act.issuer != exporter or act.kind not in _RESTRICTS or act.effective is None:
        return False
    last = act.until.last.year if act.until is not None else _LATEST
    if not act.effective.first.year <= year <= last:
        return False
    items = [item for clause in act.clauses for item in clause.items]
    plain = [code.replace(".", "") for item in items for code in item.hs]
    minerals = {name for item in items for name in item.minerals}
    return trade.item.mineral in minerals or any(
        code.startswith(trade.item.code) or trade.item.code.startswith(code) for code in plain
    )


def _kept(each: _CodeYear, limits: Thresholds) -> Iterator[tuple[Signs, Level]]:
    for signs in each.signs:
        level = level_of(signs, limits)
        if level != "none":
            yield signs, level


def _any(each: _CodeYear, limits: Thresholds, level: str = "") -> bool:
    return any(found == level or not level for _, found in _kept(each, limits))


def _tells(documented: Documented, signs: Signs) -> bool:
    return (signs.through == documented.through and signs.year in documented.years
            and documented.to in {"", signs.to})


def _judge(
    limits: Thresholds,
    episodes: Sequence[DetourEpisode],
    told: Mapping[str, Sequence[_CodeYear]],
    quiet: Sequence[_CodeYear],
) -> dict[str, Any]:
    """Return counts, recall and the precision band under one set of thresholds."""
    signs = [(episode, found, level) for episode in episodes
             for each in told[episode.episode] for found, level in _kept(each, limits)]
    right = [level for episode, found, level in signs
             if any(_tells(one, found) for one in episode.documented)]
    found = [
        any(_tells(one, each) for name, each, _ in signs if name is episode)
        for episode in episodes for one in episode.documented
    ]
    looked = sum(len(told[episode.episode]) for episode in episodes)
    chance = sum(1 for each in quiet for _ in _kept(each, limits)) / max(1, len(quiet))
    rate = len(signs) / max(1, looked)
    return {
        "signs": len(signs),
        "alarms": sum(level == "alarm" for *_, level in signs),
        "documented_signs": len(right),
        "documented_alarms": sum(level == "alarm" for level in right),
        "documented": len(found),
        "found": sum(found),
        "recall": sum(found) / len(found) if found else None,
        "precision_low": len(right) / len(signs) if signs else None,
        "precision_high": max(len(right) / len(signs), 1.0 - chance / rate) if signs else None,
        "signs_per_code_year": rate,
        "signs_per_quiet_code_year": chance,
        "alarms_per_code_year": sum(level == "alarm" for *_, level in signs) / max(1, looked),
        "alarms_per_quiet_code_year": sum(
            level == "alarm" for each in quiet for _, level in _kept(each, limits)
        ) / max(1, len(quiet)),
    }


def _band(judged: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    values = [each[name] for each in judged if each[name] is not None]
    return [min(values), max(values)] if values else []


def _episode(
    episode: DetourEpisode, told: Sequence[_CodeYear], limits: Thresholds,
    trades: Mapping[str, Trade],
) -> dict[str, Any]:
    """Return what the signs said of an episode: hits, misses with reasons, what else."""
    kept = [(each.code, signs, level) for each in told for signs, level in _kept(each, limits)]
    documented: list[dict[str, Any]] = []
    for one in episode.documented:
        hits = [(code, signs, level) for code, signs, level in kept if _tells(one, signs)]
        best = max((signs for each in told for signs in each.signs if _tells(one, signs)),
                   key=lambda signs: signs.size, default=None)
        documented.append({
            "through": one.through, "to": one.to, "source": one.source, "address": one.address,
            "found": bool(hits),
            "signs": [{"code": code, "year": signs.year, "to": signs.to, "level": level}
                      for code, signs, level in hits],
            "missed_because": [] if hits else _failing(best, limits),
        })
    return {
        "episode": episode.episode, "title": episode.title, "exporter": episode.exporter,
        "codes": list(episode.codes), "years": list(episode.years), "unseen": episode.unseen,
        "code_years": len(told),
        "missing": [code for code in episode.codes if code not in trades],
        "documented": documented,
        "undocumented": [
            {"code": code, "year": signs.year, "through": signs.through, "to": signs.to,
             "level": level, "onward": signs.onward, "onward_before": signs.onward_before}
            for code, signs, level in kept
            if not any(_tells(one, signs) for one in episode.documented)
        ],
    }


def _failing(signs: Signs | None, limits: Thresholds) -> list[dict[str, Any]]:
    """Return the signs of a missed detour short of their thresholds; none where nothing rose."""
    if signs is None:
        return []
    least = [{"sign": name, "value": getattr(signs, name), "threshold": getattr(limits, name)}
             for name in ("fall", "dependence", "growth", "size")
             if getattr(signs, name) < getattr(limits, name)]
    over = [{"sign": "output", "value": signs.output, "threshold": limits.output}]
    return least + (over if signs.output >= limits.output else [])


def _worst(quiet: Sequence[_CodeYear], limits: Thresholds) -> list[dict[str, Any]]:
    """Return the largest false alarms: code-years without a control on record."""
    found = [(each, signs) for each in quiet for signs, level in _kept(each, limits)
             if level == "alarm"]
    found.sort(key=lambda pair: -pair[1].size)
    return [
        {"code": each.code, "mineral": each.mineral, "year": each.year, "exporter": each.exporter,
         "through": signs.through, "to": signs.to, "size": signs.size}
        for each, signs in found[:10]
    ]
