"""Drafts: a chain pre-filled from the tables, with every open assumption as a card."""
