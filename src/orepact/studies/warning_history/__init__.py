"""The early-warning index scored on history."""
