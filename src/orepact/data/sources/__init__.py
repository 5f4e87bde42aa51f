"""Loaders of public sources: one file each, reading (offline, strict) apart from fetching.

They need the extra ``orepact[sources]``. Nothing else in orepact imports them, and they write only
where they are told to: the installed dataset is never touched.
"""
