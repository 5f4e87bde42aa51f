"""Studies: one question per module; each declares, solves and measures."""
