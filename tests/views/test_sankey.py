"""The flow diagram loses and gains no tonne."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest

from orepact.errors import InputError
from orepact.views.flows import COLLECTED, OTHER, SCRAP, Accounts, Graph, graph_of, read_accounts
from orepact.views.sankey import SLOT, Drawing, lay_out, sankey

CHAINS = ["gallium", "graphite", "antimony", "rare-earth-magnets"]


def _drawing(frames: dict[str, pl.DataFrame], chain: str, regions: int = 6) -> Drawing:
    return lay_out(graph_of(read_accounts(frames, chain, regions)), 700.0, 132.0)


@pytest.mark.parametrize("chain", CHAINS)
def test_every_bar_closes(frames: dict[str, pl.DataFrame], chain: str) -> None:
    """Inflow and what is added equal outflow and what is lost, in tonnes and in pixels."""
    drawing = _drawing(frames, chain)
    for bar in drawing.bars:
        into = sum(r.width for r in drawing.ribbons if r.link.target == bar.node)
        out = sum(r.width for r in drawing.ribbons if r.link.source == bar.node)
        assert into == pytest.approx(bar.inflow * drawing.scale)
        assert out == pytest.approx(bar.outflow * drawing.scale)
        if bar.inflow and bar.outflow:
            assert bar.inflow + bar.added == pytest.approx(bar.outflow + bar.lost)
        assert bar.height == pytest.approx(max(into, out))


@pytest.mark.parametrize("chain", CHAINS)
def test_the_whole_diagram_closes(frames: dict[str, pl.DataFrame], chain: str) -> None:
    """What sources give and stubs add reaches the end uses or leaves by a stub."""
    bars = _drawing(frames, chain).bars
    given = sum(bar.outflow for bar in bars if not bar.inflow)
    taken = sum(bar.inflow for bar in bars if not bar.outflow)
    assert given + sum(bar.added for bar in bars) == pytest.approx(
        taken + sum(bar.lost for bar in bars)
    )


@pytest.mark.parametrize("chain", CHAINS)
def test_merging_small_regions_keeps_the_tonnes(
    frames: dict[str, pl.DataFrame], chain: str
) -> None:
    """The tonnes traded per material are the same however many regions are named."""
    few, many = (read_accounts(frames, chain, count) for count in (2, 20))
    for material in many.materials():
        totals = [sum(t for (m, _, _), t in accounts.trade.items() if m == material)
                  for accounts in (few, many)]
        assert totals[0] == pytest.approx(totals[1])
    assert len({region for _, region in few.made}) <= 3


@pytest.mark.parametrize("chain", CHAINS)
def test_labels_do_not_overlap_and_fit(frames: dict[str, pl.DataFrame], chain: str) -> None:
    """Bars of a column have at least a label's height between their middles."""
    drawing = _drawing(frames, chain)
    for column in {bar.node.column for bar in drawing.bars}:
        middles = sorted(b.y + b.height / 2 for b in drawing.bars if b.node.column == column)
        assert all(b - a >= SLOT for a, b in pairwise(middles))
        assert middles[-1] <= drawing.height


@pytest.mark.parametrize("chain", CHAINS)
def test_links_run_left_to_right(frames: dict[str, pl.DataFrame], chain: str) -> None:
    """No link stays in its column or goes back."""
    graph = graph_of(read_accounts(frames, chain, 6))
    assert graph.links
    assert all(link.source.column < link.target.column for link in graph.links)


def test_scrap_is_a_source_and_collection_a_sink() -> None:
    """A loop through scrap opens into a source at the left and a sink at the right."""
    graph = _recycling()
    scrap = [node for node in graph.nodes if node.kind == SCRAP]
    collected = [node for node in graph.nodes if node.name == COLLECTED]
    assert [graph.inflow(node) for node in scrap] == [0.0]
    assert [graph.outflow(node) for node in collected] == [0.0]
    assert graph.outflow(scrap[0]) == pytest.approx(10.0)
    # 80 t of metal arrive, 60 t are used, and the swarf of the rest goes to collection.
    assert graph.inflow(collected[0]) == pytest.approx(20.0)


def _recycling() -> Graph:
    return graph_of(Accounts(
        made={("ore", "A"): 100.0, ("metal", "A"): 80.0, ("metal-scrap", "A"): 10.0},
        trade={("ore", "A", "A"): 100.0, ("metal", "A", "A"): 80.0,
               ("metal-scrap", "A", "A"): 10.0},
        used={("metal", "A", "cars"): 60.0},
        process={("ore", "metal", "A"): 75.0, ("metal-scrap", "metal", "A"): 5.0,
                 ("metal", "metal-scrap", "A"): 10.0},
    ))


def test_a_circle_without_scrap_is_refused() -> None:
    """Processes that feed each other have no left and right."""
    accounts = Accounts(
        made={("a", "X"): 1.0, ("b", "X"): 1.0},
        trade={("a", "X", "X"): 1.0, ("b", "X", "X"): 1.0},
        process={("a", "b", "X"): 1.0, ("b", "a", "X"): 1.0},
    )
    with pytest.raises(InputError, match="circle"):
        _ = graph_of(accounts)


def test_home_use_is_made_less_exported(frames: dict[str, pl.DataFrame]) -> None:
    """China keeps 51.75 − 6.8 t of primary gallium a month in the made-up accounts."""
    accounts = read_accounts(frames, "gallium", 20)
    assert accounts.trade["gallium-primary", "CHN", "CHN"] == pytest.approx(51.75 - 6.8)


def test_several_inputs_do_not_multiply_the_output(frames: dict[str, pl.DataFrame]) -> None:
    """A magnet made of two oxides is counted once, though its process has a row for each."""
    accounts = read_accounts(frames, "rare-earth-magnets", 20)
    assert accounts.made["magnet-heavy", "CHN"] == pytest.approx(8200.0)


def test_one_region_named_leaves_the_rest_as_other(frames: dict[str, pl.DataFrame]) -> None:
    """With one region kept, every other one is drawn as other regions."""
    accounts = read_accounts(frames, "antimony", 1)
    assert {region for _, region in accounts.made} == {"CHN", OTHER}


def test_the_specification_names_itself_and_its_unit(frames: dict[str, pl.DataFrame]) -> None:
    """Title and description say what is drawn, in which unit, and the largest flows."""
    spec = sankey(frames, "antimony", "Antimony")
    assert "tonnes a month" in spec["usermeta"]["title"]
    assert "t/month" in spec["description"]
    assert "China" in spec["description"]
