"""Indicators: pure functions from tables, networks and results to tables, one definition each."""
