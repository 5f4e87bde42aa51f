"""Measure the engine against its peers, phase by phase, on synthetic networks."""
