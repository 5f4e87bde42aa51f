"""The command group ``orepact projects``: what to build, what it brings, what holds it back."""

from __future__ import annotations

import typer

from orepact.cli.host_share_commands import projects_host_share
from orepact.cli.projects_outlook_commands import (
    projects_bottleneck,
    projects_deadline,
    projects_list,
    projects_recycling,
)
from orepact.cli.projects_portfolio_commands import projects_portfolio
from orepact.cli.research_commands import projects_research

__all__ = ["projects_app"]

projects_app = typer.Typer(
    help="Projects: what to build together, when it delivers, bottlenecks, recycling.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@projects_app.callback()
def projects() -> None:
    """Projects: what to build together, when it delivers, bottlenecks, recycling."""


_ = projects_app.command("list")(projects_list)
_ = projects_app.command("portfolio")(projects_portfolio)
_ = projects_app.command("bottleneck")(projects_bottleneck)
_ = projects_app.command("deadline")(projects_deadline)
_ = projects_app.command("recycling")(projects_recycling)
_ = projects_app.command("host-share")(projects_host_share)
_ = projects_app.command("research")(projects_research)
