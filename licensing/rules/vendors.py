"""How a vendor's log is called: by the vendor's first name in the catalogue, and so for ever."""

import re
import unicodedata
from collections.abc import Collection
from itertools import count

SLUG_LENGTH_MAX = 60
_GAP = re.compile(r"[^a-z0-9]+")


def log_name(vendor: str, taken: Collection[str]) -> str:
    """Return a name for the vendor's log that is not taken: lower-case letters, digits and single hyphens."""
    plain = unicodedata.normalize("NFKD", vendor).encode("ascii", "ignore").decode().lower()
    slug = _GAP.sub("-", plain)[:SLUG_LENGTH_MAX].strip("-") or "vendor"
    names = (f"licensor-{slug}" if number == 1 else f"licensor-{slug}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)
