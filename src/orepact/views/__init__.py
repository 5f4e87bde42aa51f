"""Charts, tables and the printable brief: they draw what a run found and compute nothing."""
