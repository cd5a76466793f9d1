"""Secrets that are shown once: 256 random bits, of which the house keeps the SHA-256 only."""

import hashlib
import re
import secrets

TOKEN_PREFIX = "apt_"  # noqa: S105 - how every token begins, so that scanners find a leaked one
_TOKEN = re.compile(r"apt_[A-Za-z0-9_-]{43}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """Return a new secret of 43 characters."""
    return secrets.token_urlsafe(32)


def new_token_text() -> str:
    """Return the text of a new API token."""
    return TOKEN_PREFIX + new_secret()


def sha256_of(secret: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret(text: str) -> bool:
    """Report whether ``text`` has the form of a secret."""
    return _SECRET.fullmatch(text) is not None


def is_token_text(text: str) -> bool:
    """Report whether ``text`` has the form of an API token."""
    return _TOKEN.fullmatch(text) is not None
