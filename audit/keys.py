"""The keys that sign the logs: outside the database, each in a file that only its owner may read.

A key file is PKCS#8 in PEM, mode 0600. It may be sealed with a passphrase, which is the one line of another such file.
The form stretches a passphrase little (PBKDF2, 2048 rounds), so a short one is refused: take random ones.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from audit.errors import VerificationError
from audit.signing import SigningKey

MIN_PASSPHRASE = 20
MAX_PASSPHRASE = 1000

LogKey: TypeAlias = Ed25519PrivateKey | MLDSA44PrivateKey


class UnusableKeyError(VerificationError):
    """The key file cannot be used; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class LogKeys:
    """What a house signs its checkpoints with: its Ed25519 key, and where it has one an ML-DSA-44 key beside it."""

    signing: SigningKey
    beside: MLDSA44PrivateKey | None = None


def open_keys(key_file: Path, passphrase_file: Path | None = None, mldsa_key_file: Path | None = None) -> LogKeys:
    """Read the keys of a house; one passphrase seals both. Raises ``UnusableKeyError``."""
    passphrase = read_passphrase(passphrase_file)
    beside = load_mldsa_key(mldsa_key_file, passphrase) if mldsa_key_file is not None else None
    return LogKeys(load_key(key_file, passphrase), beside)


def read_passphrase(path: Path | None) -> str | None:
    """Return the passphrase that a file holds, ``None`` where there is no file to read; raises ``UnusableKeyError``."""
    if path is None:
        return None
    try:
        passphrase = _read_closed("passphrase file", path).decode().removesuffix("\n")
    except UnicodeDecodeError as error:
        raise UnusableKeyError(f"The passphrase file {path} is not text in UTF-8.") from error
    if "\n" in passphrase or "\r" in passphrase:
        raise UnusableKeyError(f"The passphrase file {path} has more than one line. Leave the passphrase alone in it.")
    if not MIN_PASSPHRASE <= len(passphrase.encode()) <= MAX_PASSPHRASE:
        raise UnusableKeyError(
            f"The passphrase in {path} has not {MIN_PASSPHRASE} to {MAX_PASSPHRASE} characters. "
            "Make one with: openssl rand -base64 24"
        )
    return passphrase


def load_key(path: Path, passphrase: str | None = None) -> Ed25519PrivateKey:
    """Read an Ed25519 key; raises ``UnusableKeyError`` where it is missing, of another kind, open, or does not open."""
    key = _load(path, passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKeyError(f"The key file {path} does not hold an Ed25519 key.")
    return key


def load_mldsa_key(path: Path, passphrase: str | None = None) -> MLDSA44PrivateKey:
    """Read an ML-DSA-44 key; raises ``UnusableKeyError`` as ``load_key`` does."""
    key = _load(path, passphrase)
    if not isinstance(key, MLDSA44PrivateKey):
        raise UnusableKeyError(f"The key file {path} does not hold an ML-DSA-44 key.")
    return key


def make_key(path: Path, passphrase: str | None = None) -> Ed25519PrivateKey:
    """Make an Ed25519 key where there is no file yet; an existing one is never written over."""
    key = Ed25519PrivateKey.generate()
    _make(path, key, passphrase)
    return key


def make_mldsa_key(path: Path, passphrase: str | None = None) -> MLDSA44PrivateKey:
    """Make an ML-DSA-44 key where there is no file yet; an existing one is never written over."""
    key = MLDSA44PrivateKey.generate()
    _make(path, key, passphrase)
    return key


def seal_key(path: Path, passphrase: str) -> None:
    """Seal a key file that is not sealed yet. At any moment the file holds the key whole, open or sealed."""
    _write_aside(path, _pem(_load(path, None), passphrase)).replace(path)
    sync_folder(path)


def is_sealed(path: Path) -> bool:
    """Report whether a key file says that it is sealed."""
    return b"ENCRYPTED" in _read_closed("key file", path)


def sync_folder(path: Path) -> None:
    """Have the names in the folder of ``path`` reach the disk."""
    opened = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _load(path: Path, passphrase: str | None) -> LogKey:
    raw = _read_closed("key file", path)
    sealed = b"ENCRYPTED" in raw
    if sealed and passphrase is None:
        raise UnusableKeyError(
            f"The key file {path} is sealed, and no passphrase was given. "
            "Name its file in ANSWERPRINT_KEY_PASSPHRASE_FILE."
        )
    if not sealed and passphrase is not None and b"PRIVATE KEY" in raw:
        # Who set a passphrase believes the key to be sealed, and must hear that it is not.
        raise UnusableKeyError(
            f"The key file {path} is not sealed, though a passphrase was given. Run: answerprint audit key seal"
        )
    try:
        key = load_pem_private_key(raw, password=passphrase.encode() if passphrase is not None else None)
    except (ValueError, TypeError) as error:
        if sealed:
            raise UnusableKeyError(f"The key file {path} does not open: another passphrase, or damaged.") from error
        raise UnusableKeyError(f"The key file {path} is not a private key in PEM.") from error
    if not isinstance(key, Ed25519PrivateKey | MLDSA44PrivateKey):
        raise UnusableKeyError(f"The key file {path} holds neither an Ed25519 nor an ML-DSA-44 key.")
    return key


def _read_closed(what: str, path: Path) -> bytes:
    try:
        mode, raw = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise UnusableKeyError(f"The {what} {path} cannot be read: {error.strerror}.") from error
    if mode & 0o077:
        raise UnusableKeyError(f"The {what} {path} is open to others. Run: chmod 600 {path}")
    return raw


def _make(path: Path, key: LogKey, passphrase: str | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = _write_aside(path, _pem(key, passphrase))
    try:
        # A link is made whole or not at all, and never over what is there.
        path.hardlink_to(aside)
    finally:
        aside.unlink()
    sync_folder(path)


def _pem(key: LogKey, passphrase: str | None) -> bytes:
    sealing: KeySerializationEncryption = NoEncryption()
    if passphrase is not None:
        sealing = BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealing)


def _write_aside(path: Path, pem: bytes) -> Path:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    opened = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return aside
