"""The Union's law: benchmarks for 2030, the seven things to monitor, stock tables."""
