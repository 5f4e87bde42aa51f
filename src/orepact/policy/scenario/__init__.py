"""Scenario files: what is supposed to happen, dated, with ranges and reasons."""
