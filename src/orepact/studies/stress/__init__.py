"""Stress: a scenario run over parameter sets, licences, rungs, base windows and draws."""
