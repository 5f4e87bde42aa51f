"""Recycling: what lies in products in use, when it leaves them, and what may be recovered."""
