"""Claims: published statements with a number, re-computed from the dataset."""
