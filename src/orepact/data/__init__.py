"""Strict text files and tables, and the bundled world dataset; knows no networks."""
