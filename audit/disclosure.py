"""Disclosures of SD-JWT, RFC 9901: a personal value beside the log, its digest within.

    disclosure   base64url of the UTF-8 JSON array [salt, name, value], section 4.2.1
    digest       base64url of SHA-256 over the disclosure's ASCII, section 4.2.3

The entry lists the digests under ``_sd``. While the disclosure is kept, it shows what was digested; once it is
erased, the digest says nothing, because nobody can guess 128 random bits of salt, and the tree still stands.

The RFC lets a writer choose the white space of the array. We write it as the RFC's own examples do, and read nothing
else, so that a value has one disclosure per salt. Base64url comes without padding.

    >>> disclosure = make_disclosure("6Ij7tM-a5iVPGboS5tmvVA", "email", "johndoe@example.com")
    >>> disclosure
    'WyI2SWo3dE0tYTVpVlBHYm9TNXRtdlZBIiwgImVtYWlsIiwgImpvaG5kb2VAZXhhbXBsZS5jb20iXQ'
    >>> digest(disclosure)
    'JzYjH4svliH0R3PyEMfeZu6Jt69u5qehZo7F7EPYlSE'
    >>> read_disclosure(disclosure)
    ('6Ij7tM-a5iVPGboS5tmvVA', 'email', 'johndoe@example.com')
    >>> read_disclosure(disclosure + "==")
    Traceback (most recent call last):
    audit.errors.MalformedDisclosure: not a disclosure: base64url is not in canonical form
"""

import base64
import hashlib
import json

from audit.canonical import MAX_INTEGER
from audit.errors import MalformedDisclosure

SALT_BYTES = 16
SALT_CHARS = 22
RESERVED_NAMES = frozenset({"_sd", "..."})
"""Names that RFC 9901 keeps for itself, section 4.2.1."""


def make_disclosure(salt: str, name: str, value: str | int) -> str:
    """Return the disclosure of one named value under a salt of 128 bits in base64url."""
    _require(salt, name, value)
    return _encode(json.dumps([salt, name, value], ensure_ascii=False).encode())


def digest(disclosure: str) -> str:
    """Return what stands in the log for this disclosure, RFC 9901 section 4.2.3."""
    return _encode(hashlib.sha256(disclosure.encode("ascii")).digest())


def read_disclosure(disclosure: str) -> tuple[str, str, str | int]:
    """Return salt, name and value of a disclosure in the form that we write, or raise ``MalformedDisclosure``."""
    try:
        salt, name, value = json.loads(_decode(disclosure).decode("utf-8", "strict"))
        again = make_disclosure(salt, name, value)
    except (ValueError, TypeError, RecursionError) as error:
        raise MalformedDisclosure(f"not a disclosure: {error}") from error
    if again != disclosure:
        raise MalformedDisclosure("not a disclosure in the form that we write")
    return salt, name, value


def _require(salt: object, name: object, value: object) -> None:
    if not isinstance(salt, str) or len(salt) != SALT_CHARS or len(_decode(salt)) != SALT_BYTES:
        raise ValueError("a salt is 128 bits in base64url")
    if not isinstance(name, str) or not name or name in RESERVED_NAMES:
        raise ValueError(f"{name!r} cannot name a value")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{type(value).__name__} is not allowed")  # noqa: TRY004 - one kind of error for the caller
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise ValueError("integers end at 2**53 - 1")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    padding = "=" * (-len(text) % 4)
    raw = base64.b64decode(text + padding, altchars="-_", validate=True)
    if _encode(raw) != text:
        raise ValueError("base64url is not in canonical form")
    return raw
