"""Personal values beside the log, each sealed under the key of whom it is about.

A subject is ``person:<id>``, ``client:<id>`` or whatever else a fact is about, or ``text:<tag>`` for a value that is
nobody's account: the holder of a seat, an address that failed to sign in. A subject's key is 256 random bits, kept
sealed under the house's sealing key. From it come the salts of the subject's disclosures and the key that seals them:

    salt      the first 128 bits of HMAC-SHA256(HMAC-SHA256(key, "salts"), entry's nonce / name), base64url
    sealed    AES-256-GCM under HMAC-SHA256(key, "values"), bound to the entry's nonce / name

So when 32 bytes are gone, all that the subject ever left on the trail is gone, from backups of the entries too, and the
tree still stands: the entries hold digests only.
"""

import base64
import hmac
import secrets
from collections.abc import Collection
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from answerprint.core.db import insert_if_absent
from answerprint.core.sealing import Seal
from audit.models import Subject

_KEYS = select(Subject.subject, Subject.sealed_key)
_NONCE_AT = len('","v":1}')


class SubjectKey:
    """The key of one subject."""

    __slots__ = ("_salts", "_values")

    def __init__(self, key: bytes) -> None:
        self._salts = hmac.digest(key, b"salts", "sha256")
        self._values = Seal(hmac.digest(key, b"values", "sha256"))

    def salt(self, nonce: str, name: str) -> str:
        """Return the salt of one value of one entry."""
        raw = hmac.digest(self._salts, f"{nonce}/{name}".encode(), "sha256")[:16]
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    def seal(self, disclosure: str, nonce: str, name: str) -> bytes:
        """Return the disclosure sealed for its entry."""
        return self._values.seal(disclosure.encode(), place=f"{nonce}/{name}")

    def open(self, sealed: bytes, nonce: str, name: str) -> str:
        """Return the disclosure, or raise ``NotSealedHereError``."""
        return self._values.open(sealed, place=f"{nonce}/{name}").decode()


def nonce_of(body: bytes) -> str:
    """Return the nonce of an entry: it stands at one place before the body's end, since the body is canonical."""
    return body[-_NONCE_AT - 32 : -_NONCE_AT].decode("ascii", "replace")


def text_subject(tag: str) -> str:
    """Return the subject of a value that is nobody's account, by the value's tag."""
    return f"text:{tag}"


def known_keys(session: Session, seal: Seal, subjects: Collection[str]) -> dict[str, SubjectKey]:
    """Return the keys of those subjects that have one, for reading."""
    rows = session.execute(_KEYS.where(Subject.subject.in_(subjects)))
    return {subject: open_key(seal, subject, sealed) for subject, sealed in rows}


def keys_for_recording(session: Session, seal: Seal, subjects: Collection[str]) -> dict[str, SubjectKey]:
    """Return the keys of all these subjects; who has none yet gets one."""
    keys = _held_keys(session, seal, subjects)
    # In one order, so that two transactions that meet the same new subjects do not wait for each other.
    for subject in sorted(set(subjects) - keys.keys()):
        fresh = secrets.token_bytes(32)
        values = {"subject": subject, "sealed_key": seal.seal(fresh, place=f"subject/{subject}")}
        if insert_if_absent(session, cast("Table", Subject.__table__), values):
            keys[subject] = SubjectKey(fresh)
        else:
            keys |= _held_keys(session, seal, (subject,))
    return keys


def _held_keys(session: Session, seal: Seal, subjects: Collection[str]) -> dict[str, SubjectKey]:
    # Whoever erases a subject waits for the transactions that record with its key, or they for him.
    rows = session.execute(_KEYS.where(Subject.subject.in_(subjects)).with_for_update(read=True, key_share=True))
    return {subject: open_key(seal, subject, sealed) for subject, sealed in rows}


def open_key(seal: Seal, subject: str, sealed: bytes) -> SubjectKey:
    """Return a subject's key as its row holds it, or raise ``NotSealedHereError``."""
    return SubjectKey(seal.open(sealed, place=f"subject/{subject}"))
