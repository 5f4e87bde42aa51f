"""Ensembles: many tasks, each answered by a table, here, in processes or on several machines."""
