"""A dataset as a whole: the schemas of its tables, vintages, editions, manifest, exchange."""
