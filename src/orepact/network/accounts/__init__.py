"""Accounts: public figures that do not add up, screened, balanced, graded and split."""
