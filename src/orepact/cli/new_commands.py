"""The command group ``orepact new``: folders pre-filled from the dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["new"]

new = typer.Typer(
    help="Start something of your own, pre-filled from the dataset.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@new.callback()
def new_group() -> None:
    """Start something of your own, pre-filled from the dataset."""


@new.command("chain")
def new_chain(
    name: Annotated[str, typer.Argument(help="Name of the chain and of its folder.")],
    *,
    mineral: Annotated[
        str | None, typer.Option(help="Mineral as in the table minerals; NAME if not given.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="Where to make the folder; here if not given.")
    ] = None,
    first: Annotated[
        str, typer.Option("--from", help="First month of the window.", metavar="MONTH")
    ] = "2023-01",
    last: Annotated[
        str, typer.Option("--to", help="Last month of the window.", metavar="MONTH")
    ] = "2023-12",
    world: Annotated[
        Path | None,
        typer.Option("--world", help="Folder of a dataset; the bundled one if not given."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Make the folder of a chain, pre-filled, with every open assumption as a card.

    Example: orepact new chain zinc --from 2023-01 --to 2023-12
    """
    from orepact.cli.new import NewChain, chain_verb

    chain_verb(NewChain(name, mineral, into, first, last, world), json=json)


@new.command("episode")
def new_episode(
    name: Annotated[str, typer.Argument(help="Name of the episode and of its folder.")],
    *,
    into: Annotated[
        Path | None, typer.Option(help="Where to make the folder; here if not given.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Make the folder of a past control episode for the back-test, every number to be replaced.

    Example: orepact new episode tungsten-2025 --into episodes
    """
    from orepact.cli.new_episode import episode_verb

    episode_verb(name, into, json=json)
