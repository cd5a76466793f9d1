"""Why a personal value is not there: what the log itself says of its gaps.

An entry of the kind ``audit.values.erased`` names by their digests the values that an order erased from entries before
it. A digest without a disclosure that stands in such an entry was erased; every other was withheld.
"""

import base64
import binascii
import json
from collections.abc import Collection, Mapping
from typing import Any

from audit.bundle.entry import BundledEntry
from audit.disclosure import digest
from audit.facts.orders import ValuesErased

OPENS_WITH_DIGESTS = b'{"_sd":['
"""Keys are sorted, and no other key of an entry comes before this one."""

Erasures = dict[bytes, int]
"""By digest: the entry that says that this value was erased."""


def said_by_trail(body: bytes) -> dict[str, Any] | None:
    """Return what an entry of the trail about itself says, or ``None`` for any other."""
    # Quotes within a text are escaped, so these bytes are a member of the entry or of something in it.
    if b'"fact":"audit.' not in body:
        return None
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    is_ours = isinstance(said, dict) and isinstance(said.get("fact"), str) and isinstance(said.get("data"), dict)
    return said if is_ours else None


def note_erasures(said: Mapping[str, Any], index: int, erasures: Erasures) -> None:
    """Add what one entry of the trail about itself erased."""
    digests = said["data"].get("digests")
    if said["fact"] != ValuesErased.kind or not isinstance(digests, list):
        return
    for text in digests:
        raw = _digest_bytes(text)
        if raw is not None:
            erasures[raw] = index


def with_gaps(index: int, body: bytes, disclosures: dict[str, str], erasures: Erasures) -> BundledEntry:
    """Return an entry with its disclosures, and with what is missing told apart."""
    missing = missing_digests(body, disclosures.values())
    erased_by = sorted(found for found in (_erased_by(text, index, erasures) for text in missing) if found is not None)
    return BundledEntry(index, body, disclosures, tuple(erased_by), len(missing) - len(erased_by))


def missing_digests(body: bytes, disclosures: Collection[str]) -> set[str]:
    """Return the digests of an entry that none of these disclosures has."""
    if not body.startswith(OPENS_WITH_DIGESTS):
        return set()
    return digests_in(body) - {f'"{digest(text)}"' for text in disclosures}


def digests_in(body: bytes) -> set[str]:
    """Return the digests that an entry opens with, each still in its quotes."""
    listed = body[len(OPENS_WITH_DIGESTS) : body.find(b"]")].decode("utf-8", "replace")
    return set(listed.split(",")) - {""}


def _erased_by(quoted: str, index: int, erasures: Erasures) -> int | None:
    """Return the entry that says so, which comes after the one whose value it was."""
    raw = _digest_bytes(quoted[1:-1]) if erasures else None
    found = erasures.get(raw) if raw is not None else None
    return found if found is not None and found > index else None


def _digest_bytes(text: object) -> bytes | None:
    if not isinstance(text, str) or len(text) != 43:
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=")
    except (binascii.Error, ValueError):
        return None
    return raw if base64.urlsafe_b64encode(raw).decode() == text + "=" else None
