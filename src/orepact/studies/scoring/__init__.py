"""Scoring: filed predictions against what was observed."""
