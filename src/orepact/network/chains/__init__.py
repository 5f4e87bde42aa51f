"""Chains: folders of text that say what a mineral passes through, read and checked."""
