"""The session cookie. Where it is secure, its name binds it to this host, this path and TLS (RFC 6265bis)."""

from datetime import datetime

from flask import current_app
from werkzeug.wrappers import Response

_NAME_SECURE = "__Host-answerprint"
_NAME_PLAIN = "answerprint"


def cookie_name() -> str:
    """Return the name under which the cookie is set and read."""
    return _NAME_SECURE if _is_secure() else _NAME_PLAIN


def set_session_cookie(response: Response, secret: str, expires_at: datetime) -> None:
    """Give the browser the session's secret, out of reach of scripts and of forms on other sites."""
    response.set_cookie(
        cookie_name(), secret, expires=expires_at, path="/", secure=_is_secure(), httponly=True, samesite="Lax"
    )


def clear_session_cookie(response: Response) -> None:
    """Take the cookie back."""
    response.delete_cookie(cookie_name(), path="/", secure=_is_secure(), httponly=True, samesite="Lax")


def _is_secure() -> bool:
    return bool(current_app.config["ANSWERPRINT_SECURE_COOKIES"])
