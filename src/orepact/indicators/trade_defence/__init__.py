"""Arithmetic of trade defence: margins, lesser duty, a monitor of imports, a look for detours.

Arithmetic, not legal advice: whether a sale counts, compares or injures is for an authority.
"""
