"""Portfolios of projects: when what is decided opens, and the proven choice under a budget."""
