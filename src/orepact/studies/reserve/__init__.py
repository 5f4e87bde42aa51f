"""Reserves: what to hold, how much, when it is released, and what that changes."""
