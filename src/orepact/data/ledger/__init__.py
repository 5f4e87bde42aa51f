"""The ledger of a joint reserve: every movement double-entry, in whole grams and whole cents.

`opening` says what a ledger starts from, `movements` what may be booked, `books` what the entries
so far add up to, the two `rules_*` what each movement means, `store` keeps them in one file of
SQLite, append-only and chained by hashes.
"""
