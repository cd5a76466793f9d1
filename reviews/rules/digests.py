"""Digests that say what was meant without saying it: of texts, and of who a party is."""

import hashlib
import json


def text_digest(text: str) -> str:
    """Return the SHA-256, in hex, of a text's bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def party_digest(salt: str, name: str, email: str, company: str) -> str:
    """Return the SHA-256, in hex, of the canonical JSON ``[salt, name, email, company]``."""
    return text_digest(json.dumps([salt, name, email, company], separators=(",", ":"), ensure_ascii=True))
