"""The brief of a should-cost price: sentences, build-up, tornadoes, what stands beside, cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views import digits
from orepact.views.names import region_short
from orepact.views.plain_page import Figure, Page, Table, page_html
from orepact.views.should_cost import beside_rows, lines, part_rows
from orepact.views.should_cost_charts import parts_chart, price_tornado_chart
from orepact.views.texts import say

__all__ = ["should_cost_html"]

Entry = Mapping[str, Any]


def should_cost_html(run: Entry) -> str:
    """Return the brief of a should-cost price as one HTML page."""
    return page_html(Page(
        title=say("cost_head", title=run["title"]),
        kicker=f"{run['dataset']['name']} {run['dataset']['version']}",
        lines=lines(run),
        figures=[Figure(say("cost_chart_parts"), parts_chart(run), say("cost_chart_note"))],
        pairs=[Figure(say("cost_tornado", region=region_short(one["region"]), unit=run["unit"]),
                      price_tornado_chart(one, run)) for one in run["regions"]],
        tables=[
            Table(say("cost_parts", unit=run["unit"]), part_rows(run)),
            Table(say("cost_beside", unit=run["unit"]), beside_rows(run)),
            Table(say("cost_cards"), [_card(one, run) for one in run["cards"]]),
        ],
        note=say("cost_method", draws=run["draws"], seed=run["seed"]),
    ))


def _card(one: Entry, run: Entry) -> dict[str, str]:
    low, high = one.get("low", one["value"]), one.get("high", one["value"])
    unit = "" if one["unit"] == "1" else " " + str(one["unit"])
    ranges = [f"{digits.number(one['value'])} ({digits.number(low)} to {digits.number(high)})"
              + unit]
    ranges += [f"{region_short(name)} {digits.number(each['value'])} "
               f"({digits.number(each['low'])} to {digits.number(each['high'])})"
               for name, each in one.get("regions", {}).items()
               if name in {region["region"] for region in run["regions"]}]
    cited = ", ".join([*one.get("facts", ()), *one.get("projects", ())])
    why = "; ".join(part for part in (one["reason"], one.get("evidence", ""), cited) if part)
    return {say("cost_card"): one["title"], say("cost_value"): "; ".join(ranges),
            say("cost_basis_column"): say(f"basis_{one['basis']}"), say("cost_reason"): why}
