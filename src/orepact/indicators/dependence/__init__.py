"""Dependence: reliance, the largest supplier, shifts, and where what is used began."""
