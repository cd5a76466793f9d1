"""The personal values of an entry, held against the digests in it: each opens to what one digest was made of.

Without the sealing key a value stays unopened, and is counted: that is no finding. A value that was emptied must be
one of those that an entry of kind ``audit.values.erased`` of the same log lists, under the order that its row names.
"""

import binascii
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from answerprint.core.sealing import NotSealedHereError, Seal
from audit.subjects import SubjectKey, open_key

COLUMNS = "idx, name, subject, tag, sealed"
ERASED = "erased:"
_ORDER_AT = len(ERASED)
_TAGS_KEPT = 100_000
_ANOTHER = "is not the one it was recorded with"

_scan = json.JSONDecoder().raw_decode
_TO_URL, _FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")


class Listing(NamedTuple):
    """Where a log says that a digest's value was erased."""

    order: str
    entry: int


@dataclass(slots=True)
class ValueCount:
    """What was counted in a part of a log: values that stand, those not opened, those erased by entry and order."""

    values: int = 0
    unopened: int = 0
    erased: Counter[Listing] = field(default_factory=Counter)

    def add(self, other: "ValueCount") -> None:
        """Count what another part holds too."""
        self.values += other.values
        self.unopened += other.unopened
        self.erased.update(other.erased)


class Keyring:
    """The keys of all subjects, each opened when it is first asked for."""

    def __init__(self, seal: Seal | None, sealed: Mapping[str, bytes]) -> None:
        self.seal = seal
        self.sealed = sealed
        self._open: dict[str, SubjectKey] = {}
        self._tags: dict[str, str] = {}

    def key(self, seal: Seal, subject: str) -> SubjectKey:
        """Return a subject's key; raises ``KeyError`` where it is gone, ``NotSealedHereError`` where it is no key."""
        found = self._open.get(subject)
        if found is None:
            found = self._open[subject] = open_key(seal, subject, self.sealed[subject])
        return found

    def tag(self, seal: Seal, value: str) -> str:
        """Return a value's tag; names and addresses come again and again."""
        found = self._tags.get(value)
        if found is None:
            if len(self._tags) > _TAGS_KEPT:
                self._tags.clear()
            found = self._tags[value] = seal.tag(value)
        return found


def value_fault(
    digests: list[Any],
    nonce: str,
    rows: Sequence[tuple[Any, ...]],
    keyring: Keyring,
    erased: Mapping[str, Listing],
    count: ValueCount,
) -> str | None:
    """Say what does not hold in the values beside one entry, or ``None``; what is there is added to ``count``."""
    if len(rows) < len(digests):
        return f"has lost {len(digests) - len(rows)} of its personal values"
    if len(rows) > len(digests):
        return f"has {len(rows) - len(digests)} personal values too many"
    opened: set[str] | None = set() if keyring.seal is not None else None
    orders: list[str] = []
    for row in rows:
        fault = _row_fault(row, nonce, keyring, opened, orders)
        if fault is not None:
            return f"has a personal value {row[1]!r} that {fault}"
    stand = len(rows) - len(orders)
    count.values += stand
    count.unopened += stand if opened is None else 0
    return _erasure_fault(digests, opened, orders, erased, count)


def _row_fault(
    row: tuple[Any, ...], nonce: str, keyring: Keyring, opened: set[str] | None, orders: list[str]
) -> str | None:
    """Say what is wrong with one row, or ``None``; its digest is added to ``opened``, or its order to ``orders``."""
    subject, tag, sealed = row[2], row[3], row[4]
    if sealed is None:
        orders.append(subject[_ORDER_AT:])
        return None if tag is None and subject[:_ORDER_AT] == ERASED else "was emptied without an order"
    if subject not in keyring.sealed:
        return f"nobody can open: the key of {subject} is gone without an order"
    if keyring.seal is None or opened is None:
        return None
    found = _opened(keyring, keyring.seal, nonce, row)
    if found is None:
        return _ANOTHER
    opened.add(found)
    return None


def _opened(keyring: Keyring, seal: Seal, nonce: str, row: tuple[Any, ...]) -> str | None:
    """Return the digest of what a row opens to, where its columns say the same; else ``None``."""
    _, name, subject, tag, sealed = row
    try:
        text = keyring.key(seal, subject).open(sealed, nonce, name).encode("ascii")
        # Written out, since each value of the trail passes here: base64url without padding, RFC 9901 section 4.2.
        said, _ = _scan(binascii.a2b_base64(text.translate(_FROM_URL) + b"==").decode())
        if said[1] != name or keyring.tag(seal, said[2]) != tag:
            return None
    except (NotSealedHereError, ValueError, TypeError, AttributeError, IndexError, RecursionError):
        return None
    return binascii.b2a_base64(sha256(text).digest(), newline=False)[:-1].translate(_TO_URL).decode()


def _erasure_fault(
    digests: list[Any], opened: set[str] | None, orders: list[str], erased: Mapping[str, Listing], count: ValueCount
) -> str | None:
    if not orders and not erased:
        return None if opened is None or opened == set(digests) else f"has a personal value that {_ANOTHER}"
    listed = {digest: erased[digest] for digest in digests if type(digest) is str and digest in erased}
    if Counter(orders) != Counter(one.order for one in listed.values()):
        more = len(orders) - len(listed)
        return (
            f"has {max(more, 1)} personal values that were emptied without an order"
            if more >= 0
            else ("still has a personal value that an entry says was erased")
        )
    if opened is not None and opened | listed.keys() != set(digests):
        return f"has a personal value that {_ANOTHER}"
    count.erased.update(listed.values())
    return None
