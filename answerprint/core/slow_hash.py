"""What people choose and machines could guess is kept as a slow hash: Argon2id with the library's defaults (RFC 9106).

A check takes tens of milliseconds, so it is made on a reading session or on none, never while a lock is held.
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


def slow_hash(text: str) -> str:
    """Return what is stored of a text."""
    return _HASHER.hash(text)


def fits(stored: str, text: str) -> bool:
    """Report whether ``stored`` was made from ``text``."""
    try:
        return _HASHER.verify(stored, text)
    except (VerificationError, InvalidHashError):
        return False


def needs_new_hash(stored: str) -> bool:
    """Report whether a stored hash was made with older parameters."""
    return _HASHER.check_needs_rehash(stored)


@cache
def nobodys_hash() -> str:
    """Return a hash that nothing fits, so that a check against nothing takes as long as any other."""
    return _HASHER.hash("nobody has this password")
