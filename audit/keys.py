"""The key that signs the logs: outside the database, in a file that only its owner may read."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from audit.errors import VerificationError


class UnusableKeyError(VerificationError):
    """The key file cannot be used; the sentence says why and what to do."""


def load_key(path: Path) -> Ed25519PrivateKey:
    """Read the key; raises ``UnusableKeyError`` where it is missing, no Ed25519 key, or open to others."""
    try:
        mode, raw = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise UnusableKeyError(f"The key file {path} cannot be read: {error.strerror}.") from error
    if mode & 0o077:
        raise UnusableKeyError(f"The key file {path} is open to others. Run: chmod 600 {path}")
    try:
        key = load_pem_private_key(raw, password=None)
    except (ValueError, TypeError) as error:
        raise UnusableKeyError(f"The key file {path} is not a private key in PEM without passphrase.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKeyError(f"The key file {path} does not hold an Ed25519 key.")
    return key


def make_key(path: Path) -> Ed25519PrivateKey:
    """Make a key where there is none yet; an existing file is never written over."""
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key
