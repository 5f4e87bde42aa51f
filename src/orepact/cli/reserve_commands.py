"""The command group ``orepact reserve``: what to hold, in which form, when and for whom."""

from __future__ import annotations

import typer

from orepact.cli.reserve_ledger_commands import ledger_app
from orepact.cli.reserve_release_commands import reserve_release
from orepact.cli.reserve_size_commands import reserve_pool, reserve_size
from orepact.cli.reserve_stock_commands import (
    reserve_buy,
    reserve_forms,
    reserve_programmes,
    reserve_report,
    reserve_safe_level,
)
from orepact.cli.reserve_vault_commands import reserve_vault

__all__ = ["reserve_app"]

reserve_app = typer.Typer(
    help="Reserves: safe level, form, size, build-up, release, and the ledger of a joint one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@reserve_app.callback()
def reserve() -> None:
    """Reserves: safe level, form, size, build-up, release, and the ledger of a joint one."""


_ = reserve_app.command("forms")(reserve_forms)
_ = reserve_app.command("safe-level")(reserve_safe_level)
_ = reserve_app.command("report")(reserve_report)
_ = reserve_app.command("buy")(reserve_buy)
_ = reserve_app.command("programmes")(reserve_programmes)
reserve_app.add_typer(ledger_app, name="ledger")
_ = reserve_app.command("size")(reserve_size)
_ = reserve_app.command("pool")(reserve_pool)
_ = reserve_app.command("release")(reserve_release)
_ = reserve_app.command("vault")(reserve_vault)
