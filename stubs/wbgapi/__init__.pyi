"""The part of wbgapi's interface that orepact uses; the wheel lacks these types."""

from wbgapi import data as data
from wbgapi import series as series

endpoint: str

class APIError(Exception): ...
class URLError(Exception): ...
