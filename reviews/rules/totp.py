"""Codes of an authenticator: RFC 6238 with SHA-1, six digits and steps of thirty seconds, as every app knows it.

A code fits in its own step and in one before and after it, for clocks that differ; a step that was used fits no more
(RFC 6238 section 5.2).
"""

import base64
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS = 30
DRIFT_STEPS = 1
SECRET_BYTES = 20


def new_totp_secret() -> bytes:
    """Return a new secret of 160 bits (RFC 4226 section 4, R6)."""
    return secrets.token_bytes(SECRET_BYTES)


def step_at(moment: datetime) -> int:
    """Return the number of the step at ``moment``."""
    return int(moment.timestamp()) // STEP_SECONDS


def fitting_step(secret: bytes, code: str, *, now: datetime, after: int) -> int | None:
    """Return the step that a code fits, later than the last one used (``after``); ``None`` where it fits none."""
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    totp, here = _totp(secret), step_at(now)
    # Every step is asked, so that the time it takes does not tell which one fitted.
    fits = [step for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1) if _fits(totp, code, step)]
    return next((step for step in fits if step > after), None)


def typed_secret(secret: bytes) -> str:
    """Return a secret as it is typed into an app: base32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def enrolment_uri(secret: bytes, *, account: str, issuer: str) -> str:
    """Return the ``otpauth:`` address that an app reads."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what authenticators take; HMAC does not rest on what is broken of it (RFC 6194 section 3.3).
    return TOTP(secret, 6, SHA1(), STEP_SECONDS)  # noqa: S303


def _fits(totp: TOTP, code: str, step: int) -> bool:
    try:
        totp.verify(code.encode(), step * STEP_SECONDS)
    except InvalidToken:
        return False
    return True
