"""Sealed values: what may be read only with the house's sealing key, a file outside the database.

A sealed value is a version byte, a nonce of 96 bits and AES-256-GCM's output. It is bound to its place (table, row and
column, or what else the caller names), so that one that was moved to another row does not open. ``tag`` turns a value
into what can be searched for, and says nothing to who has not the key.
"""

import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12


class UnusableSealError(Exception):
    """The sealing key cannot be used; the sentence says why and what to do."""


class NoSealError(UnusableSealError):
    """Something is to be sealed or opened through a database that was opened without the sealing key."""


class NotSealedHereError(Exception):
    """The value was not sealed with this key for this place, or it was altered."""


class Seal:
    """Seals and opens values with one key of 256 bits."""

    __slots__ = ("_cipher", "_tag_key")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a sealing key has {KEY_BYTES} bytes, and this has {len(key)}")
        self._cipher = AESGCM(key)
        # A key of its own for tags: one key serves one purpose.
        self._tag_key = hmac.digest(key, b"answerprint/tag", "sha256")

    def seal(self, value: bytes, *, place: str) -> bytes:
        """Return the value sealed for one place."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, value, place.encode())

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """Return what was sealed for this place, or raise ``NotSealedHereError``."""
        if sealed[:1] != _VERSION:
            raise NotSealedHereError("not a sealed value of this version")
        nonce, hidden = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, hidden, place.encode())
        except (InvalidTag, ValueError) as error:
            raise NotSealedHereError("the value does not open: another key, another place, or altered") from error

    def tag(self, value: str) -> str:
        """Return 128 bits in hex by which a value is found again, whatever its case and the space around it."""
        return hmac.digest(self._tag_key, value.strip().casefold().encode(), "sha256").hex()[:32]


def seal_of(session: Session) -> Seal:
    """Return the sealing key of this session's database; raises ``NoSealError`` where it was opened without one."""
    seal = seal_if_any(session)
    if seal is None:
        raise NoSealError("This needs the house's sealing key, and the database was opened without it.")
    return seal


def seal_if_any(session: Session) -> Seal | None:
    """Return the sealing key of this session's database, or ``None``: what is sealed then stays so."""
    seal = session.info.get("seal")
    return seal if isinstance(seal, Seal) else None


def load_seal(path: Path) -> Seal:
    """Read the sealing key; raises ``UnusableSealError`` where it is missing, of another form, or open to others."""
    try:
        mode, text = path.stat().st_mode, path.read_text("ascii")
        key = bytes.fromhex(text)
    except OSError as error:
        raise UnusableSealError(f"The sealing key {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UnusableSealError(f"The sealing key {path} is not {KEY_BYTES} bytes in hex.") from error
    if mode & 0o077:
        raise UnusableSealError(f"The sealing key {path} is open to others. Run: chmod 600 {path}")
    if len(key) != KEY_BYTES:
        raise UnusableSealError(f"The sealing key {path} is not {KEY_BYTES} bytes in hex.")
    return Seal(key)


def make_seal(path: Path) -> Seal:
    """Make a sealing key where there is none yet; an existing file is never written over."""
    key = secrets.token_bytes(KEY_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Seal(key)
