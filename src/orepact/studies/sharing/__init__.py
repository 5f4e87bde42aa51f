"""Sharing in an emergency: who gets what of one form of a mineral, under which rule."""
