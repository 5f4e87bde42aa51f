"""Figures read straight from the tables: shares, coverage, changes, sums by place and year."""
