"""Run the command line with ``python -m orepact``."""

from __future__ import annotations

from orepact.cli.main import main

if __name__ == "__main__":
    main()
