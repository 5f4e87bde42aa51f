"""Exercises: a script of injects, teams that decide, the engine that answers, hindsight."""
