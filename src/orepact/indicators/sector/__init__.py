"""Exposure of sectors to minerals and to controls."""
